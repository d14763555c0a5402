// SPDX-License-Identifier: GPL-3.0-or-later
//
// A painted figure as the bytes of a file, without its recipe.
#pragma once

#include "widgets/figure/figure_painter.h"

#include <QByteArray>
#include <QImage>

#include <optional>

namespace qmop {

enum class FigureFormat { Png, Svg, Pdf };
inline constexpr FigureFormat allFigureFormats[] = {FigureFormat::Png, FigureFormat::Svg, FigureFormat::Pdf};

QString figureSuffix(FigureFormat format); // "png", "svg", "pdf"
// By the file's name; nothing for other endings.
std::optional<FigureFormat> figureFormat(const QString &file);

// Pixels of a figure may not exceed this.
inline constexpr double maxFigurePixels = 100e6;

// The look's scale in pixels per unit.
QImage figureImage(const PaintedFigure &figure, double scale);
QByteArray figurePng(const PaintedFigure &figure, double scale);
QByteArray figureSvg(const PaintedFigure &figure, const QString &title);
// One page of the figure's size; `xmp` is its metadata.
QByteArray figurePdf(const PaintedFigure &figure, const QString &title, const QByteArray &xmp);

} // namespace qmop
