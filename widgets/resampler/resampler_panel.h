// SPDX-License-Identifier: GPL-3.0-or-later
//
// The resampler's queries: all maps at once, sorted, one on the picture.
#pragma once

#include "qmop/run_trace.h"

#include <QWidget>

#include <memory>

class QBoxLayout;
class QComboBox;
class QLayout;
class QPushButton;
class QToolButton;

namespace qmop {

class ElidedLabel;
class MapGrid;
class Selection;

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

private:
    QWidget *makeBar();
    void sortMaps();
    void updateSummary();

    Selection *m_selection;
    MapGrid *m_grid;
    QComboBox *m_order;
    QToolButton *m_ownRanges;
    QPushButton *m_average;
    ElidedLabel *m_summary;
    std::shared_ptr<const RunTrace> m_trace;
    QString m_runMark;
    QBoxLayout *m_bar = nullptr; // controls and summary
    QLayout *m_controls = nullptr;
};

} // namespace qmop
