// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/figure/figure_text.h"

#include "qmop/resources.h"
#include "widgets/figure/figure_colours.h"

#include <QFont>
#include <QGlyphRun>
#include <QHash>
#include <QPainter>
#include <QRawFont>
#include <QTextLayout>

#include <algorithm>

namespace qmop {

namespace {

// Shaped and measured at this size, then scaled: advances do not depend on the
// size at which the text is drawn.
constexpr double shapeSize = 256;

const QRawFont &figureFont()
{
    static const QRawFont font(QString::fromStdString((resourceDir() / "fonts/DejaVuSans.ttf").string()), shapeSize,
                               QFont::PreferNoHinting);
    return font;
}

struct Shaped {
    QPainterPath outline; // from the left end of the baseline
    double width = 0;
};

// Scripts that join their letters, and what the font lacks, are left to Qt and the machine's fonts.
bool isSimple(const QString &text)
{
    for (QChar letter : text)
        if (letter.isSurrogate() || letter.script() == QChar::Script_Arabic || letter.isMark())
            return false;
    if (!figureFont().isValid())
        return false;
    const QList<quint32> glyphs = figureFont().glyphIndexesForString(text);
    return std::ranges::find(glyphs, 0U) == glyphs.end();
}

Shaped shapeSimply(const QString &text)
{
    const QRawFont &font = figureFont();
    const QList<quint32> glyphs = font.glyphIndexesForString(text);
    const QList<QPointF> advances
        = font.advancesForGlyphIndexes(glyphs, QRawFont::UseDesignMetrics | QRawFont::KernedAdvances);
    Shaped shaped;
    shaped.outline.setFillRule(Qt::WindingFill);
    for (qsizetype i = 0; i < glyphs.size(); ++i) {
        shaped.outline.addPath(font.pathForGlyph(glyphs[i]).translated(shaped.width, 0));
        shaped.width += advances[i].x();
    }
    return shaped;
}

Shaped shapeWithQt(const QString &text)
{
    QFont font(QStringLiteral("DejaVu Sans"));
    font.setPixelSize(int(shapeSize));
    font.setHintingPreference(QFont::PreferNoHinting);
    QTextLayout layout(text, font);
    layout.beginLayout();
    QTextLine line = layout.createLine();
    layout.endLayout();
    Shaped shaped;
    shaped.outline.setFillRule(Qt::WindingFill);
    if (!line.isValid())
        return shaped;
    shaped.width = line.naturalTextWidth();
    for (const QGlyphRun &run : layout.glyphRuns()) {
        const QList<quint32> glyphs = run.glyphIndexes();
        for (qsizetype i = 0; i < glyphs.size(); ++i)
            shaped.outline.addPath(
                run.rawFont().pathForGlyph(glyphs[i]).translated(run.positions()[i] - QPointF(0, line.ascent())));
    }
    return shaped;
}

const Shaped &shaped(const QString &text)
{
    static QHash<QString, Shaped> known;
    if (const auto found = known.constFind(text); found != known.constEnd())
        return *found;
    if (known.size() > 4096)
        known.clear();
    QString line = text;
    line.replace(u'\n', u' ').replace(u'\t', u' ');
    return *known.insert(text, isSimple(line) ? shapeSimply(line) : shapeWithQt(line));
}

}

double textWidth(const QString &text, double size)
{
    return shaped(text).width * size / shapeSize;
}

double lineHeight(double size)
{
    return 1.35 * size;
}

double textAscent(double size)
{
    return 1.0 * size;
}

void drawText(QPainter &painter, QPointF at, const QString &text, double size, const QColor &colour)
{
    const double scale = size / shapeSize;
    const QTransform place(scale, 0, 0, scale, at.x(), at.y());
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillPath(place.map(shaped(text).outline), colour);
    painter.restore();
}

void drawText(QPainter &painter, const QRectF &box, Qt::Alignment horizontal, const QString &text, double size,
              const QColor &colour)
{
    const double width = textWidth(text, size);
    const double left = horizontal & Qt::AlignRight ? box.right() - width
        : horizontal & Qt::AlignHCenter             ? box.center().x() - width / 2
                                                    : box.left();
    drawText(painter, QPointF(left, box.center().y() + 0.36 * size), text, size, colour);
}

QString elided(const QString &text, double width, double size)
{
    if (textWidth(text, size) <= width)
        return text;
    const QString dots = QStringLiteral("…");
    qsizetype least = 0, most = text.size(); // letters that fit, and that do not
    while (most - least > 1) {
        const qsizetype middle = (least + most) / 2;
        (textWidth(text.left(middle) + dots, size) <= width ? least : most) = middle;
    }
    return text.left(least) + dots;
}

QStringList wrapped(const QString &text, double width, double size)
{
    QStringList lines;
    QString line;
    for (const QString &word : text.split(u' ', Qt::SkipEmptyParts)) {
        const QString longer = line.isEmpty() ? word : line + u' ' + word;
        if (textWidth(longer, size) <= width) {
            line = longer;
            continue;
        }
        if (!line.isEmpty())
            lines << line;
        line = elided(word, width, size);
    }
    if (!line.isEmpty())
        lines << line;
    return lines;
}

void paintCaption(QPainter &painter, const QStringList &lines, QPointF at)
{
    at.ry() += textAscent(figureSmallSize);
    for (const QString &line : lines) {
        drawText(painter, at, line, figureSmallSize, figure_colours::ink);
        at.ry() += lineHeight(figureSmallSize);
    }
}

} // namespace qmop
