// SPDX-License-Identifier: GPL-3.0-or-later
//
// All query maps as small pictures; a click selects one.
#pragma once

#include "qmop/run_trace.h"
#include "widgets/selection/selection.h"
#include "widgets/theme/colour_map.h"

#include <QImage>
#include <QWidget>

#include <memory>
#include <vector>

namespace qmop {

struct PanelColours;

class MapGrid : public QWidget {
    Q_OBJECT

public:
    explicit MapGrid(QWidget *parent = nullptr);

    // `rows` belongs to the trace; null clears.
    void setMaps(std::shared_ptr<const RunTrace> trace, const Provenance *rows);
    void setOrder(std::vector<int> tokens);
    void setOwnRanges(bool own);
    void setSelectedToken(int token);
    int selectedToken() const { return m_selected; }
    // Queries that light up, ascending.
    void setHighlights(const std::vector<int> &hovered, const std::vector<int> &locked);
    const std::vector<int> &highlighted(bool locked) const { return locked ? m_locked : m_hovered; }

    // Where a token's map lies, without its caption.
    QRect mapRect(int token) const;
    int tokenAt(QPoint pos) const;

    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;

signals:
    void tokenClicked(int token, qmop::LockMode mode);
    void tokenHovered(int token); // -1: none

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    bool event(QEvent *event) override;

private:
    int side() const;
    int columnsFor(int width) const;
    int cellHeight() const;
    QRect cellRect(int position) const;
    const QImage &imageOf(int token);
    void paintFrames(QPainter &painter, const QRect &map, int token, const PanelColours &colours) const;
    void updateCells(const std::vector<int> &tokens);

    std::shared_ptr<const RunTrace> m_trace;
    const Provenance *m_rows = nullptr;
    std::vector<int> m_order;
    std::vector<QImage> m_images; // made when first painted
    bool m_ownRanges = false;
    float m_highest = 1;
    int m_selected = -1;
    std::vector<int> m_hovered;
    std::vector<int> m_locked;
    ColourMap m_map;
};

} // namespace qmop
