// SPDX-License-Identifier: GPL-3.0-or-later
//
// The panel What if over a run made by formulas.
#pragma once

#include "tests/widgets/trace_fixture.h"
#include "widgets/counterfactual/what_if_panel.h"
#include "widgets/selection/selection.h"

#include <QMouseEvent>
#include <QPushButton>
#include <QTest>
#include <QToolButton>

#include <vector>

namespace qmop::fixture {

// A panel over the fixture's run: 256 patches, 64 kept, alpha .21 .04 .75.
struct ShownWhatIf {
    Selection selection;
    WhatIfPanel panel{&selection};
    std::shared_ptr<RunTrace> trace = makeTrace();
    std::vector<RunRequest> requests;

    ShownWhatIf()
    {
        QObject::connect(&panel, &WhatIfPanel::runRequested, &panel,
                         [this](const RunRequest &request) { requests.push_back(request); });
        panel.resize(420, 900);
        panel.setTrace(trace);
        panel.show();
        if (!QTest::qWaitForWindowExposed(&panel))
            qFatal("the panel does not show");
    }

    QPushButton *button(const QString &name) const
    {
        for (QPushButton *button : panel.findChildren<QPushButton *>())
            if (button->text() == name)
                return button;
        qFatal("no button %s", qPrintable(name));
    }
    QToolButton *brush(const QString &text) const
    {
        for (QToolButton *button : panel.findChildren<QToolButton *>())
            if (button->text() == text)
                return button;
        qFatal("no brush %s", qPrintable(text));
    }
    std::shared_ptr<RunTrace> resultOf(const RunRequest &request, double logProbability) const
    {
        auto result = makeTrace({.answer = "owl"});
        result->request = request;
        AnswerScore score;
        score.tokens = {{42, "fox", logProbability}, {2, "", 0}};
        score.logProbability = logProbability;
        result->score = score;
        return result;
    }
};

// Qt Test's own move carries no button.
inline void dragTo(QWidget *widget, QPoint pos)
{
    QMouseEvent move(QEvent::MouseMove, QPointF(pos), widget->mapToGlobal(QPointF(pos)), Qt::NoButton, Qt::LeftButton,
                     Qt::NoModifier);
    QCoreApplication::sendEvent(widget, &move);
}

} // namespace qmop::fixture
