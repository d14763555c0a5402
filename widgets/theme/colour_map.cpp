// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme/colour_map.h"

#include <algorithm>
#include <cmath>

namespace qmop {

ColourMap::ColourMap(ColourMapName name)
    : m_table(name == ColourMapName::Viridis         ? &detail::viridisTable
                  : name == ColourMapName::Diverging ? &detail::divergingTable
                                                     : &detail::cividisTable)
{
}

int ColourMap::indexOf(double value, double low, double high)
{
    if (!(high > low))
        return 128;
    const double share = std::clamp((value - low) / (high - low), 0.0, 1.0);
    return std::min(255, int(share * 256));
}

QRgb ColourMap::colour(double value, double low, double high) const
{
    if (std::isnan(value))
        return missingColour;
    return 0xff000000u | (*m_table)[std::size_t(indexOf(value, low, high))];
}

} // namespace qmop
