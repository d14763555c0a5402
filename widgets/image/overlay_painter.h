// SPDX-License-Identifier: GPL-3.0-or-later
//
// Draws patches. Everything here is in device pixels, with edges from
// deviceRect(), so that what is drawn is what was computed.
#pragma once

#include "qmop/patch_grid.h"
#include "widgets/geometry/view_transform.h"
#include "widgets/image/overlay.h"
#include "widgets/theme/colour_map.h"
#include "widgets/theme/theme.h"

class QFontMetricsF;
class QPainter;

namespace qmop {

class OverlayPainter {
public:
    // The painter's units are device pixels; `clip` is the visible area.
    OverlayPainter(QPainter &painter, const PatchGrid &grid, const WidgetFromImage &widgetFromImage, double dpr,
                   const QRect &clip);

    // What the encoder saw beyond the picture: hatched in `ink`.
    void drawPadding(const QColor &ink) const;
    // What the encoder did not see of the picture: veiled, with a dashed border.
    void drawOutsideInput(const QColor &veil, const QColor &border) const;
    // Dropped patches dimmed and hatched, kept patches outlined; full strength at opacity 1.
    void drawKept(const std::vector<std::uint8_t> &kept, double opacity) const;
    // One flat colour per patch.
    void drawField(const OverlayField &field, const ColourMap &map, double opacity) const;
    // Borders between windows; the selected window framed on its own.
    void drawWindows(const std::vector<int> &windows, int selected) const;
    // A plus (forced in) or a cross (forced out) in the middle of a patch.
    void drawForced(int patch, bool in) const;
    // A plus or a minus in the middle of a patch, where there is room for it.
    void drawSign(int patch, bool positive) const;
    // A frame that reads on any picture: `inner` between two dark lines.
    void drawFrame(int patch, const QColor &inner, int thickness) const;
    // The same around a set of patches, along its border.
    void drawOutline(const std::vector<int> &patches, const QColor &inner, int thickness) const;

private:
    QRect patchRect(int patch) const { return patchDeviceRect(m_grid, patch, m_widgetFromImage, m_dpr); }
    // What of a patch is picture: the rest is padding, whose hatching nothing covers.
    QRect shownRect(int patch) const { return patchRect(patch).intersected(m_picture); }
    bool isPadding(int patch) const
    {
        return m_grid.isPadding.size() > std::size_t(patch) && m_grid.isPadding[std::size_t(patch)];
    }
    void hatch(const QRegion &region, const QColor &ground, const QColor &ink, double spacing, double width,
               bool rising) const;
    enum class Extent { Picture, Patch };
    void drawWindowEdges(const std::vector<int> &windows, int only, const QColor &colour, int thickness,
                         Extent extent) const;

    QPainter &m_painter;
    const PatchGrid &m_grid;
    const WidgetFromImage m_widgetFromImage;
    const double m_dpr;
    const QRect m_clip;
    const QRect m_picture; // in device pixels
};

// Where drawColourBar() is to draw, in device-independent pixels: at the right end of
// `strip`, with room for words before it. Null where there is no room for the bar.
QRectF colourBarBox(const QFontMetricsF &text, const QRectF &strip, const OverlayField &field, bool besideWords);

// A bar with both ends of its range in numbers, in the strip below the picture,
// where it covers no patch. `marker`: value to point at.
void drawColourBar(QPainter &painter, const QRectF &box, const OverlayField &field, const ColourMap &map,
                   const PanelColours &colours, std::optional<double> marker);

} // namespace qmop
