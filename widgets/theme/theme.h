// SPDX-License-Identifier: GPL-3.0-or-later
//
// Colours, spacing and letters that mean the same thing in every panel.
#pragma once

#include "qmop/branch.h"

#include <QColor>
#include <QFont>
#include <QPalette>
#include <QString>

#include <optional>

class QApplication;
class QPainter;
class QRectF;
class QWidget;

namespace qmop {

enum class ThemeMode { System, Light, Dark };

// "system", "light", "dark".
std::optional<ThemeMode> themeModeFromKey(const QString &key);

// Sets style and palette of the whole program. System keeps the palette of the
// desktop where it has one that is not the toolkit's plain default.
void applyTheme(QApplication &application, ThemeMode mode);
// The desktop has changed its colours: asks again how dark they are.
void followSystemTheme(QApplication &application);
// The mode applied last.
ThemeMode shownTheme();

// Space between things, in device-independent pixels.
namespace metrics {
inline constexpr int gap = 6; // between related controls
inline constexpr int margin = 10; // around a panel's content
inline constexpr int barHeight = 12; // bars in panels
inline constexpr int radius = 3; // rounded corners
}

// Kept and dropped patches (Okabe-Ito pair); each has a shape of its own too.
inline constexpr QRgb keptColour = 0xff0072b2; // outline, full brightness
inline constexpr QRgb droppedColour = 0xffe69f00; // diagonal hatch, dimmed

// One letter and one colour per branch: P pooling, R resampler, K kept (pruning).
QString branchLetter(Branch branch);
QString branchTitle(Branch branch);
QColor branchColour(Branch branch);

// Derived from a palette, so that panels follow a change of theme by repainting.
struct PanelColours {
    QColor canvas; // behind the picture and the maps
    QColor surface; // background of panels
    QColor text;
    QColor muted; // secondary text; 4.5:1 on surface
    QColor line; // separators and frames
    QColor track; // empty part of a bar
    QColor good; // right, same
    QColor bad; // wrong, different
    QColor accent; // focus, links, selection frame
};
PanelColours panelColours(const QPalette &palette);
bool isDark(const QPalette &palette);

// Colour of text that reads on `background`: black or white.
QColor readableOn(const QColor &background);

// Text size of the whole program, 100 ... 200 % of the system's. Shown windows follow at once.
inline constexpr int textScales[] = {100, 125, 150, 175, 200};
void applyTextScale(QApplication &application, int percent);
int textScale();

// Gives a widget the application's font times `factor` (semi-bold where asked
// for), now and after a change of the text size. A font that is set by setFont()
// would stay as it was.
void useFont(QWidget *widget, double factor, bool semiBold = false);
inline constexpr double smallFactor = 0.88;

// Fonts derived from the widget's, for painting.
QFont smallFont(const QWidget *widget);
QFont strongFont(const QWidget *widget);
// Digits of one width, for numbers in columns.
QFont numberFont(const QWidget *widget);

// A filled square with the branch's letter.
void drawBranchChip(QPainter &painter, const QRectF &rect, Branch branch, bool active = true);

} // namespace qmop
