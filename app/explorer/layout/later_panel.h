// SPDX-License-Identifier: GPL-3.0-or-later
//
// A panel behind a tab or closed at the start, made when it is first seen or asked
// for: see PanelSpec::build.
#pragma once

#include "app/explorer/layout/panel_docks.h"

#include <functional>
#include <utility>
#include <vector>

namespace qmop {

template<typename Panel> class LaterPanel {
public:
    // Before get(): the panel's place in the docks, and what makes it there.
    PanelSpec spec(PanelDocks *docks, PanelSpec place, std::function<Panel *()> make)
    {
        m_docks = docks;
        m_id = place.id;
        place.build = [this, make = std::move(make)]() -> QWidget * {
            m_panel = make();
            for (const auto &join : std::exchange(m_joining, {}))
                join(m_panel);
            return m_panel;
        };
        return place;
    }

    // Made now where it is not there yet.
    Panel *get() const
    {
        m_docks->fill(m_id);
        return m_panel;
    }
    Panel *made() const { return m_panel; } // null: not there yet

    // What the window joins to the panel, in the order of the calls: at once, or as
    // soon as it is made. It has to give the panel what is shown by then.
    void whenMade(std::function<void(Panel *)> join)
    {
        if (m_panel)
            join(m_panel);
        else
            m_joining.push_back(std::move(join));
    }

private:
    PanelDocks *m_docks = nullptr;
    QString m_id;
    Panel *m_panel = nullptr;
    std::vector<std::function<void(Panel *)>> m_joining;
};

} // namespace qmop
