// SPDX-License-Identifier: GPL-3.0-or-later
//
// Presentation mode: stories, one step per key press, in the layout Present.
#pragma once

#include "app/explorer/window/shown_state.h"
#include "app/explorer/window/story.h"

#include <QObject>
#include <QPointer>

#include <map>
#include <memory>
#include <vector>

namespace qmop {

class MainWindow;
class StoryBar;

class Presenter : public QObject {
    Q_OBJECT

public:
    // Adds its commands to the window's.
    explicit Presenter(MainWindow *window);

    // The window has gone to the layout Present, or leaves it. Nothing is asked
    // before the first step is. Behind it the window shows what it showed before; only
    // where a run that is not the story's goes on, all stays as it is.
    void enter();
    void leave();
    bool isPresenting() const { return m_bar != nullptr; }
    // -1: before the first. Steps of all stories in one row, one's own at the end.
    int step() const { return m_step; }
    int stepCount() const { return int(m_steps.size()); }
    void show(int step);
    // A step asks this: its run is shown, not kept.
    bool asks(const RunRequest &request) const;
    StoryBar *bar() const { return m_bar; }

    // One's own stories; empty where runs are not kept.
    QString ownFile() const;

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    struct Step {
        QString title; // of its story
        StoryStep asks;
        std::shared_ptr<const RunTrace> trace; // once it was shown
    };

    void load();
    void comeBack();
    void apply();
    void chooseSettings(const StoryStep &step);
    QString questionOf(const StoryStep &step) const;
    void ended(const std::shared_ptr<const RunTrace> &trace);
    void say(const QString &sentence);
    bool takeKey(int key, bool textHasFocus, bool buttonHasFocus);
    void addShownRun();
    void addListedRuns();
    void append(const QString &title, std::vector<StoryStep> steps);

    MainWindow *m_window;
    StoryBar *m_bar = nullptr; // while presenting
    QPointer<QWidget> m_focusBefore;
    int m_scaleBefore = 100;
    std::optional<ShownState> m_before; // until it is shown again
    std::vector<Step> m_steps;
    std::map<QString, QStringList> m_suggested; // by the sample's path
    int m_step = -1;
    int m_asked = -1; // the step whose run goes on
    bool m_waiting = false; // for a run of another step to end
    QString m_picture; // opened last by a step
};

} // namespace qmop
