// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/figure/answers_painter.h"

#include "widgets/figure/figure_colours.h"
#include "widgets/figure/figure_text.h"
#include "widgets/review/answer_mark.h"

#include <QObject>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <set>

namespace qmop {

namespace {

using namespace figure_colours;

QString tr(const char *text)
{
    return QObject::tr(text);
}

PanelColours colours()
{
    PanelColours onPaper; // those of the light theme
    onPaper.good = QColor(0x0b, 0x75, 0x43);
    onPaper.bad = QColor(0xb3, 0x3a, 0x0a);
    return onPaper;
}

QString filterSentence(const ReviewFilter &filter)
{
    QStringList parts;
    if (filter.outcome != Outcome::Any)
        parts << outcomeTitle(filter.outcome);
    if (!filter.compressor.empty())
        parts << QString::fromStdString(filter.compressor);
    if (filter.budget > 0)
        parts << tr("%1 tokens").arg(filter.budget);
    if (filter.dimension)
        parts << QString::fromUtf8(dimensionKey(*filter.dimension).data());
    if (!filter.questionType.empty())
        parts << QString::fromStdString(filter.questionType);
    if (filter.keptBelow)
        parts << tr("kept < %1 %").arg(*filter.keptBelow * 100, 0, 'f', 0);
    if (filter.entropyAbove)
        parts << tr("entropy > %1").arg(*filter.entropyAbove, 0, 'f', 2);
    if (!filter.tag.isEmpty())
        parts << tr("tag %1").arg(filter.tag);
    if (!filter.text.isEmpty())
        parts << tr("“%1”").arg(filter.text);
    return parts.isEmpty() ? tr("all answers") : parts.join(QStringLiteral(", "));
}

}

std::map<std::string, std::string> filterTexts(const ReviewFilter &filter)
{
    std::map<std::string, std::string> texts;
    if (filter.outcome != Outcome::Any)
        texts["outcome"] = std::to_string(int(filter.outcome));
    if (!filter.compressor.empty())
        texts["compressor"] = filter.compressor;
    if (filter.budget > 0)
        texts["budget"] = std::to_string(filter.budget);
    if (filter.dimension)
        texts["dimension"] = dimensionKey(*filter.dimension);
    if (!filter.questionType.empty())
        texts["type"] = filter.questionType;
    const auto number = [](double value) { return QString::number(value, 'g', 12).toStdString(); };
    if (filter.keptBelow)
        texts["kept_below"] = number(*filter.keptBelow);
    if (filter.entropyAbove)
        texts["entropy_above"] = number(*filter.entropyAbove);
    if (!filter.tag.isEmpty())
        texts["tag"] = filter.tag.toStdString();
    if (!filter.text.isEmpty())
        texts["text"] = filter.text.toStdString();
    return texts;
}

ReviewFilter filterFromTexts(const std::map<std::string, std::string> &texts)
{
    const auto text = [&](const char *key) {
        const auto found = texts.find(key);
        return found == texts.end() ? QString() : QString::fromStdString(found->second);
    };
    const auto number = [&](const char *key) -> std::optional<double> {
        bool read = false;
        const double value = text(key).toDouble(&read);
        return read && std::isfinite(value) ? std::optional(value) : std::nullopt;
    };
    ReviewFilter filter;
    if (const int outcome = text("outcome").toInt(); outcome > 0 && outcome < int(allOutcomes.size()))
        filter.outcome = Outcome(outcome);
    filter.compressor = text("compressor").toStdString();
    filter.budget = std::max(0, text("budget").toInt());
    filter.dimension = dimensionFromKey(text("dimension").toStdString());
    filter.questionType = text("type").toStdString();
    filter.keptBelow = number("kept_below");
    filter.entropyAbove = number("entropy_above");
    filter.tag = text("tag");
    filter.text = text("text");
    return filter;
}

ReviewField fieldFromKey(const std::string &key)
{
    for (ReviewField field : allReviewFields)
        if (fieldKey(field).toStdString() == key)
            return field;
    return ReviewField::Entropy;
}

QString answersCaption(const AnswersView &view)
{
    const BenchRecord &record = *view.record;
    const ReviewData data(view.record);
    int drawn = 0, right = 0, listed = 0;
    std::set<std::string> methods;
    for (ReviewRow row : data.rows(view.filter)) {
        ++listed;
        methods.insert(methodName(record.methods[std::size_t(row.method)].point));
        if (data.value(row, view.x) && data.value(row, view.y)) {
            ++drawn;
            right += data.score(row) >= 1;
        }
    }
    QStringList names;
    for (const std::string &method : methods)
        names << QString::fromStdString(method);
    QString caption = tr("%1 against %2: %3 of %4 answers have both numbers, %5 of them are right.")
                          .arg(fieldTitle(view.y), fieldTitle(view.x))
                          .arg(drawn)
                          .arg(listed)
                          .arg(right);
    caption += u' ' + tr("Shown: %1 (%2).").arg(filterSentence(view.filter), names.join(QStringLiteral(", ")));
    if (!view.brushed.empty())
        caption += u' ' + tr("%1 are brushed.").arg(view.brushed.size());
    return caption + u' '
        + tr("Suite %1, version %2, scorer %3; model %4. QMoP Explorer %5.")
              .arg(QString::fromStdString(record.suite), QString::fromStdString(record.version),
                   QString::fromStdString(record.scorer), QString::fromStdString(record.model),
                   QStringLiteral(QMOP_VERSION));
}

AnswersPainter::AnswersPainter(AnswersView view, FigureLook look)
    : m_view(std::move(view))
    , m_look(std::move(look))
    , m_caption(answersCaption(m_view))
{
    const ReviewData data(m_view.record);
    const std::set<ReviewRow> brushed(m_view.brushed.begin(), m_view.brushed.end());
    std::vector<double> xs, ys;
    for (ReviewRow row : data.rows(m_view.filter)) {
        const auto x = data.value(row, m_view.x), y = data.value(row, m_view.y);
        if (!x || !y)
            continue;
        m_points.push_back({*x, *y, data.score(row), brushed.contains(row)});
        m_anyBrushed = m_anyBrushed || m_points.back().brushed;
        xs.push_back(*x);
        ys.push_back(*y);
    }
    m_x = axisRange(xs, fieldHighest(m_view.x));
    m_y = axisRange(ys, fieldHighest(m_view.y));
    const double inner = m_look.width - 2 * figureMargin, text = lineHeight(figureSmallSize);
    const double left = figureMargin + text + 44;
    m_plot = QRectF(left, figureMargin, m_look.width - figureMargin - 16 - left, std::round(0.56 * m_look.width));
    m_legendTop = m_plot.bottom() + 2 * text + 8;
    double bottom = m_legendTop + text;
    if (m_look.caption) {
        m_captionTop = bottom + 8;
        m_captionLines = wrapped(m_caption, inner, figureSmallSize);
        bottom = m_captionTop + text * double(m_captionLines.size());
    }
    m_size = QSizeF(m_look.width, std::ceil(bottom + figureMargin));
}

QPointF AnswersPainter::placeOf(double x, double y) const
{
    return {m_plot.left() + m_x.share(x) * m_plot.width(), m_plot.bottom() - m_y.share(y) * m_plot.height()};
}

void AnswersPainter::paintAxes(QPainter &painter) const
{
    const double text = lineHeight(figureSmallSize);
    const auto across = [&](double y, const QColor &colour) {
        painter.fillRect(QRectF(m_plot.left(), y - 0.4, m_plot.width(), 0.8), colour);
    };
    const auto up = [&](double x, const QColor &colour) {
        painter.fillRect(QRectF(x - 0.4, m_plot.top(), 0.8, m_plot.height()), colour);
    };
    for (double tick : m_x.ticks) {
        const double x = placeOf(tick, m_y.low).x();
        up(x, track);
        drawText(painter, QRectF(x - 30, m_plot.bottom() + 2, 60, text), Qt::AlignHCenter, m_x.label(tick),
                 figureSmallSize, muted);
    }
    for (double tick : m_y.ticks) {
        const double y = placeOf(m_x.low, tick).y();
        across(y, track);
        drawText(painter, QRectF(m_plot.left() - 46, y - text / 2, 42, text), Qt::AlignRight, m_y.label(tick),
                 figureSmallSize, muted);
    }
    across(m_plot.bottom(), line);
    up(m_plot.left(), line);
    drawText(painter, QRectF(m_plot.left(), m_plot.bottom() + 2 + text, m_plot.width(), text), Qt::AlignHCenter,
             elided(fieldTitle(m_view.x), m_plot.width(), figureTextSize), figureTextSize, ink);
    painter.save();
    painter.translate(figureMargin, m_plot.center().y());
    painter.rotate(-90);
    drawText(painter, QRectF(-m_plot.height() / 2, 0, m_plot.height(), text), Qt::AlignHCenter,
             elided(fieldTitle(m_view.y), m_plot.height(), figureTextSize), figureTextSize, ink);
    painter.restore();
}

void AnswersPainter::paintPoints(QPainter &painter) const
{
    const PanelColours onPaper = colours();
    for (bool brushedOnes : {false, true}) // on top
        for (const Point &point : m_points)
            if (point.brushed == brushedOnes)
                drawAnswerMark(painter, placeOf(point.x, point.y), point.score, onPaper, m_anyBrushed && !brushedOnes);
    if (m_points.empty())
        drawText(painter, m_plot, Qt::AlignHCenter, tr("No answer has both numbers."), figureTextSize, muted);
}

void AnswersPainter::paintLegend(QPainter &painter) const
{
    const PanelColours onPaper = colours();
    const double text = lineHeight(figureSmallSize);
    double x = m_plot.left();
    const auto partly = [](const Point &point) { return point.score > 0 && point.score < 1; };
    std::vector<std::pair<double, QString>> entries{{1.0, tr("right")}, {0.0, tr("wrong")}};
    if (std::ranges::any_of(m_points, partly)) // an exact scorer gives none
        entries.emplace_back(0.5, tr("partly"));
    for (const auto &[score, word] : entries) {
        drawAnswerMark(painter, {x + 4, m_legendTop + text / 2}, score, onPaper);
        drawText(painter, QRectF(x + 12, m_legendTop, 80, text), Qt::AlignLeft, word, figureSmallSize, ink);
        x += 12 + textWidth(word, figureSmallSize) + 16;
    }
}

void AnswersPainter::paint(QPainter &painter) const
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(QRectF(QPointF(0, 0), m_size), paper);
    paintAxes(painter);
    paintPoints(painter);
    paintLegend(painter);
    paintCaption(painter, m_captionLines, QPointF(figureMargin, m_captionTop));
    painter.restore();
}

} // namespace qmop
