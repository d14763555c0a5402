// SPDX-License-Identifier: GPL-3.0-or-later
//
// Small maps of patches side by side, one per run: kept sets, or a share.
#pragma once

#include "qmop/patch_grid.h"
#include "widgets/theme/colour_map.h"

#include <QWidget>

#include <vector>

namespace qmop {

struct PatchMap {
    QString title; // one line below the map
    QString toolTip;
    std::vector<float> values; // [N], 0 ... 1
    bool mask = true; // kept (1) and dropped (0); otherwise a magnitude
};

// A click or Enter activates a map; arrows move between them.
class PatchMultiples : public QWidget {
    Q_OBJECT

public:
    explicit PatchMultiples(const QString &name, QWidget *parent = nullptr);

    void setMaps(std::vector<PatchMap> maps, const PatchGrid &grid);
    const std::vector<PatchMap> &maps() const { return m_maps; }
    int current() const { return m_current; }
    QRect mapRect(int index) const; // without its title

    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;

signals:
    void activated(int index);

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    bool event(QEvent *event) override;

private:
    int columnsFor(int width) const;
    int cellHeight() const;
    int indexAt(QPoint pos) const;
    void setCurrent(int index);
    void paintMap(QPainter &painter, const PatchMap &map, const QRect &area) const;

    std::vector<PatchMap> m_maps;
    PatchGrid m_grid;
    int m_current = -1;
    ColourMap m_colours;
};

} // namespace qmop
