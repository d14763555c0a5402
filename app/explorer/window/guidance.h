// SPDX-License-Identifier: GPL-3.0-or-later
//
// What leads a person through the program: the guide, the tour, the check page,
// presentations.
#pragma once

#include <QObject>
#include <QString>

#include <vector>

class QWidget;

namespace qmop {

class CheckPage;
class GuideWindow;
class MainWindow;
class Presenter;
class SampleSurvey;
class Tour;
struct TourStep;

class Guidance : public QObject {
    Q_OBJECT

public:
    // Adds its commands to the window's.
    explicit Guidance(MainWindow *window);

    // The guide at the section about the panel that has the focus.
    void openGuide();
    GuideWindow *guide(); // made when first asked for
    // Title of the section about what holds `widget`; empty: no panel.
    QString topicOf(const QWidget *widget) const;

    // Once in the life of the settings.
    void startTourIfNew();
    void startTour();
    // A page that looks at the installation at once; deletes itself when closed.
    CheckPage *openCheck();
    Presenter *presenter() const { return m_presenter; }
    SampleSurvey *survey() const { return m_survey; }
    Tour *tour() const { return m_tour; } // null: never started

private:
    TourStep panelStep(const QString &panel, const QString &title, const QString &text);
    std::vector<TourStep> tourSteps();

    MainWindow *m_window;
    GuideWindow *m_guide = nullptr;
    Tour *m_tour = nullptr;
    Presenter *m_presenter;
    SampleSurvey *m_survey;
};

} // namespace qmop
