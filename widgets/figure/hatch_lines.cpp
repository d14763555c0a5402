// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/figure/hatch_lines.h"

#include <algorithm>
#include <cmath>

namespace qmop {

// Lines x + y = c for the multiples c of the spacing.
void addHatch(QPainterPath &path, const QRectF &rect, double spacing)
{
    if (rect.isEmpty() || spacing <= 0)
        return;
    const double least = rect.left() + rect.top(), most = rect.right() + rect.bottom();
    for (double c = std::ceil(least / spacing) * spacing; c < most; c += spacing) {
        const double left = std::max(rect.left(), c - rect.bottom());
        const double right = std::min(rect.right(), c - rect.top());
        if (right <= left)
            continue;
        path.moveTo(left, c - left);
        path.lineTo(right, c - right);
    }
}

} // namespace qmop
