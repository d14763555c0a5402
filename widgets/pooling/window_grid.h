// SPDX-License-Identifier: GPL-3.0-or-later
//
// The pooling windows apart from each other, each patch coloured by its share.
#pragma once

#include "qmop/run_trace.h"
#include "widgets/image/overlay.h"
#include "widgets/theme/colour_map.h"

#include <QWidget>

#include <array>
#include <memory>
#include <optional>
#include <vector>

namespace qmop {

class WindowGrid : public QWidget {
    Q_OBJECT

public:
    explicit WindowGrid(QWidget *parent = nullptr);

    void setTrace(std::shared_ptr<const RunTrace> trace);
    // Other windows than the run's ([N], empty: the run's), without shares; they
    // cannot be selected.
    void setPreview(const std::vector<int> &windows);
    bool isPreview() const { return m_isPreview; }
    bool hasWindows() const { return m_field.has_value(); }
    void setSelectedWindow(int window);
    void setHoveredPatch(int patch);
    // Windows that light up, ascending.
    void setHighlights(const std::vector<int> &hovered, const std::vector<int> &locked);
    const std::vector<int> &highlighted(bool locked) const { return locked ? m_lit[1] : m_lit[0]; }

    QRectF patchRect(int patch) const;
    int patchAt(QPointF pos) const;
    int windowOf(int patch) const { return patch >= 0 && hasWindows() ? m_windows[std::size_t(patch)] : -1; }

    QSize sizeHint() const override { return {260, 260}; }
    QSize minimumSizeHint() const override { return {80, 80}; }

signals:
    void windowClicked(int window, qmop::LockMode mode);
    void patchHovered(int patch);

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void takeWindows(std::vector<int> windows);
    QRectF windowRect(int window) const;
    void paintFrame(QPainter &painter, int window, const QPen &pen) const;

    std::shared_ptr<const RunTrace> m_trace;
    std::optional<OverlayField> m_field;
    std::vector<int> m_windows;
    bool m_isPreview = false;
    int m_stride = 1;
    int m_selected = -1;
    int m_hovered = -1;
    std::array<std::vector<int>, 2> m_lit; // hovered, locked
    ColourMap m_map;
};

} // namespace qmop
