// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/image/kept_set.h"

#include "qmop/padding_patch.h"
#include "qmop/took_part.h"

#include <QCoreApplication>

#include <algorithm>
#include <set>

namespace qmop {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("Overlay", text);
}

std::size_t distinct(const std::vector<int> &patches)
{
    return std::set<int>(patches.begin(), patches.end()).size();
}

QString number(double score)
{
    return QString::number(score, 'f', 3);
}

// Those that nobody put in. A threshold given names patches by their score, not a number of them.
QString byScore(std::size_t count, bool others, const Overrides &overrides, std::optional<double> lowest)
{
    const QString patches = others ? (count == 1 ? tr("the 1 other") : tr("the %1 others").arg(count))
                                   : (count == 1 ? tr("the 1 patch") : tr("the %1 patches").arg(count));
    if (overrides.eta)
        return tr("%1 whose combined score reaches η = %2").arg(patches, number(*overrides.eta))
            + (lowest ? tr(" (lowest %1)").arg(number(*lowest)) : QString());
    return tr("%1 of highest combined score").arg(patches)
        + (lowest ? tr(" (η = %1)").arg(number(*lowest)) : QString());
}

}

std::vector<std::uint8_t> keptPatches(const RunTrace &trace)
{
    const std::optional<KeptSet> set = keptSet(trace);
    if (!set)
        return {};
    std::vector<std::uint8_t> kept(std::size_t(trace.grid.patchCount()), 0);
    for (int patch : set->patches)
        if (patch >= 0 && patch < int(kept.size()))
            kept[std::size_t(patch)] = 1;
    return kept;
}

bool wereKept(const RunTrace &trace)
{
    const std::optional<KeptSet> set = keptSet(trace);
    return set && set->tookPart;
}

QString keptWord(bool kept, bool wereKept)
{
    return wereKept ? (kept ? tr("kept") : tr("dropped")) : (kept ? tr("would be kept") : tr("would be dropped"));
}

KeptCounts countKept(const std::vector<std::uint8_t> &kept, const PatchGrid &grid, bool wereKept)
{
    KeptCounts counts;
    counts.wereKept = wereKept;
    for (std::size_t patch = 0; patch < kept.size(); ++patch) {
        const bool padding = isPaddingPatch(grid, patch);
        counts.padding += padding;
        counts.keptPadding += kept[patch] && padding;
        (kept[patch] ? counts.kept : counts.dropped) += kept[patch] != 0 || !padding;
    }
    return counts;
}

QStringList KeptCounts::texts() const
{
    QStringList texts{(wereKept ? tr("kept %1") : tr("would keep %1")).arg(kept),
                      (wereKept ? tr("dropped %1") : tr("would drop %1")).arg(dropped)};
    if (padding > 0)
        texts << (wereKept ? tr("padding %1, of which kept %2") : tr("padding %1, of which it would keep %2"))
                     .arg(padding)
                     .arg(keptPadding);
    return texts;
}

QString keptRule(std::size_t kept, const Overrides &overrides, std::optional<double> lowest)
{
    const std::size_t in = std::min(distinct(overrides.keep), kept), out = distinct(overrides.drop);
    QStringList parts;
    if (in > 0)
        parts << (in == 1 ? tr("1 patch put in by hand (+)") : tr("%1 patches put in by hand (+)").arg(in));
    if (in < kept)
        parts << byScore(kept - in, in > 0, overrides, lowest);
    const QString rule = parts.join(tr(" and "));
    return out > 0 ? tr("%1, %2 taken out by hand (×)").arg(rule).arg(out) : rule;
}

ForcedPatches forcedPatches(const RunTrace &trace)
{
    return trace.pruning ? ForcedPatches{trace.request.overrides.keep, trace.request.overrides.drop} : ForcedPatches();
}

QString keptSource(const RunTrace &trace)
{
    const std::optional<KeptSet> set = keptSet(trace);
    if (!set)
        return {};
    if (set->by == KeptBy::ClassAttention)
        return set->patches.size() == 1
            ? tr("cls-prune: the 1 patch of highest class attention, last vision layer, mean of the heads")
            : tr("cls-prune: the %1 patches of highest class attention, last vision layer, mean of the heads")
                  .arg(set->patches.size());
    const QString rule
        = tr("pruning: %1")
              .arg(keptRule(set->patches.size(), trace.request.overrides, double(trace.pruning->threshold)));
    return set->tookPart ? rule : tr("this branch was off: the answer did not depend on it · ") + rule;
}

} // namespace qmop
