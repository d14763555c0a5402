// SPDX-License-Identifier: GPL-3.0-or-later
//
// `--guide-pictures FOLDER`: draws the pictures of the user guide from a window
// in which the first sample has been asked and swept over budgets.
#pragma once

#include "qmop/run_trace.h"

#include <QImage>
#include <QObject>
#include <QString>

#include <memory>

namespace qmop {

class MainWindow;

class GuidePictures : public QObject {
    Q_OBJECT

public:
    GuidePictures(MainWindow *window, QString folder);

    // Ends the program with 0 when all pictures are written, or with the exit code
    // of what went wrong. The window must be shown and its first run under way.
    void watch();

private:
    void runEnded(const std::shared_ptr<const RunTrace> &trace);
    void drawWindow();
    void draw();
    void drawCheck();
    void save(const QImage &image, const QString &name); // throws Error{OutputFailed}

    MainWindow *m_window;
    QString m_folder;
    bool m_swept = false;
    bool m_presenting = false; // the second step of the first story
};

} // namespace qmop
