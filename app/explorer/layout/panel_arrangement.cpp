// SPDX-License-Identifier: GPL-3.0-or-later
//
// Where panels stand, as undo and sessions take it: noticed, kept, brought back.
// And when they are built.
#include "app/explorer/layout/panel_docks.h"

#include <QAction>
#include <QDockWidget>
#include <QGuiApplication>
#include <QMainWindow>
#include <QScopedValueRollback>
#include <QTimer>

#include <algorithm>
#include <utility>

namespace qmop {

namespace {

constexpr int betweenLooks = 20; // ms, at whether a drag has ended: it may end over any window

}

PanelArrangement PanelDocks::arrangement() const
{
    return {m_layout, m_window->saveState(dockStateVersion), ids()};
}

void PanelDocks::showArrangement(const PanelArrangement &wanted)
{
    const QScopedValueRollback ourOwn(m_ourOwn, m_ourOwn + 1);
    putBack();
    m_saved[m_layout] = current();
    m_layout = wanted.layout;
    if (!wanted.state.isEmpty())
        m_saved[m_layout] = {wanted.state, wanted.panels, false, false};
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
    m_shipped = m_shipped && before == m_noted;
    if (before != m_noted)
        emit arrangementChanged(before, m_noted);
}

void PanelDocks::fill(std::size_t panel)
{
    if (!m_panels[panel].build)
        return;
    const QScopedValueRollback ourOwn(m_ourOwn, m_ourOwn + 1);
    QWidget *widget = std::exchange(m_panels[panel].build, nullptr)();
    m_panels[panel].widget = widget;
    m_docks[panel]->setWidget(widget);
    widget->show(); // as a part of the dock
    takeAsNoted(); // what it needs of the room is not the person's doing either
}

void PanelDocks::takeAsNoted()
{
    if (std::exchange(m_taking, true))
        return; // a layout changes many tabs at once
    QTimer::singleShot(0, this, [this] {
        m_taking = false;
        if (m_window->isVisible() && !m_noting && !m_lifted)
            m_noted = arrangement();
    });
}

void PanelDocks::fill(const QString &id)
{
    for (std::size_t i = 0; i < m_panels.size(); ++i)
        if (m_panels[i].id == id)
            fill(i);
}

// Panels behind others' tabs stand outside the window, for Qt shown.
bool PanelDocks::isSeen(const QDockWidget *dock) const
{
    return dock->isVisible() && dock->geometry().right() >= 0;
}

// A panel of fixed height would hold down those that share its place.
void PanelDocks::freeTabs()
{
    for (const auto &[dock, panel] : m_fixed) {
        const bool shares = !m_window->tabifiedDockWidgets(dock).isEmpty();
        panel->setSizePolicy(panel->sizePolicy().horizontalPolicy(),
                             shares ? QSizePolicy::Preferred : QSizePolicy::Fixed);
    }
}

void PanelDocks::lift(const QString &id)
{
    putBack();
    QDockWidget *found = dock(id);
    if (!found || found->isHidden())
        return;
    const QList<QDockWidget *> sharing = m_window->tabifiedDockWidgets(found);
    const auto inFront = std::ranges::find_if(sharing, [this](const QDockWidget *other) { return isSeen(other); });
    if (inFront != sharing.end()) {
        m_lifted = found;
        m_covered = *inFront;
    }
    found->raise();
}

void PanelDocks::putBack()
{
    QDockWidget *lifted = std::exchange(m_lifted, nullptr);
    QDockWidget *covered = std::exchange(m_covered, nullptr);
    if (lifted && isSeen(lifted) && m_window->tabifiedDockWidgets(lifted).contains(covered))
        covered->raise();
}

void PanelDocks::fillSeen()
{
    for (std::size_t i = 0; i < m_panels.size(); ++i) {
        if (!m_panels[i].build)
            continue;
        connect(m_docks[i], &QDockWidget::visibilityChanged, this, [this, i](bool seen) {
            if (seen)
                fill(i);
        });
        if (isSeen(m_docks[i]))
            fill(i);
    }
}

void PanelDocks::fillRest()
{
    const auto waiting = std::ranges::find_if(m_panels, [](const PanelSpec &panel) { return bool(panel.build); });
    if (waiting == m_panels.end())
        return;
    fill(std::size_t(waiting - m_panels.begin()));
    QTimer::singleShot(0, this, &PanelDocks::fillRest);
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
    if (QGuiApplication::mouseButtons() != Qt::NoButton) { // a drag is one step, whatever it passes over
        QTimer::singleShot(betweenLooks, this, &PanelDocks::note);
        return;
    }
    m_noting = false;
    freeTabs();
    const PanelArrangement before = std::exchange(m_noted, arrangement());
    m_shipped = m_shipped && before == m_noted;
    if (before != m_noted && before.layout == m_noted.layout)
        emit arrangementChanged(before, m_noted);
}

} // namespace qmop
