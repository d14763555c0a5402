// SPDX-License-Identifier: GPL-3.0-or-later
//
// Where panels stand, as undo and sessions take it: noticed, kept, brought back.
#include "app/explorer/layout/panel_docks.h"

#include <QAction>
#include <QDockWidget>
#include <QMainWindow>
#include <QScopedValueRollback>
#include <QTimer>

namespace qmop {

PanelArrangement PanelDocks::arrangement() const
{
    return {m_layout, m_window->saveState(dockStateVersion), ids()};
}

void PanelDocks::showArrangement(const PanelArrangement &wanted)
{
    const QScopedValueRollback ourOwn(m_ourOwn, m_ourOwn + 1);
    m_saved[m_layout] = {m_window->saveState(dockStateVersion), ids()};
    m_layout = wanted.layout;
    if (!wanted.state.isEmpty())
        m_saved[m_layout] = {wanted.state, wanted.panels};
    start();
}

void PanelDocks::change(const std::function<void()> &how)
{
    const PanelArrangement before = arrangement();
    {
        const QScopedValueRollback ourOwn(m_ourOwn, m_ourOwn + 1);
        how();
    }
    m_noted = arrangement();
    if (before != m_noted)
        emit arrangementChanged(before, m_noted);
}

void PanelDocks::watch(QDockWidget *dock)
{
    dock->installEventFilter(this);
    connect(dock, &QDockWidget::topLevelChanged, this, &PanelDocks::noteLater);
    connect(dock, &QDockWidget::dockLocationChanged, this, &PanelDocks::noteLater);
    connect(dock->toggleViewAction(), &QAction::triggered, this, &PanelDocks::noteLater);
}

// One move gives several signals, some before the dock is in its place.
void PanelDocks::noteLater()
{
    if (m_ourOwn > 0 || m_noting)
        return;
    m_noting = true;
    QTimer::singleShot(0, this, &PanelDocks::note);
}

void PanelDocks::note()
{
    m_noting = false;
    const PanelArrangement before = std::exchange(m_noted, arrangement());
    if (before != m_noted && before.layout == m_noted.layout)
        emit arrangementChanged(before, m_noted);
}

} // namespace qmop
