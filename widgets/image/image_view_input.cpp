// SPDX-License-Identifier: GPL-3.0-or-later
//
// Mouse, keys, drop and paste of the picture.
#include "widgets/image/image_view.h"
#include "widgets/image/offered_picture.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QDragEnterEvent>
#include <QFileInfo>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>
#include <utility>

namespace qmop {

namespace {

constexpr double zoomPerNotch = 1.25;
constexpr double opacityStep = 0.1;

}

bool ImageView::offer(const QMimeData *data)
{
    const QStringList paths = localPaths(data);
    if (paths.size() > 1 || (paths.size() == 1 && QFileInfo(paths.front()).isDir())) {
        emit filesOffered(paths);
        return true;
    }
    const std::optional<ImageSource> source = pictureFromMime(data);
    if (source)
        emit pictureOffered(*source);
    return source.has_value();
}

bool ImageView::pasteFromClipboard()
{
    return offer(QApplication::clipboard()->mimeData());
}

void ImageView::addKeys()
{
    const auto add = [this](const char *id, const QString &text, const QList<QKeySequence> &keys, auto slot) {
        auto *action = new QAction(text, this);
        action->setObjectName(QLatin1String(id));
        action->setShortcuts(keys);
        action->setShortcutContext(Qt::WidgetShortcut); // elsewhere the letter is text
        connect(action, &QAction::triggered, this, slot);
        addAction(action);
        return action;
    };
    add("picture.fit", tr("Fit the picture"), {Qt::Key_0}, [this] { fitAll(); });
    add("picture.actual", tr("Actual pixels"), {Qt::Key_1}, [this] { showActualPixels(); });
    add("picture.zoom", tr("Zoom to what is selected"), {Qt::Key_Z}, [this] { zoomToSelection(); });
    add("overlay.next", tr("Next overlay"), {Qt::Key_O}, [this] { m_selection->nextOverlay(); });
    add("overlay.fainter", tr("Fainter overlay"), {Qt::Key_BracketLeft},
        [this] { setOpacity(m_opacity - opacityStep); });
    add("overlay.stronger", tr("Stronger overlay"), {Qt::Key_BracketRight},
        [this] { setOpacity(m_opacity + opacityStep); });
    // Until the key is let go: without the focus nobody would hear of that.
    add("overlay.hide", tr("Hide the overlay while held"), {Qt::Key_Space}, [this] {
        setOverlayHidden(hasFocus());
    })->setAutoRepeat(false);
    add("cursor.up", tr("Patch above"), {Qt::Key_Up}, [this] { moveCursorBy(-1, 0); });
    add("cursor.down", tr("Patch below"), {Qt::Key_Down}, [this] { moveCursorBy(1, 0); });
    add("cursor.left", tr("Patch to the left"), {Qt::Key_Left}, [this] { moveCursorBy(0, -1); });
    add("cursor.right", tr("Patch to the right"), {Qt::Key_Right}, [this] { moveCursorBy(0, 1); });
    add("cursor.lock", tr("Lock the patch under the cursor"), {Qt::Key_Return, Qt::Key_Enter},
        [this] { lockCurrent(m_selection->currentPatch(), LockMode::Replace); });
    add("cursor.extend", tr("Lock all patches up to the cursor"),
        {Qt::SHIFT | Qt::Key_Return, Qt::SHIFT | Qt::Key_Enter},
        [this] { lockCurrent(m_selection->currentPatch(), LockMode::Extend); });
}

// The line below the picture is cut where it has no room.
bool ImageView::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip || !hasPicture())
        return QWidget::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    QStringList lines;
    if (legendStrip().contains(help->pos()))
        lines = QStringList{legendText(), trustStrip()};
    lines.removeAll(QString());
    QToolTip::showText(help->globalPos(), lines.join(u'\n'), this);
    return true;
}

void ImageView::wheelEvent(QWheelEvent *event)
{
    if (!hasPicture())
        return;
    const double notches = event->angleDelta().y() / 120.0;
    if (notches == 0)
        return;
    m_fit = Fit::Free;
    m_widgetFromImage = zoomedAt(m_widgetFromImage, event->position(), std::pow(zoomPerNotch, notches));
    m_selection->setHoveredPatch(patchAt(event->position()));
    moved();
    event->accept();
}

void ImageView::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton)
        return;
    m_pressPos = m_lastPos = event->position();
    m_dragging = false;
    if (m_brushing)
        brushTo(event->position(), true);
}

void ImageView::mouseMoveEvent(QMouseEvent *event)
{
    if (!(event->buttons() & Qt::LeftButton)) {
        m_selection->setHoveredPatch(patchAt(event->position()));
        return;
    }
    if (m_brushing) {
        brushTo(event->position(), false);
        return;
    }
    if (!m_dragging && (event->position() - m_pressPos).manhattanLength() < QApplication::startDragDistance())
        return;
    m_dragging = true;
    if (event->modifiers() & Qt::ShiftModifier || m_rubberBand) {
        m_rubberBand = QRectF(m_pressPos, event->position()).normalized();
        update();
        return;
    }
    m_fit = Fit::Free;
    m_widgetFromImage = panned(m_widgetFromImage, event->position() - m_lastPos);
    m_lastPos = event->position();
    setCursor(Qt::ClosedHandCursor);
    moved();
}

void ImageView::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton)
        return;
    if (m_brushing) {
        emit brushEnded();
        return;
    }
    unsetCursor();
    if (m_rubberBand)
        lockRubberBand(event->modifiers() & Qt::ControlModifier ? LockMode::Add : LockMode::Replace);
    else if (!m_dragging)
        lockCurrent(patchAt(event->position()), lockMode(event->modifiers()));
    m_dragging = false;
}

void ImageView::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (m_brushing) { // the second click of two quick strokes
        mousePressEvent(event);
        return;
    }
    fitAll();
}

void ImageView::leaveEvent(QEvent *)
{
    m_selection->setHoveredPatch(-1);
}

void ImageView::lockCurrent(int patch, LockMode mode)
{
    if (patch < 0)
        return;
    if (m_brushing) {
        emit patchesBrushed({patch}, true);
        emit brushEnded();
        return;
    }
    m_selection->lock(PatchTarget{patch}, mode, m_grid->columns);
    // A pooled token is its window: a click on the picture picks it.
    if (mode == LockMode::Replace && !m_windows.empty() && !previewsWindows() && m_selection->lockedPatch() == patch)
        m_selection->setToken({Branch::Pool, m_windows[std::size_t(patch)]});
}

// All patches whose centre lies within the band; Ctrl keeps what was locked.
void ImageView::lockRubberBand(LockMode mode)
{
    const QRectF band = *std::exchange(m_rubberBand, std::nullopt);
    std::vector<Target> targets;
    if (mode == LockMode::Add)
        targets = m_selection->locked();
    for (int patch = 0; m_grid && patch < m_grid->patchCount(); ++patch)
        if (band.contains(m_widgetFromImage.map(toQt(m_grid->patchInImage(patch)).center()))
            && std::ranges::find(targets, Target(PatchTarget{patch})) == targets.end())
            targets.push_back(PatchTarget{patch});
    m_selection->lockAll(std::move(targets));
    update();
}

void ImageView::moveCursorBy(int rows, int columns)
{
    if (!m_grid || m_grid->patchCount() == 0)
        return;
    const int current = m_selection->currentPatch();
    if (current < 0) {
        m_selection->setHoveredPatch(m_grid->rows / 2 * m_grid->columns + m_grid->columns / 2);
        return;
    }
    const int row = std::clamp(current / m_grid->columns + rows, 0, m_grid->rows - 1);
    const int column = std::clamp(current % m_grid->columns + columns, 0, m_grid->columns - 1);
    m_selection->setHoveredPatch(row * m_grid->columns + column);
}

// Held keys repeat as release and press: only the last release counts.
void ImageView::keyReleaseEvent(QKeyEvent *event)
{
    if (m_overlayHidden && !event->isAutoRepeat())
        setOverlayHidden(false);
    else
        QWidget::keyReleaseEvent(event);
}

void ImageView::focusInEvent(QFocusEvent *event)
{
    QWidget::focusInEvent(event);
    update();
}

void ImageView::focusOutEvent(QFocusEvent *event)
{
    // The release of the key would go elsewhere.
    setOverlayHidden(false);
    QWidget::focusOutEvent(event);
    update();
}

void ImageView::dragEnterEvent(QDragEnterEvent *event)
{
    if (!offersPicture(event->mimeData()))
        return;
    m_dropHover = true;
    update();
    acceptAsCopy(event);
}

void ImageView::dragLeaveEvent(QDragLeaveEvent *)
{
    m_dropHover = false;
    update();
}

void ImageView::dropEvent(QDropEvent *event)
{
    m_dropHover = false;
    update();
    if (offer(event->mimeData()))
        acceptAsCopy(event);
}

} // namespace qmop
