// SPDX-License-Identifier: GPL-3.0-or-later
//
// The resampler's queries: all maps at once, sorted, one on the picture.
#pragma once

#include "qmop/run_trace.h"
#include "widgets/selection/trace_links.h"

#include <QWidget>

#include <memory>
#include <vector>

class QBoxLayout;
class QComboBox;
class QLayout;
class QPushButton;
class QScrollArea;
class QToolButton;

namespace qmop {

class ElidedLabel;
class MapGrid;
class Selection;

// What is locked, here or elsewhere, brings a map that it lights up into sight;
// hovering and new runs leave the maps where the person scrolled them.
class ResamplerPanel : public QWidget {
    Q_OBJECT

public:
    explicit ResamplerPanel(Selection *selection, QWidget *parent = nullptr);

    void setTrace(std::shared_ptr<const RunTrace> trace);
    // Says before the summary which run the maps belong to; empty: the one shown.
    void setRunMark(const QString &mark);
    MapGrid *grid() const { return m_grid; }
    QComboBox *orderBox() const { return m_order; }
    QToolButton *ownRangesButton() const { return m_ownRanges; }
    QPushButton *averageButton() const { return m_average; }
    QString summary() const;

protected:
    void resizeEvent(QResizeEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    QWidget *makeBar();
    void sortMaps();
    void updateSummary();
    void followLocks();
    void showLocked();
    void scrollTo(int token);

    Selection *m_selection;
    MapGrid *m_grid;
    QScrollArea *m_scroll;
    QComboBox *m_order;
    QToolButton *m_ownRanges;
    QPushButton *m_average;
    ElidedLabel *m_summary;
    std::shared_ptr<const RunTrace> m_trace;
    std::vector<Target> m_locked; // followed
    bool m_behind = false; // they were locked while the panel was out of sight
    QString m_runMark;
    QBoxLayout *m_bar = nullptr; // controls and summary
    QLayout *m_controls = nullptr;
};

} // namespace qmop
