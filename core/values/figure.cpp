// SPDX-License-Identifier: GPL-3.0-or-later
#include "qmop/figure.h"

namespace qmop {

std::string_view figurePanelKey(FigurePanel panel)
{
    switch (panel) {
    case FigurePanel::Answer:
        return "answer";
    case FigurePanel::Router:
        return "router";
    case FigurePanel::Scores:
        return "scores";
    case FigurePanel::Maps:
        return "maps";
    case FigurePanel::Costs:
        return "costs";
    case FigurePanel::Sweep:
        return "sweep";
    }
    return {};
}

std::optional<FigurePanel> figurePanelFromKey(std::string_view key)
{
    for (FigurePanel panel : allFigurePanels)
        if (figurePanelKey(panel) == key)
            return panel;
    return std::nullopt;
}

} // namespace qmop
