// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme/theme.h"

#include "widgets/theme/window_style.h"

#include <QApplication>
#include <QDockWidget>
#include <QHeaderView>
#include <QPainter>
#include <QStyle>
#include <QTableView>
#include <QVariant>
#include <QWidget>

#include <cmath>

namespace qmop {

namespace {

QColor mix(const QColor &a, const QColor &b, double shareOfB)
{
    const double s = 1 - shareOfB;
    return QColor::fromRgbF(float(a.redF() * s + b.redF() * shareOfB), float(a.greenF() * s + b.greenF() * shareOfB),
                            float(a.blueF() * s + b.blueF() * shareOfB));
}

// WCAG 2 relative luminance.
double luminance(const QColor &colour)
{
    const auto channel
        = [](double value) { return value <= 0.03928 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4); };
    return 0.2126 * channel(colour.redF()) + 0.7152 * channel(colour.greenF()) + 0.0722 * channel(colour.blueF());
}

constexpr char systemDarkProperty[] = "qmopSystemIsDark";
constexpr char themeProperty[] = "qmopTheme";

struct Scheme {
    QRgb window, base, alternate, text, muted, button, mid, highlight, link;
};
constexpr Scheme lightScheme{0xfff4f5f7, 0xffffffff, 0xfff0f2f5, 0xff1b1f24, 0xff5b6470,
                             0xfffafbfc, 0xffc9ced6, 0xff0b62a8, 0xff0b62a8};
constexpr Scheme darkScheme{0xff1f2226, 0xff17191c, 0xff24272c, 0xffe6e8eb, 0xff9aa3ae,
                            0xff2b2f35, 0xff41474f, 0xff2673b8, 0xff6cb4f0};

QPalette paletteOf(const Scheme &scheme)
{
    QPalette palette;
    const QColor window(scheme.window), text(scheme.text), button(scheme.button), mid(scheme.mid);
    palette.setColor(QPalette::Window, window);
    palette.setColor(QPalette::WindowText, text);
    palette.setColor(QPalette::Base, QColor(scheme.base));
    palette.setColor(QPalette::AlternateBase, QColor(scheme.alternate));
    palette.setColor(QPalette::Text, text);
    palette.setColor(QPalette::PlaceholderText, QColor(scheme.muted));
    palette.setColor(QPalette::Button, button);
    palette.setColor(QPalette::ButtonText, text);
    palette.setColor(QPalette::BrightText, Qt::white);
    palette.setColor(QPalette::ToolTipBase, QColor(scheme.base));
    palette.setColor(QPalette::ToolTipText, text);
    palette.setColor(QPalette::Highlight, QColor(scheme.highlight));
    palette.setColor(QPalette::HighlightedText, Qt::white);
    palette.setColor(QPalette::Link, QColor(scheme.link));
    palette.setColor(QPalette::LinkVisited, QColor(scheme.link));
    palette.setColor(QPalette::Light, mix(button, Qt::white, 0.2));
    palette.setColor(QPalette::Midlight, mix(button, mid, 0.3));
    palette.setColor(QPalette::Mid, mid);
    palette.setColor(QPalette::Dark, mix(mid, Qt::black, 0.25));
    palette.setColor(QPalette::Shadow, mix(mid, Qt::black, 0.6));
    for (QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, mix(text, window, 0.55));
    palette.setColor(QPalette::Disabled, QPalette::Highlight, mid);
    return palette;
}

}

std::optional<ThemeMode> themeModeFromKey(const QString &key)
{
    if (key == u"system")
        return ThemeMode::System;
    if (key == u"light")
        return ThemeMode::Light;
    if (key == u"dark")
        return ThemeMode::Dark;
    return std::nullopt;
}

void followSystemTheme(QApplication &application)
{
    if (shownTheme() != ThemeMode::System)
        return;
    QApplication::setPalette(QPalette()); // gives way to the desktop's
    application.setProperty(systemDarkProperty, isDark(QApplication::palette()));
    applyTheme(application, ThemeMode::System);
}

ThemeMode shownTheme()
{
    return ThemeMode(qApp->property(themeProperty).toInt());
}

void applyTheme(QApplication &application, ThemeMode mode)
{
    // Asked before the style changes, once: Fusion brings a palette of its own.
    if (!application.property(systemDarkProperty).isValid())
        application.setProperty(systemDarkProperty, isDark(QApplication::palette()));
    const bool systemIsDark = application.property(systemDarkProperty).toBool();
    if (!application.property(themeProperty).isValid())
        application.setStyle(new WindowStyle);
    application.setProperty(themeProperty, int(mode));
    const bool dark = mode == ThemeMode::Dark || (mode == ThemeMode::System && systemIsDark);
    application.setPalette(paletteOf(dark ? darkScheme : lightScheme));
}

namespace {

constexpr char scaleProperty[] = "qmopTextScale";
constexpr char baseSizeProperty[] = "qmopTextSize"; // of the system, in points
constexpr char factorProperty[] = "qmopFontFactor";
constexpr char semiBoldProperty[] = "qmopFontSemiBold";

void deriveFont(QWidget *widget)
{
    QFont font = QApplication::font();
    font.setPointSizeF(font.pointSizeF() * widget->property(factorProperty).toDouble());
    if (widget->property(semiBoldProperty).toBool())
        font.setWeight(QFont::DemiBold);
    widget->setFont(font);
}

// Rows of a table are as high as its text, and its header has the same.
void fitRows(QTableView *table)
{
    table->horizontalHeader()->setFont(table->font());
    table->verticalHeader()->setDefaultSectionSize(table->fontMetrics().height() + 6);
}

}

void applyTextScale(QApplication &application, int percent)
{
    QFont font = QApplication::font();
    if (!application.property(baseSizeProperty).isValid())
        application.setProperty(baseSizeProperty, font.pointSizeF());
    application.setProperty(scaleProperty, percent);
    font.setPointSizeF(application.property(baseSizeProperty).toDouble() * percent / 100);
    QApplication::setFont(font);
    for (QWidget *widget : QApplication::allWidgets()) {
        if (widget->property(factorProperty).isValid())
            deriveFont(widget);
        if (auto *table = qobject_cast<QTableView *>(widget))
            fitRows(table);
        if (isDockButton(*widget)) {
            QEvent changed(QEvent::StyleChange); // what makes it forget its icon's size
            QApplication::sendEvent(widget, &changed);
            // What makes the dock ask for its icons again, and place them.
            auto *dock = static_cast<QDockWidget *>(widget->parentWidget());
            dock->setFeatures(dock->features() ^ QDockWidget::DockWidgetClosable);
            dock->setFeatures(dock->features() ^ QDockWidget::DockWidgetClosable);
        }
    }
}

int textScale()
{
    const QVariant percent = qApp->property(scaleProperty);
    return percent.isValid() ? percent.toInt() : 100;
}

void useFont(QWidget *widget, double factor, bool semiBold)
{
    widget->setProperty(factorProperty, factor);
    widget->setProperty(semiBoldProperty, semiBold);
    deriveFont(widget);
    if (auto *table = qobject_cast<QTableView *>(widget))
        fitRows(table);
}

QString branchLetter(Branch branch)
{
    switch (branch) {
    case Branch::Pool:
        return QStringLiteral("P");
    case Branch::Resample:
        return QStringLiteral("R");
    case Branch::Prune:
        return QStringLiteral("K");
    }
    return {};
}

QString branchTitle(Branch branch)
{
    switch (branch) {
    case Branch::Pool:
        return QStringLiteral("pooling");
    case Branch::Resample:
        return QStringLiteral("resampler");
    case Branch::Prune:
        return QStringLiteral("pruning");
    }
    return {};
}

// After Okabe and Ito, the resampler's purple darkened to 3:1 on a light surface:
// apart for every kind of colour vision, and from the kept/dropped
// pair except that pruning, which keeps patches, shares their blue.
QColor branchColour(Branch branch)
{
    switch (branch) {
    case Branch::Pool:
        return QColor(0x00, 0x9e, 0x73);
    case Branch::Resample:
        return QColor(0xb8, 0x5c, 0x91);
    case Branch::Prune:
        return QColor::fromRgb(keptColour);
    }
    return {};
}

bool isDark(const QPalette &palette)
{
    return luminance(palette.color(QPalette::Window)) < 0.18;
}

PanelColours panelColours(const QPalette &palette)
{
    const bool dark = isDark(palette);
    PanelColours colours;
    colours.surface = palette.color(QPalette::Window);
    colours.text = palette.color(QPalette::WindowText);
    colours.canvas = mix(colours.surface, Qt::black, dark ? 0.35 : 0.08);
    colours.muted = palette.color(QPalette::PlaceholderText);
    colours.line = mix(colours.surface, colours.text, 0.16);
    colours.track = mix(colours.surface, colours.text, 0.10);
    colours.good = dark ? QColor(0x4c, 0xc3, 0x8a) : QColor(0x0b, 0x75, 0x43);
    colours.bad = dark ? QColor(0xff, 0x8a, 0x65) : QColor(0xb3, 0x3a, 0x0a);
    colours.accent = palette.color(QPalette::Highlight);
    return colours;
}

QColor readableOn(const QColor &background)
{
    // The colour with the higher contrast ratio against the background.
    const double l = luminance(background);
    return (l + 0.05) / 0.05 > 1.05 / (l + 0.05) ? QColor(Qt::black) : QColor(Qt::white);
}

QFont smallFont(const QWidget *widget)
{
    QFont font = widget->font();
    font.setPointSizeF(font.pointSizeF() * smallFactor);
    return font;
}

QFont strongFont(const QWidget *widget)
{
    QFont font = widget->font();
    font.setWeight(QFont::DemiBold);
    return font;
}

QFont numberFont(const QWidget *widget)
{
    // Digits of most interface fonts are tabular already; a monospaced family
    // would look foreign in a table of words.
    QFont font = widget->font();
    font.setStyleStrategy(QFont::PreferAntialias);
    return font;
}

void drawBranchChip(QPainter &painter, const QRectF &rect, Branch branch, bool active)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor colour = branchColour(branch);
    painter.setPen(QPen(colour, 1.5));
    painter.setBrush(active ? QBrush(colour) : QBrush(Qt::NoBrush));
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), metrics::radius, metrics::radius);
    painter.setPen(active ? readableOn(colour) : colour);
    QFont font = painter.font();
    font.setWeight(QFont::Bold);
    painter.setFont(font);
    painter.drawText(rect, Qt::AlignCenter, branchLetter(branch));
    painter.restore();
}

} // namespace qmop
