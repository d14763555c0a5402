// SPDX-License-Identifier: GPL-3.0-or-later
//
// All query maps as small pictures; a click selects one.
#pragma once

#include "qmop/run_trace.h"
#include "widgets/theme/colour_map.h"

#include <QImage>
#include <QWidget>

#include <memory>
#include <vector>

namespace qmop {

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

    // Where a token's map lies, without its caption.
    QRect mapRect(int token) const;
    int tokenAt(QPoint pos) const;

    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;

signals:
    void tokenClicked(int token);

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    bool event(QEvent *event) override;

private:
    int columnsFor(int width) const;
    int cellHeight() const;
    QRect cellRect(int position) const;
    const QImage &imageOf(int token);

    std::shared_ptr<const RunTrace> m_trace;
    const Provenance *m_rows = nullptr;
    std::vector<int> m_order;
    std::vector<QImage> m_images; // made when first painted
    bool m_ownRanges = false;
    float m_highest = 1;
    int m_selected = -1;
    ColourMap m_map;
};

} // namespace qmop
