// SPDX-License-Identifier: GPL-3.0-or-later
//
// A slider over the number of visual tokens M. While it is dragged it takes every
// M; let go, it comes to rest at the nearest M that can be run. Keys and wheel go
// from one of these to the next. Disabled it has no handle: no M is chosen.
#pragma once

#include <QSlider>

#include <vector>

namespace qmop {

class BudgetSlider : public QSlider {
    Q_OBJECT

public:
    explicit BudgetSlider(QWidget *parent = nullptr);

    // Budgets that can be run, ascending; `highest` ends the scale, which begins at 1.
    void setStops(std::vector<int> stops, int highest);
    const std::vector<int> &stops() const { return m_stops; }
    // The stop nearest to the value, 0 where there is none.
    int stop() const { return nearestStop(value()); }

    QSize sizeHint() const override;

signals:
    // By hand, before value() follows: `budget` is any M while dragged.
    void moved(int budget);
    // A drag ended at `budget`.
    void released(int budget);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    int nearestStop(int budget) const;
    int nextStop(int from, int towards) const;
    void snap(int action);

    std::vector<int> m_stops;
};

} // namespace qmop
