// SPDX-License-Identifier: GPL-3.0-or-later
//
// One painter for every format: the picture with its overlay and colour bar, the
// panels, the caption. What it paints depends on run, view and look alone.
#pragma once

#include "qmop/figure.h"
#include "qmop/run_trace.h"
#include "widgets/figure/figure_legend.h"
#include "widgets/figure/figure_picture.h"
#include "widgets/figure/painted_figure.h"

#include <QRectF>
#include <QString>
#include <QStringList>

#include <memory>
#include <optional>
#include <vector>

class QPainter;

namespace qmop {

// Question and answer, what is shown with its tensor, scale and range, method,
// budget, model, picture, version, and the run's notices last. Names that the trace does not have are left out.
QString figureCaption(const RunTrace &trace, const FigureView &view);

// The run's notices ("⚠ this picture looks unlike ...") as the window shows them: a line each below the caption.
QStringList figureNotices(const RunTrace &trace);

class FigurePainter : public PaintedFigure {
public:
    // The trace must have its picture, unless the look leaves the picture out.
    FigurePainter(std::shared_ptr<const RunTrace> trace, FigureView view, FigureLook look);

    // In units of 1/96 inch; the width is the look's.
    QSizeF size() const override { return m_size; }
    QString caption() const override { return m_caption; }
    void paint(QPainter &painter) const override;

private:
    void layOut();
    void layOutPanels(double &bottom);

    std::shared_ptr<const RunTrace> m_trace;
    FigureView m_view;
    FigureLook m_look;
    QString m_caption;
    std::optional<FigurePicture> m_picture;
    QRectF m_pictureBox;
    std::optional<FigureLegend> m_legend; // below the picture
    double m_legendTop = 0;
    QRectF m_barBox; // of the colour bar, right of it
    std::vector<QRectF> m_panelBoxes;
    QStringList m_captionLines;
    double m_captionTop = 0;
    QSizeF m_size;
};

} // namespace qmop
