// SPDX-License-Identifier: GPL-3.0-or-later
//
// Asks which runs a report is of, and where to.
#pragma once

#include "qmop/run_headline.h"

#include <QDialog>

#include <vector>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace qmop {

class ReportDialog : public QDialog {
    Q_OBJECT

public:
    explicit ReportDialog(std::vector<RunHeadline> runs, QWidget *parent = nullptr);

    QString tag() const; // without #; empty: all runs
    QString file() const;
    bool stripNames() const;
    // Why no command makes the same report; empty where one does.
    void setCommandObstacle(const QString &obstacle);

    QComboBox *tagBox() const { return m_tag; }
    QLineEdit *fileEdit() const { return m_file; }
    QCheckBox *stripBox() const { return m_strip; }
    QPushButton *saveButton() const { return m_save; }
    QPushButton *copyButton() const { return m_copy; }

signals:
    void commandWanted();

private:
    void chooseFile();
    void refresh();

    QComboBox *m_tag;
    QLineEdit *m_file;
    QCheckBox *m_strip;
    QPushButton *m_save;
    QPushButton *m_copy;
    QString m_commandObstacle;
};

} // namespace qmop
