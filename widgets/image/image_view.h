// SPDX-License-Identifier: GPL-3.0-or-later
//
// The picture with its overlay: zoom, pan, patch cursor, drop and paste.
#pragma once

#include "qmop/run_trace.h"
#include "widgets/geometry/view_transform.h"
#include "widgets/image/overlay.h"
#include "widgets/image/picture_pyramid.h"
#include "widgets/selection/selection.h"
#include "widgets/theme/colour_map.h"

#include <QTimer>
#include <QWidget>

#include <memory>
#include <optional>

class QMimeData;

namespace qmop {

class OverlayPainter;

// What keys do while it has the focus are its actions(), so that they can be given
// other keys: arrows move the patch cursor, Enter locks the patch, Shift+Enter all up
// to it, Space held hides the overlay, 0 fit, 1 one pixel to one, Z zoom to the
// current patch (without one: to the picture), O next overlay, [ ] opacity.
// A line below the picture says what is shown.
class ImageView : public QWidget {
    Q_OBJECT

public:
    explicit ImageView(Selection *selection, QWidget *parent = nullptr);

    // Shows a picture before a run; the grid is shown where it is known. `levels` are
    // the picture's: a large one's take long to make here.
    void setPicture(std::shared_ptr<const ImageU8> picture, std::optional<PatchGrid> grid, PicturePyramid levels = {});
    // Shows a run: its picture, grid and overlays. Null leaves the picture alone.
    void setTrace(std::shared_ptr<const RunTrace> trace);

    // The levels of a picture that a run will bring: a large one's take long to make here.
    void prepare(std::shared_ptr<const ImageU8> picture, PicturePyramid levels);

    // Shown by the overlay of kept patches in place of the run's, until reset.
    void setKeptPreview(std::optional<KeptPreview> preview);
    const std::optional<KeptPreview> &keptPreview() const { return m_preview; }
    // The left button, or Enter, paints patches instead of moving the picture or locking.
    void setBrushing(bool brushing);
    bool isBrushing() const { return m_brushing; }

    bool hasPicture() const { return !m_pyramid.isNull(); }
    const RunTrace *trace() const { return m_trace.get(); }
    const PatchGrid *grid() const { return m_grid ? &*m_grid : nullptr; }
    const WidgetFromImage &widgetFromImage() const { return m_widgetFromImage; }
    // What of the picture and its padding lies in the view, in pixels of the picture.
    QRectF shownRegion() const;
    bool isZoomed() const { return m_fit == Fit::Free; }
    // Zooms so that this is seen whole.
    void showRegion(const QRectF &regionInImage);
    double opacity() const { return m_opacity; }
    bool overlayHidden() const { return m_overlayHidden; }
    // Why the chosen overlay cannot be drawn; empty where it can.
    QString overlayProblem() const { return m_problem; }
    // Where the numbers on screen come from, with the share of the top 1 %.
    QString trustStrip() const;
    QString legendText() const; // below the picture: what is drawn on it, or why nothing is
    // Its lines as painted, two in a narrow view. Where they are short, without the
    // words for the colours, then without the padding, before anything is cut; the
    // tool tip has all of it.
    QStringList shownLegend() const;
    PatchReadout readout() const;
    PatchReadout readoutOf(int patch) const;
    // Patch under a point of this widget, or -1.
    int patchAt(QPointF posInWidget) const;
    // The same as text; of several patches their number, spread and mean.
    QString readoutText() const;
    // Patches that are marked on the picture.
    const std::vector<int> &hoverMarks() const { return m_selection->hoverHighlight().patches; }
    const std::vector<int> &lockMarks() const { return m_selection->lockHighlight().patches; }

    // Which part of the picture is shown, at which size: what locked views share.
    enum class Fit { All, Picture, Free };
    struct Place {
        Fit fit = Fit::All;
        QPointF centre; // of the view, as a share of the picture's width and height
        double pictureWidth = 0; // of the picture on screen, in device-independent pixels
    };
    Place place() const;
    // Views of one size show the same then, whatever the sizes of their pictures.
    void setPlace(const Place &place);

    // Where the picture is drawn: the legend has a strip of its own below it.
    QSize canvasSize() const;

    QSize sizeHint() const override { return {640, 560}; }
    QSize minimumSizeHint() const override { return {160, 140}; }

public slots:
    void setOpacity(double opacity); // 0 ... 1
    void fitAll(); // picture and padding
    void fitPicture();
    void showActualPixels(); // one picture pixel on one device pixel
    void zoomToSelection();
    // True where the clipboard's content was taken.
    bool pasteFromClipboard();

signals:
    void readoutChanged(const qmop::PatchReadout &readout);
    void opacityChanged(double opacity);
    void trustStripChanged(const QString &text);
    void placeChanged(); // zoomed, moved, fitted or resized
    // While brushing: patches that the stroke reached, in its order. `starts` with
    // the first of a stroke.
    void patchesBrushed(const std::vector<int> &patches, bool starts);
    void brushEnded();
    // A dropped or pasted picture, not yet decoded.
    void pictureOffered(const qmop::ImageSource &source);
    // Dropped or pasted files and folders.
    void filesOffered(const QStringList &paths);

protected:
    // What the chosen overlay draws of the run: a magnitude per patch (nullopt, with
    // the reason in `why`: nothing), kept patches, and what lies over both.
    virtual std::optional<OverlayField> shownField(QString *why) const;
    virtual std::vector<std::uint8_t> shownKept() const;
    virtual void paintOver(const OverlayPainter &, const OverlayField &) const { }
    void updateField();
    const Selection *selection() const { return m_selection; }
    void setColourMap(const ColourMap &map) { m_map = map; }
    // Takes the prepared picture of a view that shows the same one.
    void sharePicture(const ImageView &other);

    bool event(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyReleaseEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void changeEvent(QEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dragLeaveEvent(QDragLeaveEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    void replacePicture(const std::shared_ptr<const ImageU8> &picture);
    QRectF shownInImage() const;
    void applyFit();
    void announceReadout();
    void setOverlayHidden(bool hidden);
    void moveCursorBy(int rows, int columns);
    void lockCurrent(int patch, LockMode mode);
    void lockRubberBand(LockMode mode);
    void marksChanged();
    QRect marksRect(const std::vector<int> &patches) const;
    void moved(); // zoomed or panned by hand
    void invalidate(); // the picture is to be drawn anew
    void drawPicture(QPainter &painter, const QRect &deviceArea, double dpr);
    void addKeys();
    bool offer(const QMimeData *data);
    void brushTo(QPointF posInWidget, bool starts);
    void paintOverlay(QPainter &painter, const QRect &deviceArea, double dpr);
    void paintMarks(QPainter &painter, const QRect &deviceArea, double dpr);
    void paintLabels(QPainter &painter);
    void paintEmpty(QPainter &painter);
    QRect colourBarRect() const;
    QRectF colourBar() const; // null: none is drawn
    int legendLines() const;
    int legendHeight() const;
    QRectF legendStrip() const; // below the picture
    QRectF legendBox() const; // of its words
    QPointF canvasCentre() const;
    QString legendMark() const;
    QString overlayLegend() const;
    QStringList keptLegend(bool withColours) const; // kept, dropped, padding
    bool previewsWindows() const; // of another budget
    bool previewsKept() const; // of another budget or an edit
    bool wereKept() const; // the patches shown, for the answer shown

    Selection *m_selection;
    PicturePyramid m_pyramid;
    std::shared_ptr<const ImageU8> m_picture;
    std::weak_ptr<const ImageU8> m_prepared; // whose levels are these
    PicturePyramid m_preparedLevels;
    std::shared_ptr<const RunTrace> m_trace;
    std::optional<PatchGrid> m_grid;

    std::optional<OverlayField> m_field;
    std::vector<std::uint8_t> m_kept;
    std::optional<KeptPreview> m_preview;
    std::vector<int> m_windows;
    QString m_problem;
    ColourMap m_map;
    double m_opacity = 0.6;
    bool m_overlayHidden = false;

    WidgetFromImage m_widgetFromImage;
    Fit m_fit = Fit::All;
    QPointF m_pressPos;
    QPointF m_lastPos;
    bool m_dragging = false;
    std::optional<QRectF> m_rubberBand; // while Shift is held and the mouse dragged
    QImage m_layer; // the picture as drawn last: what lies over it is painted where it changed
    bool m_layerValid = false;
    bool m_drawnOnce = false; // whole, as it lies now
    QTimer m_settle; // runs while the picture is zoomed or moved: it is drawn faster then
    QRect m_marked; // what the marks on screen cover
    bool m_brushing = false;
    bool m_dropHover = false;
};

} // namespace qmop
