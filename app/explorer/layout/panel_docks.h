// SPDX-License-Identifier: GPL-3.0-or-later
//
// Every panel as a dock, and the four layouts that arrange them.
//
// A new panel takes one add() with a row of places, see main_window_panels.cpp:
//
//   m_docks->add({QStringLiteral("sweep"), tr("Budget sweep"), m_sweep,
//                 {closed(), below(1), closed(), closed()}});
//   connect(this, &MainWindow::traceShown, m_sweep, &SweepPanel::setTrace);
//
// The places stand in the order of allLayouts. The panel is in the View menu
// and the command palette from then on, and a layout that was saved before the
// panel existed takes it in at its default place.
#pragma once

#include <QByteArray>
#include <QObject>
#include <QString>
#include <QStringList>

#include <array>
#include <functional>
#include <map>
#include <vector>

class QAction;
class QDockWidget;
class QMainWindow;

namespace qmop {

enum class LayoutId { Inspect, Compare, Failures, Present };

inline constexpr std::array<LayoutId, 4> allLayouts{LayoutId::Inspect, LayoutId::Compare, LayoutId::Failures,
                                                    LayoutId::Present};

inline constexpr int dockStateVersion = 2; // 1: before there were layouts

QString layoutTitle(LayoutId layout);

// Where a panel stands in one layout.
struct PanelPlace {
    Qt::DockWidgetArea area = Qt::NoDockWidgetArea; // NoDockWidgetArea: closed
    // Order within the area, downwards at the sides, rightwards below the
    // picture. Panels of one slot share it as tabs; the first is in front: one that
    // leads, else the first added.
    int slot = 0;
    int share = 1; // of the area's length, against the other slots; that of the slot's first panel counts
    int slotWithRoom = -1; // in a window with room for more panels side by side; -1: the same
    int shareWithRoom = 1;
    bool leads = false; // what the layout is for, wherever it comes to share a place

    bool needsRoom = false; // closed in a window without

    PanelPlace onlyWithRoom() const
    {
        PanelPlace same = *this;
        same.needsRoom = true;
        return same;
    }
    PanelPlace leading() const
    {
        PanelPlace same = *this;
        same.leads = true;
        return same;
    }
    PanelPlace withRoom(int roomySlot, int roomyShare) const { return {area, slot, share, roomySlot, roomyShare}; }
};

inline PanelPlace closed()
{
    return {};
}
inline PanelPlace left(int slot, int share = 1)
{
    return {Qt::LeftDockWidgetArea, slot, share};
}
inline PanelPlace right(int slot, int share = 1)
{
    return {Qt::RightDockWidgetArea, slot, share};
}
inline PanelPlace below(int slot, int share = 1)
{
    return {Qt::BottomDockWidgetArea, slot, share};
}

struct PanelSpec {
    QString id; // names the dock in settings; never changed
    QString title;
    QWidget *widget = nullptr;
    std::array<PanelPlace, allLayouts.size()> places; // by LayoutId
    // Instead of `widget`: makes it when it is first seen or asked for, and at the
    // latest soon after the window was painted.
    std::function<QWidget *()> build = nullptr;
};

// Where all panels stand: what undo and sessions bring back.
struct PanelArrangement {
    LayoutId layout = LayoutId::Inspect;
    QByteArray state; // of QMainWindow::saveState()
    QStringList panels; // that were known then

    bool operator==(const PanelArrangement &) const = default;
};

class PanelDocks : public QObject {
    Q_OBJECT

public:
    explicit PanelDocks(QMainWindow *window);

    QDockWidget *add(PanelSpec spec);
    // Builds the panel's widget where it waits for being needed.
    void fill(const QString &id);
    // Once, while the window is shown: builds what is seen, and from now on what
    // comes into view.
    void fillSeen();
    // Builds the others one by one, between the events of the loop.
    void fillRest();

    // Null where no panel has that id.
    QDockWidget *dock(const QString &id) const;
    std::vector<QDockWidget *> docks() const;
    // Brings an open panel to the front of its tabs; a closed one stays closed.
    void raiseIfOpen(const QString &id);
    // The same until putBack(), which brings back the panel that it covered, unless
    // the person chose another tab meanwhile. No layout is kept with a panel lifted.
    void lift(const QString &id);
    void putBack();
    // Opens a panel where it is closed, and brings it to the front.
    void open(const QString &id);

    LayoutId layout() const { return m_layout; }
    // What the person changed in a layout is kept when another is shown.
    void showLayout(LayoutId layout);
    // The shown layout as it was shipped.
    void resetLayout();

    PanelArrangement arrangement() const;
    // A state that is damaged, or of panels that there are no more, gives the
    // layout as it is otherwise.
    void showArrangement(const PanelArrangement &wanted);
    // What `how` changes is announced as one change of the person's.
    void change(const std::function<void()> &how);

    // Where the window would not fit its screen any more, panels share places.
    void textScaleChanged();

    // All four layouts and which is shown.
    void save();
    // To be called once, after the last add(): shows the saved layout, or the first.
    void restore();
    // The same without reading settings.
    void start();

signals:
    void layoutChanged(qmop::LayoutId layout);
    // The person showed another layout, or opened, closed or moved a panel.
    void arrangementChanged(const qmop::PanelArrangement &before, const qmop::PanelArrangement &after);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    struct SavedState {
        QByteArray state;
        QStringList panels; // that were known when it was saved
        bool shipped = false; // nobody changed it
        bool withRoom = false; // as it is in a window with room for more panels
    };

    void fill(std::size_t panel);
    bool isSeen(const QDockWidget *dock) const;
    void freeTabs();
    void watch(QDockWidget *dock);
    // Where panels stand now is no step to undo; unless one is under way.
    void takeAsNoted();
    void noteLater();
    void note();
    void placeByDefault();
    void placeNewPanels(const QStringList &known);
    void sizeByDefault(Qt::DockWidgetArea area);
    PanelPlace place(const PanelSpec &spec) const;
    std::vector<std::size_t> panelsInOrder() const;
    bool rowBeside() const;
    bool hasRoom() const;
    void followSize();
    SavedState current() const;
    QStringList ids() const;

    QMainWindow *m_window;
    std::vector<PanelSpec> m_panels;
    std::vector<QDockWidget *> m_docks; // beside m_panels
    std::map<LayoutId, SavedState> m_saved;
    LayoutId m_layout = LayoutId::Inspect;
    PanelArrangement m_noted; // as the person left it last
    std::map<QDockWidget *, QWidget *> m_fixed; // panels that take no more height than they need
    QDockWidget *m_lifted = nullptr; // covers:
    QDockWidget *m_covered = nullptr;
    int m_ourOwn = 0; // > 0: what changes now is not the person's doing
    bool m_taking = false;
    bool m_noting = false;
    bool m_shipped = false; // the shown layout stands as it was placed
    bool m_withRoom = false; // and this is how
};

} // namespace qmop
