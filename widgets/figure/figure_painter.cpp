// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/figure/figure_painter.h"

#include "qmop/method_text.h"
#include "widgets/figure/figure_charts.h"
#include "widgets/figure/figure_colours.h"
#include "widgets/figure/figure_panels.h"
#include "widgets/figure/figure_text.h"
#include "widgets/figure/figure_view.h"
#include "widgets/image/kept_set.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace qmop {

namespace {

using namespace figure_colours;

constexpr double barRoom = 70; // right of the picture, for the colour bar and its numbers
constexpr double twoColumns = 560; // from this width on, panels stand side by side
constexpr double columnGap = 20;

QString tr(const char *text)
{
    return QObject::tr(text);
}

QString text(const std::string &utf8)
{
    return QString::fromStdString(utf8).simplified();
}

QString methodSentence(const RunTrace &trace)
{
    const RunRequest &request = trace.request;
    const ShownMethod method = shownMethod(request.compressor, request.budget, overridesText(request.overrides));
    QString sentence = tr("Compressor %1").arg(text(method.compressor));
    if (method.budget > 0)
        sentence += tr(", budget %1 of %2 visual tokens").arg(method.budget).arg(trace.grid.patchCount());
    if (request.compressor == "qmop")
        sentence += tr(", fusion %1").arg(QString::fromLatin1(std::string(fusionKey(request.fusion)).c_str()));
    if (!method.changes.empty())
        sentence += tr(", changed: %1").arg(text(method.changes));
    return sentence + u'.';
}

QString modelSentence(const RunEnvironment &environment)
{
    QString sentence = tr("Model %1").arg(text(environment.modelName));
    if (!environment.modelHash.empty())
        sentence += tr(" (SHA-256 %1…)").arg(text(environment.modelHash).left(12));
    return sentence + tr(", %1 on %2.").arg(text(environment.computeType), text(environment.device));
}

QString pictureSentence(const RunTrace &trace)
{
    const QString name = trace.imageName.empty() ? tr("Picture") : tr("Picture %1").arg(text(trace.imageName));
    QString sentence = tr("%1, %2 × %3 px").arg(name).arg(trace.grid.imageWidth).arg(trace.grid.imageHeight);
    if (!trace.imageSha256.empty())
        sentence += tr(" (SHA-256 %1…)").arg(text(trace.imageSha256).left(12));
    return sentence + u'.';
}

QString overlaySentence(const RunTrace &trace, const FigureView &view)
{
    const OverlayKind kind = overlayFromKey(view.overlay);
    QString why;
    const std::optional<OverlayField> field = overlayField(trace, kind, tokenOf(view.marks, kind), &why);
    const QString source = kind == OverlayKind::Kept ? keptSource(trace) : field ? fieldSource(*field) : why;
    if (source.isEmpty())
        return noPruningText(trace) + u'.';
    const QString name = field && !field->name.isEmpty() ? field->name : overlayTitle(kind);
    return QStringLiteral("%1: %2.").arg(name.left(1).toUpper() + name.mid(1), source);
}

// Without the notices.
QString sentences(const RunTrace &trace, const FigureView &view)
{
    QStringList parts{overlaySentence(trace, view)};
    QString answer = tr("“%1” – “%2”").arg(text(trace.request.question), text(trace.answer.text));
    if (trace.uncompressed)
        answer += tr(" (all tokens: “%1”)").arg(text(trace.uncompressed->text));
    parts << answer + u'.' << methodSentence(trace) << modelSentence(trace.environment) << pictureSentence(trace);
    if (!trace.environment.appVersion.empty())
        parts << tr("QMoP Explorer %1.").arg(text(trace.environment.appVersion));
    return parts.join(u' ');
}

}

QStringList figureNotices(const RunTrace &trace)
{
    QStringList lines;
    for (const std::string &notice : trace.notices)
        lines << QStringLiteral("⚠ ") + text(notice);
    return lines;
}

QString figureCaption(const RunTrace &trace, const FigureView &view)
{
    return (QStringList{sentences(trace, view)} + figureNotices(trace)).join(u' ');
}

FigurePainter::FigurePainter(std::shared_ptr<const RunTrace> trace, FigureView view, FigureLook look)
    : m_trace(std::move(trace))
    , m_view(std::move(view))
    , m_look(std::move(look))
    , m_caption(figureCaption(*m_trace, m_view))
{
    layOut();
}

void FigurePainter::layOut()
{
    const double inner = m_look.width - 2 * figureMargin;
    double bottom = figureMargin;
    const auto snapped = [this](double value) { return std::round(value * m_look.scale) / m_look.scale; };
    if (m_look.picture && m_trace->image && !m_trace->image->empty()) {
        const bool kept = overlayFromKey(m_view.overlay) == OverlayKind::Kept;
        const double room = inner - (kept ? 0 : barRoom);
        m_picture.emplace(m_trace, m_view, QSizeF(room, 0.8 * m_look.width), m_look.scale);
        m_pictureBox = QRectF(QPointF(snapped(figureMargin), snapped(figureMargin)), m_picture->size());
        bottom = m_pictureBox.bottom();
        if (m_picture->field())
            m_barBox = QRectF(m_pictureBox.right() + 10, m_pictureBox.top() + 8, 12,
                              std::clamp(m_pictureBox.height() - 16, 40.0, 220.0));
        m_legend.emplace(*m_trace, *m_picture, inner, m_look.caption);
        m_legendTop = bottom + 4;
        bottom = m_legend->height() > 0 ? m_legendTop + m_legend->height() : bottom;
    }
    layOutPanels(bottom);
    if (m_look.caption) {
        m_captionTop = bottom + (bottom > figureMargin ? 8 : 0);
        m_captionLines = wrapped(sentences(*m_trace, m_view), inner, figureSmallSize);
        for (const QString &notice : figureNotices(*m_trace))
            m_captionLines += wrapped(notice, inner, figureSmallSize);
        bottom = m_captionTop + lineHeight(figureSmallSize) * double(m_captionLines.size());
    }
    m_size = QSizeF(m_look.width, std::ceil(bottom + figureMargin));
}

// Side by side where there is room, each in the column that is shorter.
void FigurePainter::layOutPanels(double &bottom)
{
    if (m_look.panels.empty())
        return;
    const double inner = m_look.width - 2 * figureMargin;
    const bool two = m_look.width >= twoColumns && m_look.panels.size() > 1;
    const double width = two ? (inner - columnGap) / 2 : inner;
    double ends[2] = {bottom + 10, bottom + 10};
    for (FigurePanel panel : m_look.panels) {
        const std::size_t column = two && ends[1] < ends[0] ? 1 : 0;
        const double height = figurePanelHeight(panel, *m_trace, m_view, width);
        m_panelBoxes.emplace_back(figureMargin + double(column) * (width + columnGap), ends[column], width, height);
        ends[column] += height + 12;
    }
    bottom = std::max(ends[0], ends[1]) - 12;
}

void FigurePainter::paint(QPainter &painter) const
{
    painter.save();
    painter.setRenderHint(QPainter::LosslessImageRendering);
    painter.fillRect(QRectF(QPointF(0, 0), m_size), paper);
    if (m_picture) {
        m_picture->paint(painter, m_pictureBox.topLeft());
        if (const auto &field = m_picture->field())
            paintColourBar(painter, m_barBox, field->low, field->high, m_picture->colourMap());
        m_legend->paint(painter, QPointF(figureMargin, m_legendTop));
    }
    for (std::size_t i = 0; i < m_panelBoxes.size(); ++i)
        paintFigurePanel(painter, m_look.panels[i], *m_trace, m_view, m_panelBoxes[i], m_look.scale);
    paintCaption(painter, m_captionLines, QPointF(figureMargin, m_captionTop));
    painter.restore();
}

} // namespace qmop
