// SPDX-License-Identifier: GPL-3.0-or-later
#include "qmop/bench_record.h"

namespace qmop {

int BenchRecord::referenceMethod() const
{
    for (std::size_t i = 0; i < methods.size(); ++i)
        if (methods[i].point.compressor == "none")
            return int(i);
    return -1;
}

std::string methodName(const BenchPoint &point)
{
    return point.budget > 0 ? point.compressor + " · " + std::to_string(point.budget) : point.compressor;
}

} // namespace qmop
