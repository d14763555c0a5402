// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the router decided: the raw weight of every branch and its weight after
// selection.
#pragma once

#include "qmop/run_trace.h"

#include <QWidget>

#include <memory>
#include <optional>

namespace qmop {

// Entropy of the raw weights in nats, 0 ... ln 3.
double routingEntropy(const RoutingTrace &routing);

// "τ 0.50 · entropy 0.68 of 1.10 nat · ran: P K" (or "forced: K").
QString routingSummary(const RoutingTrace &routing);

class RouterPanel : public QWidget {
    Q_OBJECT

public:
    explicit RouterPanel(QWidget *parent = nullptr);

    void setTrace(std::shared_ptr<const RunTrace> trace);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {200, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;

private:
    int rowHeight() const;
    QString rowText(Branch branch) const;
    void paintRow(QPainter &painter, Branch branch, const QRectF &row) const;

    std::shared_ptr<const RunTrace> m_trace;
};

} // namespace qmop
