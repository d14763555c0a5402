// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/runs/time_left.h"

#include <QCoreApplication>

#include <cmath>

namespace qmop {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("TimeLeft", text);
}

}

std::optional<double> secondsLeft(const QElapsedTimer &clock, int done, int total)
{
    if (done <= 0 || !clock.isValid())
        return std::nullopt;
    return double(clock.elapsed()) / 1000 / done * (total - done);
}

QString timeLeftText(std::optional<double> seconds)
{
    if (!seconds)
        return {};
    const int whole = int(std::lround(*seconds));
    return whole >= 120 ? tr("about %1 min left").arg((whole + 30) / 60) : tr("about %1 s left").arg(whole);
}

} // namespace qmop
