// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the run on hand says about another budget, while the slider is moved: the
// kept patches and the windows follow it; what belongs to the run is marked so.
#pragma once

#include "widgets/image/overlay.h"

#include <QObject>

#include <memory>
#include <optional>

namespace qmop {

class RunControls;

class BudgetPreview : public QObject {
    Q_OBJECT

public:
    BudgetPreview(RunControls *controls, QObject *parent);

    // Ends the preview.
    void setTrace(std::shared_ptr<const RunTrace> trace);
    // Ends it, and brings the slider back to the run's budget. False: there was none.
    bool drop();
    const std::optional<KeptPreview> &shown() const { return m_shown; }

signals:
    // `mark` names the run's budget and the preview's; empty without a preview.
    void changed(const std::optional<qmop::KeptPreview> &preview, const QString &mark);
    // The slider was let go at another budget than the run's.
    void runWanted();

private:
    void show(int budget);

    RunControls *m_controls;
    std::shared_ptr<const RunTrace> m_trace;
    std::optional<KeptPreview> m_shown;
};

} // namespace qmop
