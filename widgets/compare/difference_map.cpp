// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/compare/difference_map.h"

#include "qmop/fixed_text.h"
#include "widgets/image/kept_set.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>
#include <cmath>
#include <limits>

namespace qmop {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("DifferenceMap", text);
}

QString fourDigits(double value)
{
    return QString::fromStdString(fixedText(value, 4));
}

QString change(double value)
{
    return QString::fromStdString(changeText(value, 4));
}

std::optional<OverlayField> keptField(const RunTrace &run, QString *why)
{
    const std::vector<std::uint8_t> kept = keptPatches(run);
    if (kept.empty()) {
        if (why)
            *why = noPruningText(run);
        return std::nullopt;
    }
    OverlayField field;
    field.values.assign(kept.begin(), kept.end());
    for (std::size_t i = 0; i < field.values.size(); ++i)
        if (isPaddingPatch(run.grid, i))
            field.values[i] = std::numeric_limits<float>::quiet_NaN();
    const bool were = wereKept(run);
    field.name = keptWord(true, were);
    field.source = QStringLiteral("1 %1, 0 %2 (%3)").arg(field.name, keptWord(false, were), keptSource(run));
    return field;
}

std::optional<OverlayField> fieldOf(const RunTrace &run, const QString &name, OverlayKind kind, TokenRef token,
                                    QString *why)
{
    QString reason;
    std::optional<OverlayField> field
        = kind == OverlayKind::Kept ? keptField(run, &reason) : overlayField(run, kind, token, &reason);
    if (!field && why)
        *why = QStringLiteral("%1: %2").arg(name, reason);
    return field;
}

}

std::optional<OverlayField> sharedRangeField(const RunTrace &run, const RunTrace &other, OverlayKind kind,
                                             TokenRef token, QString *why)
{
    std::optional<OverlayField> field = overlayField(run, kind, token, why);
    if (!field)
        return field;
    if (const std::optional<OverlayField> beside = overlayField(other, kind, token)) {
        field->low = std::min(field->low, beside->low);
        field->high = std::max(field->high, beside->high);
    }
    return field;
}

QString mapObstacleText(MapObstacle obstacle)
{
    switch (obstacle) {
    case MapObstacle::None:
        return {};
    case MapObstacle::OtherPicture:
        return tr("The pictures differ: there is no difference map. Answers, settings and costs are compared.");
    case MapObstacle::OtherGrid:
        return tr("The patches of A and B lie in other places of the picture: there is no difference map. Answers, "
                  "settings and costs are compared.");
    }
    return {};
}

std::optional<OverlayField> differenceField(const RunTrace &a, const RunTrace &b, OverlayKind kind, TokenRef token,
                                            bool ownRange, QString *why)
{
    if (const MapObstacle obstacle = mapObstacle(a, b); obstacle != MapObstacle::None) {
        if (why)
            *why = mapObstacleText(obstacle);
        return std::nullopt;
    }
    const std::optional<OverlayField> inA = fieldOf(a, QStringLiteral("A"), kind, token, why);
    const std::optional<OverlayField> inB = fieldOf(b, QStringLiteral("B"), kind, token, why);
    if (!inA || !inB)
        return std::nullopt;
    OverlayField field;
    field.values = mapDifference(inA->values, inB->values);
    const double largest = largestMagnitude(field.values);
    field.high = ownRange && largest > 0 ? largest : std::max(inA->high, inB->high);
    field.low = -field.high;
    // Of as many maps as each side has tokens.
    const bool averages = inA->averaged > 0 && inB->averaged > 0;
    field.name = averages && inA->averaged != inB->averaged
        ? tr("average of %1 maps (B) − of %2 (A)").arg(inB->averaged).arg(inA->averaged)
        : kind == OverlayKind::Kept && inA->name != inB->name ? tr("%1 (B) − %2 (A)").arg(inB->name, inA->name)
                                                              : tr("B − A: %1").arg(inB->name);
    field.source = inA->source == inB->source ? tr("B minus A; %1").arg(inB->source)
                                              : tr("B minus A; B: %1; A: %2").arg(inB->source, inA->source);
    return field;
}

QString differenceSummary(const RunTrace &a, const RunTrace &b, const OverlayField &difference, OverlayKind kind)
{
    int higher = 0, lower = 0, most = -1;
    for (std::size_t i = 0; i < difference.values.size(); ++i) {
        const float value = difference.values[i];
        if (std::isnan(value) || value == 0)
            continue;
        ++(value > 0 ? higher : lower);
        if (most < 0 || std::abs(value) > std::abs(difference.values[std::size_t(most)]))
            most = int(i);
    }
    if (most < 0)
        return tr("%1 · the same in every patch").arg(difference.name);
    if (const auto kept = kind == OverlayKind::Kept ? compareKept(a, b) : std::nullopt)
        return tr("%1 · + %2 in B only: %3 · − %4 in A only: %5")
            .arg(difference.name, keptWord(true, wereKept(b)))
            .arg(kept->onlyB.size())
            .arg(keptWord(true, wereKept(a)))
            .arg(kept->onlyA.size());
    return tr("%1 · higher in B: %2 patches, lower: %3 · most %4 at row %5, column %6 · range %7 to %8")
        .arg(difference.name)
        .arg(higher)
        .arg(lower)
        .arg(change(double(difference.values[std::size_t(most)])))
        .arg(most / b.grid.columns)
        .arg(most % b.grid.columns)
        .arg(difference.low, 0, 'g', 3)
        .arg(difference.high, 0, 'g', 3);
}

QString comparedReadout(const RunTrace &a, const RunTrace &b, OverlayKind kind, TokenRef token, int patch)
{
    if (mapObstacle(a, b) != MapObstacle::None || patch < 0 || patch >= b.grid.patchCount())
        return {};
    const auto at = [&](const RunTrace &run) -> std::optional<double> {
        const std::optional<OverlayField> field = fieldOf(run, {}, kind, token, nullptr);
        if (!field || std::isnan(field->values[std::size_t(patch)]))
            return std::nullopt;
        return double(field->values[std::size_t(patch)]);
    };
    const std::optional<double> inA = at(a);
    const std::optional<double> inB = at(b);
    const auto words = [&](const RunTrace &run, const std::optional<double> &value) {
        return !value                   ? QStringLiteral("–")
            : kind == OverlayKind::Kept ? keptWord(*value > 0, wereKept(run))
                                        : fourDigits(*value);
    };
    QStringList parts{tr("row %1, column %2").arg(patch / b.grid.columns).arg(patch % b.grid.columns)};
    if (isPaddingPatch(b.grid, std::size_t(patch)))
        parts << tr("padding");
    parts << tr("%1 A %2")
                 .arg(kind == OverlayKind::Kept ? QString() : overlayTitle(kind).toLower(), words(a, inA))
                 .trimmed()
          << tr("B %1").arg(words(b, inB));
    if (inA && inB && kind != OverlayKind::Kept)
        parts << tr("B − A %1").arg(change(*inB - *inA));
    return parts.join(QStringLiteral(" · "));
}

} // namespace qmop
