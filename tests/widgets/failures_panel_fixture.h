// SPDX-License-Identifier: GPL-3.0-or-later
//
// The failure browser with a benchmark that can be counted by hand, shown.
#pragma once

#include "tests/widgets/bench_record_fixture.h"
#include "widgets/review/failures_panel.h"

#include <QTest>

namespace qmop::fixture {

// Null where the panel did not appear.
inline std::unique_ptr<FailuresPanel> openFailuresPanel(Selection *selection)
{
    auto panel = std::make_unique<FailuresPanel>();
    panel->setSelection(selection);
    panel->setRecord(makeBenchRecord(), QStringLiteral("results.json"), {});
    panel->resize(1200, 420);
    panel->show();
    return QTest::qWaitForWindowExposed(panel.get()) ? std::move(panel) : nullptr;
}

} // namespace qmop::fixture
