// SPDX-License-Identifier: GPL-3.0-or-later
//
// How an answer is marked in plots: by shape and by colour.
#pragma once

#include "widgets/theme/theme.h"

#include <QWidget>

class QPainter;

namespace qmop {

inline constexpr double answerMarkRadius = 3.5;

// Circle: right (score 1), cross: wrong (0), triangle: in between.
void drawAnswerMark(QPainter &painter, QPointF at, double score, const PanelColours &colours, bool faint = false);

// The marks with their meaning, in a line.
class AnswerLegend : public QWidget {
    Q_OBJECT

public:
    explicit AnswerLegend(QWidget *parent = nullptr);

    // Whether any score lies in between: an exact scorer gives none.
    void setPartly(bool any);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {40, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    bool m_partly = false;
};

} // namespace qmop
