// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/layout/panel_docks.h"

#include "widgets/theme/theme.h"

#include <QAbstractButton>
#include <QAction>
#include <QChildEvent>
#include <QCoreApplication>
#include <QDockWidget>
#include <QLayout>
#include <QMainWindow>
#include <QMouseEvent>
#include <QScopeGuard>
#include <QScopedValueRollback>
#include <QSettings>
#include <QTabBar>
#include <QTimer>

#include <algorithm>
#include <numeric>
#include <utility>

namespace qmop {

namespace {

QString layoutKey(LayoutId layout)
{
    switch (layout) {
    case LayoutId::Inspect:
        return QStringLiteral("inspect");
    case LayoutId::Compare:
        return QStringLiteral("compare");
    case LayoutId::Failures:
        return QStringLiteral("failures");
    case LayoutId::Present:
        return QStringLiteral("present");
    }
    return {};
}

// Breadth of an area in device-independent pixels at the default text size: the
// picture in the middle keeps the rest, which is the most.
int breadth(LayoutId layout, Qt::DockWidgetArea area)
{
    if (area == Qt::LeftDockWidgetArea)
        return layout == LayoutId::Failures ? 900 : 210;
    if (area == Qt::RightDockWidgetArea)
        return layout == LayoutId::Present ? 460 : layout == LayoutId::Failures ? 360 : 430;
    return layout == LayoutId::Failures ? 300 : 264; // two rows of maps
}

// At least that much of the window where there is room.
double shareWithRoom(LayoutId layout, Qt::DockWidgetArea area)
{
    if (area == Qt::LeftDockWidgetArea)
        return layout == LayoutId::Failures ? 0.28 : 0.10;
    if (area == Qt::RightDockWidgetArea)
        return layout == LayoutId::Failures ? 0.16 : 0.18;
    return 0.20; // four rows of maps
}

constexpr Qt::DockWidgetArea areas[] = {Qt::LeftDockWidgetArea, Qt::RightDockWidgetArea, Qt::BottomDockWidgetArea};

}

QString layoutTitle(LayoutId layout)
{
    switch (layout) {
    case LayoutId::Inspect:
        return PanelDocks::tr("Inspect");
    case LayoutId::Compare:
        return PanelDocks::tr("Compare");
    case LayoutId::Failures:
        return PanelDocks::tr("Failures");
    case LayoutId::Present:
        return PanelDocks::tr("Present");
    }
    return {};
}

PanelDocks::PanelDocks(QMainWindow *window)
    : QObject(window)
    , m_window(window)
{
    window->setAnimated(false); // Qt crashes where a state is restored, by undo, while a dock still moves
    window->installEventFilter(this);
}

// Tabs come and go with the docks; the window makes them without a name and out
// of the keyboard's reach.
bool PanelDocks::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_window && event->type() == QEvent::Resize && m_shipped && m_withRoom != hasRoom())
        QMetaObject::invokeMethod(this, &PanelDocks::followSize, Qt::QueuedConnection);
    // Between panels there is nothing but what one drags to change their sizes.
    if (watched == m_window && event->type() == QEvent::MouseButtonPress)
        m_shipped = m_shipped && m_window->childAt(static_cast<QMouseEvent *>(event)->position().toPoint());
    if (watched == m_window && event->type() == QEvent::Show)
        QTimer::singleShot(0, this, [this] { m_noted = arrangement(); });
    if (watched != m_window && event->type() == QEvent::Close)
        noteLater(); // by its button
    if (watched == m_window && event->type() == QEvent::ChildPolished)
        if (auto *tabs = qobject_cast<QTabBar *>(static_cast<QChildEvent *>(event)->child())) {
            tabs->setAccessibleName(tr("Panels that share a place"));
            tabs->setFocusPolicy(Qt::TabFocus);
            // Whole names: those without room are reached by arrows.
            tabs->setElideMode(Qt::ElideNone);
            tabs->setUsesScrollButtons(true);
            connect(tabs, &QTabBar::currentChanged, this, &PanelDocks::takeAsNoted); // no step to undo
        }
    return QObject::eventFilter(watched, event);
}

QDockWidget *PanelDocks::add(PanelSpec spec)
{
    auto *dock = new QDockWidget(spec.title, m_window);
    dock->setObjectName(spec.id); // saved states find the dock by it
    if (spec.widget) {
        dock->setWidget(spec.widget);
        if (spec.widget->sizePolicy().verticalPolicy() == QSizePolicy::Fixed)
            m_fixed[dock] = spec.widget;
    }
    dock->setAccessibleName(spec.title);
    dock->setFeatures(QDockWidget::DockWidgetClosable | QDockWidget::DockWidgetMovable
                      | QDockWidget::DockWidgetFloatable);
    // Float and close are in reach of the keyboard, and say of which panel.
    for (QAbstractButton *button : dock->findChildren<QAbstractButton *>(QString(), Qt::FindDirectChildrenOnly)) {
        const bool floats = button->objectName() == QLatin1String("qt_dockwidget_floatbutton");
        button->setAccessibleName(floats ? tr("Float %1").arg(spec.title) : tr("Close %1").arg(spec.title));
        button->setToolTip(button->accessibleName());
        button->setFocusPolicy(Qt::TabFocus);
    }
    m_panels.push_back(std::move(spec));
    m_docks.push_back(dock);
    watch(dock);
    return dock;
}

QDockWidget *PanelDocks::dock(const QString &id) const
{
    for (QDockWidget *dock : m_docks)
        if (dock->objectName() == id)
            return dock;
    return nullptr;
}

std::vector<QDockWidget *> PanelDocks::docks() const
{
    return m_docks;
}

void PanelDocks::raiseIfOpen(const QString &id)
{
    if (QDockWidget *found = dock(id); found && !found->isHidden())
        found->raise();
}

void PanelDocks::open(const QString &id)
{
    const QScopedValueRollback ourOwn(m_ourOwn, m_ourOwn + 1);
    if (QDockWidget *found = dock(id)) {
        found->show();
        found->raise();
    }
}

void PanelDocks::placeByDefault()
{
    m_shipped = true;
    m_withRoom = hasRoom();
    for (QDockWidget *dock : m_docks)
        m_window->removeDockWidget(dock);
    placeNewPanels({});
    freeTabs();
    for (Qt::DockWidgetArea area : areas)
        sizeByDefault(area);
}

// A window too low for a column's panels in large text stacks only two, the second with tabs.
PanelPlace PanelDocks::place(const PanelSpec &spec) const
{
    PanelPlace place = spec.places[std::size_t(m_layout)];
    if (place.needsRoom && !hasRoom())
        return closed();
    if (place.slotWithRoom >= 0 && hasRoom()) {
        place.slot = place.slotWithRoom;
        place.share = place.shareWithRoom;
    }
    constexpr int columnHeight = 760; // of four panels at 100 %
    const bool crowded = textScale() > 100 && m_window->height() * 100 < columnHeight * textScale();
    if (crowded && place.area == Qt::RightDockWidgetArea) {
        place.slot = std::min(place.slot, 1);
        place.share = 1; // half of it each: the answer needs as much
    }
    if (place.area == Qt::BottomDockWidgetArea && rowBeside()) {
        place.area = Qt::RightDockWidgetArea;
        place.slot = 1;
    }
    return place;
}

// Where a row below the picture would leave it hardly any height, that stands in the right column.
bool PanelDocks::rowBeside() const
{
    constexpr int heightWithRow = 500; // at 100 %
    return textScale() > 100 && m_window->height() * 100 < heightWithRow * textScale();
}

// On a large screen columns and rows of the usual breadth would stand half empty
// beside a huge picture, with panels behind tabs.
bool PanelDocks::hasRoom() const
{
    constexpr QSize least(2600, 1500); // at 100 %
    return m_window->width() * 100 >= least.width() * textScale()
        && m_window->height() * 100 >= least.height() * textScale();
}

// A layout that nobody changed is placed anew where the window became large, or small.
void PanelDocks::followSize()
{
    if (m_shipped && m_withRoom != hasRoom())
        resetLayout();
}

void PanelDocks::textScaleChanged()
{
    const QSize needed = m_window->minimumSizeHint();
    if (needed.width() > m_window->width() || needed.height() > m_window->height())
        resetLayout();
}

// By slot; in each the one that leads, then as they were added.
std::vector<std::size_t> PanelDocks::panelsInOrder() const
{
    std::vector<std::size_t> order(m_panels.size());
    std::iota(order.begin(), order.end(), std::size_t(0));
    std::ranges::stable_sort(order, {}, [this](std::size_t i) {
        const PanelPlace at = place(m_panels[i]);
        return std::pair(at.slot, !at.leads);
    });
    return order;
}

// Panels that `known` does not name go to their default places.
void PanelDocks::placeNewPanels(const QStringList &known)
{
    // Each panel that is shown would lay out the whole window.
    QLayout *layout = m_window->layout();
    layout->setEnabled(false);
    const auto enable = qScopeGuard([layout] { layout->setEnabled(true); });
    std::map<std::pair<Qt::DockWidgetArea, int>, QDockWidget *> inFront; // of each slot
    const std::vector<std::size_t> order = panelsInOrder();
    for (std::size_t i : order)
        if (const PanelPlace at = place(m_panels[i]); known.contains(m_panels[i].id) && !m_docks[i]->isHidden()
            && !m_docks[i]->isFloating() && m_window->dockWidgetArea(m_docks[i]) == at.area)
            inFront.try_emplace({at.area, at.slot}, m_docks[i]);
    for (std::size_t i : order) {
        const PanelPlace wanted = place(m_panels[i]);
        if (known.contains(m_panels[i].id))
            continue;
        if (wanted.area == Qt::NoDockWidgetArea) {
            m_docks[i]->hide();
            // It has a place to open in.
            m_window->addDockWidget(Qt::RightDockWidgetArea, m_docks[i]);
            m_docks[i]->hide();
            continue;
        }
        m_window->addDockWidget(wanted.area, m_docks[i]);
        QDockWidget *first = inFront.try_emplace({wanted.area, wanted.slot}, m_docks[i]).first->second;
        if (first != m_docks[i]) {
            m_window->tabifyDockWidget(first, m_docks[i]);
            first->raise();
        }
        m_docks[i]->show();
    }
}

void PanelDocks::sizeByDefault(Qt::DockWidgetArea area)
{
    QList<QDockWidget *> firsts;
    QList<int> shares;
    std::vector<int> taken;
    for (std::size_t i : panelsInOrder()) {
        const PanelPlace at = place(m_panels[i]);
        if (at.area != area || std::ranges::find(taken, at.slot) != taken.end())
            continue;
        taken.push_back(at.slot);
        firsts << m_docks[i];
        shares << at.share * 100;
    }
    if (firsts.isEmpty())
        return;
    const bool side = area != Qt::BottomDockWidgetArea;
    m_window->resizeDocks(firsts, shares, side ? Qt::Vertical : Qt::Horizontal);
    // Larger text needs more room, but the picture keeps most of the window.
    const bool listFirst = m_layout == LayoutId::Failures; // in large text the picture gives way to it
    const double share = area == Qt::BottomDockWidgetArea ? 0.28
        : area == Qt::RightDockWidgetArea                 ? (listFirst && rowBeside() ? 0.32 : 0.36)
        : rowBeside()                                     ? (listFirst ? 0.34 : 0.20)
                                                          : 0.30;
    const int length = side ? m_window->width() : m_window->height();
    const int most = int(share * length);
    const int least = hasRoom() ? int(shareWithRoom(m_layout, area) * length) : 0;
    const int wanted = std::max(breadth(m_layout, area) * textScale() / 100, least);
    m_window->resizeDocks({firsts.front()}, {std::min(wanted, most)}, side ? Qt::Horizontal : Qt::Vertical);
}

void PanelDocks::showLayout(LayoutId layout)
{
    if (layout == m_layout)
        return;
    putBack();
    m_saved[m_layout] = current();
    m_layout = layout;
    start();
}

void PanelDocks::resetLayout()
{
    m_saved.erase(m_layout);
    start();
}

void PanelDocks::start()
{
    const QScopedValueRollback ourOwn(m_ourOwn, m_ourOwn + 1);
    for (QDockWidget *dock : m_docks)
        if (dock->isFloating()) // costs a window's making even where it changes nothing
            dock->setFloating(false);
    const auto saved = m_saved.find(m_layout);
    const bool fits = saved != m_saved.end() && (!saved->second.shipped || saved->second.withRoom == hasRoom());
    if (fits && m_window->restoreState(saved->second.state, dockStateVersion)) {
        placeNewPanels(saved->second.panels);
        freeTabs();
        m_shipped = saved->second.shipped;
        m_withRoom = saved->second.withRoom;
    } else {
        placeByDefault();
    }
    if (m_window->isVisible())
        m_window->layout()->activate(); // what is noted below is how it stays
    emit layoutChanged(m_layout);
    // Bars that wrap and lists that fit their rows ask for another pass once they have
    // their width, and what was shown asks to be painted, all behind the request for the
    // next frame in the queue: now, or the picture is painted twice.
    if (m_window->isVisible())
        for (QEvent::Type type : {QEvent::LayoutRequest, QEvent::UpdateLater})
            QCoreApplication::sendPostedEvents(nullptr, type);
    m_noted = arrangement();
}

PanelDocks::SavedState PanelDocks::current() const
{
    return {m_window->saveState(dockStateVersion), ids(), m_shipped, m_withRoom};
}

void PanelDocks::save()
{
    putBack();
    m_saved[m_layout] = current();
    QSettings settings;
    for (const auto &[layout, saved] : m_saved) {
        settings.setValue(QStringLiteral("layouts/%1/state").arg(layoutKey(layout)), saved.state);
        settings.setValue(QStringLiteral("layouts/%1/panels").arg(layoutKey(layout)), saved.panels);
    }
    settings.setValue(QStringLiteral("layouts/shown"), layoutKey(m_layout));
}

void PanelDocks::restore()
{
    const QSettings settings;
    const QString shown = settings.value(QStringLiteral("layouts/shown")).toString();
    for (LayoutId layout : allLayouts) {
        const QString key = layoutKey(layout);
        const QByteArray state = settings.value(QStringLiteral("layouts/%1/state").arg(key)).toByteArray();
        if (!state.isEmpty())
            m_saved[layout]
                = {state, settings.value(QStringLiteral("layouts/%1/panels").arg(key)).toStringList(), false, false};
        if (shown == key)
            m_layout = layout;
    }
    start();
}

QStringList PanelDocks::ids() const
{
    QStringList all;
    for (const PanelSpec &panel : m_panels)
        all << panel.id;
    return all;
}

} // namespace qmop
