// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the router decided: the raw weight of every branch and its weight after
// selection.
#pragma once

#include "qmop/run_trace.h"

#include <QWidget>

#include <memory>
#include <optional>
#include <vector>

namespace qmop {

class Selection;
struct PanelColours;

// Entropy of the raw weights in nats, 0 ... ln 3.
double routingEntropy(const RoutingTrace &routing);

// "τ 0.50 · entropy 0.68 of 1.10 nat · ran: P K" (or "forced: K").
QString routingSummary(const RoutingTrace &routing);

class RouterPanel : public QWidget {
    Q_OBJECT

public:
    explicit RouterPanel(QWidget *parent = nullptr);

    void setTrace(std::shared_ptr<const RunTrace> trace);
    // Says before the summary which run the weights belong to; empty: the one shown.
    void setRunMark(const QString &mark);
    // Rows read and write it: a row stands for its branch.
    void setSelection(Selection *selection);
    // Branches that light up.
    std::vector<Branch> highlighted(bool locked) const;
    QRect rowRect(Branch branch) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    int rowHeight() const;
    int chipSide() const;
    std::optional<Branch> branchAt(QPoint pos) const;
    void paintFrame(QPainter &painter, Branch branch, const PanelColours &colours) const;
    QString rowText(Branch branch) const;
    QString summary() const;
    void describe();
    void paintRow(QPainter &painter, Branch branch, const QRectF &row) const;

    std::shared_ptr<const RunTrace> m_trace;
    QString m_runMark;
    Selection *m_selection = nullptr;
    Branch m_cursor = Branch::Pool; // of the keyboard
};

} // namespace qmop
