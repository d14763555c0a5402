// SPDX-License-Identifier: GPL-3.0-or-later
//
// In the status bar: where the run shown was computed, in which numbers and by which
// model, and a menu of the numbers that the next runs are to be computed in.
#pragma once

#include "qmop/precision.h"
#include "qmop/run_trace.h"

#include <QToolButton>

#include <map>
#include <optional>

namespace qmop {

class Commands;

class NumbersButton : public QToolButton {
    Q_OBJECT

public:
    explicit NumbersButton(QWidget *parent = nullptr);

    // The choices as commands, in the menu Run too.
    void addCommands(Commands &commands);

    Precision chosen() const { return m_chosen; } // for the next runs
    void choose(Precision precision);
    void showRun(const RunTrace &trace);
    QAction *action(Precision precision) const { return m_actions.at(precision); }

    // No higher than the words beside it.
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

private:
    struct Shown {
        QString device, numbers, model;
    };
    void updateText();

    std::map<Precision, QAction *> m_actions;
    Precision m_chosen = Precision::Automatic;
    std::optional<Shown> m_shown;
    Precision m_asked = Precision::Automatic; // by the run shown
    QString m_distance; // of its picture from the training's
};

} // namespace qmop
