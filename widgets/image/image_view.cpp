// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/image/image_view.h"

#include "widgets/image/kept_set.h"
#include "widgets/image/overlay_painter.h"
#include "widgets/image/patch_grid_accessible.h"
#include "widgets/theme/theme.h"

#include <QPainter>
#include <QResizeEvent>

#include <algorithm>
#include <cmath>
#include <utility>

namespace qmop {

ImageView::ImageView(Selection *selection, QWidget *parent)
    : QWidget(parent)
    , m_selection(selection)
{
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAcceptDrops(true);
    setAttribute(Qt::WA_OpaquePaintEvent);
    m_settle.setSingleShot(true);
    m_settle.setInterval(120);
    connect(&m_settle, &QTimer::timeout, this, &ImageView::invalidate);
    PatchGridAccessible::install();
    setAccessibleName(tr("Picture with patches"));
    addKeys();
    setWhatsThis(tr("Wheel zooms, drag moves. 0 fit, 1 actual pixels, Z zoom to patch, O next overlay, hold Space to "
                    "hide it, [ ] opacity, arrows move the patch cursor, Enter locks a patch."));
    connect(m_selection, &Selection::overlayChanged, this, &ImageView::updateField);
    connect(m_selection, &Selection::tokenChanged, this, &ImageView::updateField);
    connect(m_selection, &Selection::answerTokenChanged, this, [this] {
        if (m_selection->overlay() == OverlayKind::Answer)
            updateField();
    });
    for (auto signal : {&Selection::hoveredPatchChanged, &Selection::lockedPatchChanged})
        connect(m_selection, signal, this, &ImageView::announceReadout);
    connect(m_selection, &Selection::highlightChanged, this, &ImageView::marksChanged);
}

void ImageView::setPicture(std::shared_ptr<const ImageU8> picture, std::optional<PatchGrid> grid, PicturePyramid levels)
{
    m_trace.reset();
    m_picture = std::move(picture);
    m_grid = std::move(grid);
    m_pyramid = levels.isNull() ? PicturePyramid(m_picture) : std::move(levels);
    m_fit = Fit::All;
    applyFit();
    updateField();
}

void ImageView::setTrace(std::shared_ptr<const RunTrace> trace)
{
    m_trace = std::move(trace);
    if (m_trace) {
        const bool samePlace = m_grid && m_grid->imageWidth == m_trace->grid.imageWidth
            && m_grid->imageHeight == m_trace->grid.imageHeight;
        if (m_trace->image && m_trace->image != m_picture)
            replacePicture(m_trace->image);
        m_grid = m_trace->grid;
        // Another question about the same picture keeps the view.
        if (!samePlace)
            m_fit = Fit::All;
        applyFit();
    }
    updateField();
}

void ImageView::prepare(std::shared_ptr<const ImageU8> picture, PicturePyramid levels)
{
    m_prepared = picture;
    m_preparedLevels = std::move(levels);
}

// The engine decodes for itself: mostly what it got is what is shown already.
void ImageView::replacePicture(const std::shared_ptr<const ImageU8> &picture)
{
    const bool same = m_picture && m_picture->width == picture->width && m_picture->height == picture->height
        && m_picture->rgb == picture->rgb;
    m_picture = picture;
    PicturePyramid prepared = std::exchange(m_preparedLevels, {});
    if (same)
        m_pyramid.moveTo(picture);
    else
        m_pyramid = m_prepared.lock() == picture ? std::move(prepared) : PicturePyramid(picture);
    m_prepared.reset();
}

// Numbers first, then one repaint: everything on screen stems from these.
void ImageView::updateField()
{
    m_field.reset();
    m_kept.clear();
    m_windows.clear();
    m_problem.clear();
    const OverlayKind kind = m_selection->overlay();
    if (m_trace && m_grid) {
        if (kind == OverlayKind::Kept)
            m_kept = shownKept();
        if (m_kept.empty())
            m_field = shownField(&m_problem);
        if (kind == OverlayKind::Pooling && previewsWindows()) {
            m_windows = m_preview->windows;
            m_field.reset(); // shares are those of the run's own windows
        } else if (kind == OverlayKind::Pooling && m_field) {
            m_windows = poolingWindows(*m_trace);
        }
    }
    update();
    emit trustStripChanged(trustStrip());
    announceReadout();
}

std::optional<OverlayField> ImageView::shownField(QString *why) const
{
    if (m_selection->overlay() != OverlayKind::Kept)
        return overlayField(*m_trace, m_selection->overlay(), m_selection->overlayToken(), why);
    *why = noPruningText(*m_trace);
    return std::nullopt;
}

std::vector<std::uint8_t> ImageView::shownKept() const
{
    return previewsKept() ? m_preview->kept : keptPatches(*m_trace);
}

bool ImageView::wereKept() const
{
    return qmop::wereKept(*m_trace) && (!previewsKept() || m_preview->wasRun);
}

bool ImageView::previewsKept() const
{
    return m_preview && m_grid && !m_preview->kept.empty() && int(m_preview->kept.size()) == m_grid->patchCount();
}

bool ImageView::previewsWindows() const
{
    return m_preview && m_grid && int(m_preview->windows.size()) == m_grid->patchCount();
}

QString ImageView::trustStrip() const
{
    if (m_preview && m_preview->budget > 0 && !m_windows.empty() && !m_field)
        return tr("the windows of M = %1; how a query weighs its window is known once it was run")
            .arg(m_preview->budget);
    if (previewsKept() && m_preview->budget > 0 && !m_kept.empty())
        return tr("preview: %1 in this run; its answer used M = %2")
            .arg(keptRule(std::size_t(m_preview->budget), {}))
            .arg(m_preview->answerBudget);
    if (m_selection->overlay() == OverlayKind::Kept && !m_kept.empty() && previewsKept() && !m_preview->wasRun)
        return m_preview->obstacle.isEmpty()
            ? tr("edit: %1 patches would be kept; run it to see the answer (+ forced in, × forced out)")
                  .arg(std::count(m_kept.begin(), m_kept.end(), 1))
            : tr("edit that cannot be run: %1").arg(m_preview->obstacle);
    if (m_selection->overlay() == OverlayKind::Kept && !m_kept.empty())
        return keptSource(*m_trace);
    const auto padding = m_grid && !m_trace ? std::ranges::count(m_grid->isPadding, 1) : 0;
    if (padding > 0)
        return tr("padded to a square: %1 of %2 patches are padding (hatched), in which the model sees no picture")
            .arg(padding)
            .arg(m_grid->patchCount());
    return m_field ? fieldSource(*m_field) : QString(); // a problem is said on the picture
}

PatchReadout ImageView::readout() const
{
    return readoutOf(m_selection->currentPatch());
}

PatchReadout ImageView::readoutOf(int patch) const
{
    if (!m_grid)
        return {};
    PatchReadout readout = readPatch(*m_grid, m_trace.get(), m_field ? &*m_field : nullptr, patch);
    // What the picture shows, said as it is drawn.
    if (readout.kept && std::size_t(patch) < m_kept.size()) {
        readout.kept = m_kept[std::size_t(patch)] != 0;
        readout.wereKept = wereKept();
    }
    return readout;
}

// Screen readers get the patch as the widget's description.
void ImageView::announceReadout()
{
    const PatchReadout now = readout();
    const QString text = now.patch >= 0 ? now.text() : tr("No patch selected");
    if (text != accessibleDescription())
        setAccessibleDescription(text); // sends the accessibility event itself
    if (hasFocus())
        PatchGridAccessible::announce(this, now.patch);
    emit readoutChanged(now);
}

void ImageView::setOpacity(double opacity)
{
    opacity = std::clamp(opacity, 0.0, 1.0);
    if (opacity == m_opacity)
        return;
    m_opacity = opacity;
    update();
    emit opacityChanged(opacity);
}

void ImageView::setOverlayHidden(bool hidden)
{
    if (m_overlayHidden == hidden)
        return;
    m_overlayHidden = hidden;
    update();
}

void ImageView::resizeEvent(QResizeEvent *event)
{
    if (m_fit == Fit::Free && event->oldSize().isValid()) {
        const QSize delta = event->size() - event->oldSize();
        m_widgetFromImage = panned(m_widgetFromImage, QPointF(delta.width() / 2.0, delta.height() / 2.0));
    }
    applyFit();
    emit placeChanged();
}

int ImageView::patchAt(QPointF posInWidget) const
{
    return m_grid && hasPicture() && posInWidget.y() < canvasSize().height()
        ? m_grid->patchAt(fromQt(m_widgetFromImage.inverse(posInWidget)))
        : -1;
}

void ImageView::invalidate()
{
    m_layerValid = false;
    m_drawnOnce = false;
    update();
}

void ImageView::drawPicture(QPainter &painter, const QRect &deviceArea, double dpr)
{
    const QRect target = deviceRect(QRectF(0, 0, m_picture->width, m_picture->height), m_widgetFromImage, dpr);
    for (const QRect &rect : QRegion(deviceArea).subtracted(target))
        painter.fillRect(rect, panelColours(palette()).canvas);
    m_pyramid.draw(painter, target, deviceArea, !m_settle.isActive());
}

void ImageView::paintEvent(QPaintEvent *event)
{
    QPainter painter(this);
    if (!hasPicture()) {
        painter.fillRect(rect(), panelColours(palette()).canvas);
        paintEmpty(painter);
        return;
    }
    // Of what is painted on, which differs from the widget's in an export: the painter's
    // device is the widget there, too.
    const double dpr = painter.deviceTransform().m11();
    const QRect whole(0, 0, int(std::ceil(width() * dpr)), int(std::ceil(height() * dpr)));
    // A moving picture is another one in each frame: nothing is kept of it. Nor in the
    // frame that shows it elsewhere for the first time, which has enough to paint.
    const bool first = !m_drawnOnce && event->region().boundingRect() == rect();
    const bool direct = m_settle.isActive() || first;
    m_drawnOnce = m_drawnOnce || first;
    if (!direct && (!m_layerValid || m_layer.size() != whole.size())) {
        if (m_layer.size() != whole.size())
            m_layer = QImage(whole.size(), QImage::Format_RGB32);
        QPainter layer(&m_layer);
        drawPicture(layer, whole, dpr);
        m_layerValid = true;
    }
    const QRect canvas(0, 0, whole.width(), int(std::floor(canvasSize().height() * dpr)));
    painter.save();
    painter.scale(1 / dpr, 1 / dpr);
    // Piece by piece: the colour bar and a patch may be far apart, and Qt is slow to
    // clip at both.
    for (const QRectF part : event->region()) {
        const QRect piece = QRectF(part.topLeft() * dpr, part.size() * dpr).toAlignedRect().intersected(canvas);
        if (piece.isEmpty())
            continue;
        painter.setClipRect(piece);
        if (direct)
            drawPicture(painter, piece, dpr);
        else
            painter.drawImage(piece.topLeft(), m_layer, piece);
        if (m_grid)
            paintOverlay(painter, piece, dpr);
        if (m_grid)
            paintMarks(painter, piece, dpr);
    }
    painter.restore();
    paintLabels(painter);
}

void ImageView::paintOverlay(QPainter &painter, const QRect &deviceArea, double dpr)
{
    const PanelColours colours = panelColours(palette());
    const OverlayPainter overlay(painter, *m_grid, m_widgetFromImage, dpr, deviceArea);
    QColor ink = colours.muted;
    ink.setAlphaF(0.45F);
    overlay.drawPadding(ink);
    if (m_overlayHidden)
        return;
    QColor veil = colours.canvas;
    veil.setAlphaF(0.6F);
    overlay.drawOutsideInput(veil, colours.muted);
    if (m_field)
        overlay.drawField(*m_field, m_map, m_opacity);
    if (!m_windows.empty())
        overlay.drawWindows(m_windows, previewsWindows() ? -1 : m_selection->token().token);
    if (m_field)
        paintOver(overlay, *m_field);
    if (!m_kept.empty()) {
        overlay.drawKept(m_kept, m_opacity);
        const ForcedPatches forced
            = previewsKept() ? ForcedPatches{m_preview->forcedIn, m_preview->forcedOut} : forcedPatches(*m_trace);
        for (int patch : forced.in)
            overlay.drawForced(patch, true);
        for (int patch : forced.out)
            overlay.drawForced(patch, false);
    }
}

void ImageView::paintEmpty(QPainter &painter)
{
    const PanelColours colours = panelColours(palette());
    const QRectF frame = QRectF(rect()).adjusted(24, 24, -24, -24);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(m_dropHover ? colours.accent : colours.line, 2, Qt::DashLine));
    painter.drawRoundedRect(frame, 10, 10);
    painter.setPen(colours.muted);
    painter.drawText(
        frame, Qt::AlignCenter | Qt::TextWordWrap,
        tr("Drop a picture here, paste one (Ctrl+V) or open one (Ctrl+O).\nPNG, JPEG, WebP, BMP or TIFF."));
}

} // namespace qmop
