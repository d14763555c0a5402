// SPDX-License-Identifier: GPL-3.0-or-later
//
// A plot in a panel: it fills its widget, and its axes follow the theme and the text
// size. As many numbers stand at an axis as there is room for.
#pragma once

#include <QString>
#include <QWidget>

class QCPAxis;
class QCustomPlot;

namespace qmop {

struct PanelColours;

class PlotWidget : public QWidget {
    Q_OBJECT

public:
    // `name` is what a screen reader calls the plot.
    PlotWidget(const QString &name, QWidget *parent);

    // Least room between two numbers at the horizontal axis, in pixels; 0: there are no two.
    double leastGap() const;

protected:
    void changeEvent(QEvent *event) override;
    // Background and axes, then what colourContents() paints. Called by the constructors of
    // the plots, as soon as they have contents, and on every change.
    void applyColours();
    virtual void colourContents(const PanelColours &colours) = 0;

    QCustomPlot *m_plot;

private:
    // True: another number of ticks than before.
    bool fitTicks();
    bool fitTicks(QCPAxis *axis, double room, double label);
};

} // namespace qmop
