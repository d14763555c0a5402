// SPDX-License-Identifier: GPL-3.0-or-later
//
// Curves of training runs over steps, with a legend that says their last values.
#pragma once

#include "qmop/training_curves.h"
#include "widgets/plots/plot_widget.h"

#include <QColor>
#include <QString>

#include <utility>
#include <vector>

namespace qmop {

struct PlotCurve {
    QString label;
    QColor colour;
    Qt::PenStyle style = Qt::SolidLine; // tells runs apart
    std::vector<CurvePoint> points;
};

class TrainingPlot : public PlotWidget {
    Q_OBJECT

public:
    explicit TrainingPlot(QWidget *parent = nullptr);

    // `unit` labels the vertical axis. What the reader has zoomed to stays while curves grow, until showAll() or a
    // double click.
    void setCurves(const std::vector<PlotCurve> &curves, const QString &unit);

    void showAll();

    int curveCount() const;
    // The step and the value of a curve's last point, as drawn.
    CurvePoint lastPoint(int curve) const;
    QString label(int curve) const; // in the legend
    std::pair<double, double> stepsShown() const; // ends of the horizontal axis

    QSize sizeHint() const override { return {420, 260}; }

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void colourContents(const PanelColours &colours) override;
    void fitAxes();
    void placeLegend();

    bool m_zoomed = false; // by the reader
};

} // namespace qmop
