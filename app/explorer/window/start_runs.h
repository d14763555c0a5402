// SPDX-License-Identifier: GPL-3.0-or-later
//
// The runs of a start from the command line: the first question, answered as was
// asked for, and before that as it is compared with.
#pragma once

#include <QObject>

#include <memory>
#include <optional>
#include <string>

namespace qmop {

class MainWindow;
struct RunTrace;

// As on the toolbar.
struct RunChoice {
    std::string compressor; // empty: as the window chooses
    int budget = 0; // 0: the same
};

// "none", "prune:16"; nothing for other texts.
std::optional<RunChoice> runChoiceFromText(const std::string &text);

class StartRuns : public QObject {
    Q_OBJECT

public:
    // The window's first run will be `against`, where there is one, and becomes run A;
    // `run` follows at once, before others hear that a run has ended. Throws
    // Error{InvalidArgument} for what the window's model cannot do.
    StartRuns(MainWindow *window, const RunChoice &run, const std::optional<RunChoice> &against);

private:
    void choose(const RunChoice &choice) const;
    void goOn(const std::shared_ptr<const RunTrace> &trace);

    MainWindow *m_window;
    RunChoice m_run;
};

} // namespace qmop
