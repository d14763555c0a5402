// SPDX-License-Identifier: GPL-3.0-or-later
//
// Runs A and B: chosen in the panel of runs, drawn by the panels of the comparison.
// B is always the run that the window shows, so that every other panel speaks of
// B; A is the one chosen as such, or the pinned run.
#pragma once

#include "qmop/run_trace.h"

#include <QObject>

#include <functional>
#include <memory>

namespace qmop {

class Commands;
class ComparePanel;
class ComparisonPanel;
class ImagePanel;
class RunsPanel;
class Selection;
class WhatIfPanel;

// The window's side.
struct ComparisonHost {
    std::function<void(std::shared_ptr<const RunTrace>)> show; // does nothing while a run goes on
    std::function<ImageSource(const RunTrace &)> picture; // of a run: traces keep no bytes
};

class Comparison : public QObject {
    Q_OBJECT

public:
    Comparison(Selection *selection, ImagePanel *image, RunsPanel *runs, ComparisonHost host, QObject *parent);

    // It comes later: without it B cannot be edited.
    void setWhatIfPanel(WhatIfPanel *whatIf);

    ComparePanel *panel() const { return m_panel; } // in the picture's place
    ComparisonPanel *makeTable(); // a panel of its own, once
    void addCommands(Commands &commands) const;

    // Whether the runs stand in the picture's place.
    void setVisible(bool visible);
    void setA(std::shared_ptr<const RunTrace> trace);
    void setB(std::shared_ptr<const RunTrace> trace); // the run shown, or null
    void swap();
    const std::shared_ptr<const RunTrace> &a() const { return m_a; }
    const std::shared_ptr<const RunTrace> &b() const { return m_b; }

private:
    void update();
    QString titleOf(const std::shared_ptr<const RunTrace> &trace) const;
    void copyCommand() const;

    Selection *m_selection;
    ImagePanel *m_image;
    RunsPanel *m_runs;
    ComparePanel *m_panel;
    ComparisonPanel *m_table = nullptr;
    ComparisonHost m_host;
    std::shared_ptr<const RunTrace> m_a;
    std::shared_ptr<const RunTrace> m_b;
};

} // namespace qmop
