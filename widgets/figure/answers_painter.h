// SPDX-License-Identifier: GPL-3.0-or-later
//
// A benchmark's answers as a figure: two of their numbers against each other, right
// or wrong by shape and colour, what is brushed before the rest.
#pragma once

#include "qmop/figure.h"
#include "widgets/figure/painted_figure.h"
#include "widgets/review/axis_range.h"
#include "widgets/review/review_rows.h"

#include <QRectF>
#include <QStringList>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace qmop {

// What the plot of the failure browser shows.
struct AnswersView {
    std::shared_ptr<const BenchRecord> record;
    ReviewFilter filter;
    ReviewField x = ReviewField::Entropy;
    ReviewField y = ReviewField::Probability;
    std::vector<ReviewRow> brushed;
};

// A filter as a recipe has it, and back; what is unknown or no number is left out.
std::map<std::string, std::string> filterTexts(const ReviewFilter &filter);
ReviewFilter filterFromTexts(const std::map<std::string, std::string> &texts);
// By fieldKey(); Entropy for what is no key.
ReviewField fieldFromKey(const std::string &key);

// Suite, version, model, axes, filter, how many answers and how many of them right.
QString answersCaption(const AnswersView &view);

class AnswersPainter : public PaintedFigure {
public:
    AnswersPainter(AnswersView view, FigureLook look);

    QSizeF size() const override { return m_size; }
    QString caption() const override { return m_caption; }
    void paint(QPainter &painter) const override;

private:
    struct Point {
        double x = 0;
        double y = 0;
        double score = 0;
        bool brushed = false;
    };
    QPointF placeOf(double x, double y) const;
    void paintAxes(QPainter &painter) const;
    void paintPoints(QPainter &painter) const;
    void paintLegend(QPainter &painter) const;

    AnswersView m_view;
    FigureLook m_look;
    QString m_caption;
    std::vector<Point> m_points;
    bool m_anyBrushed = false;
    AxisRange m_x;
    AxisRange m_y;
    QRectF m_plot;
    double m_legendTop = 0;
    QStringList m_captionLines;
    double m_captionTop = 0;
    QSizeF m_size;
};

} // namespace qmop
