// SPDX-License-Identifier: GPL-3.0-or-later
#include "qmop/sweep.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>

namespace qmop {
namespace {

constexpr int fewestTokens = 4;

bool hasBudget(const std::string &compressor)
{
    return compressor != "none" && compressor != "blind";
}

bool contains(const std::vector<int> &values, int value)
{
    return std::find(values.begin(), values.end(), value) != values.end();
}

void sortDescending(std::vector<int> &values)
{
    std::sort(values.begin(), values.end(), std::greater<>());
    values.erase(std::unique(values.begin(), values.end()), values.end());
}

// The smallest QMoP with at least as many tokens, else the largest one.
int nearestTrained(const std::vector<int> &trained, int budget)
{
    int nearest = 0;
    for (int candidate : trained) {
        const bool fits = candidate >= budget;
        const bool nearestFits = nearest >= budget;
        if (nearest == 0 || (fits && (!nearestFits || candidate < nearest))
            || (!fits && !nearestFits && candidate > nearest))
            nearest = candidate;
    }
    return nearest;
}

bool canPool(int budget, int patches)
{
    const int side = int(std::lround(std::sqrt(double(budget))));
    return side * side == budget && budget <= patches;
}

} // namespace

bool isTrainingFree(const std::string &compressor)
{
    return compressor == "avgpool" || compressor == "cls-prune";
}

std::vector<int> sweepBudgets(const std::vector<int> &trained, int patches)
{
    std::vector<int> budgets = trained;
    const int side = int(std::lround(std::sqrt(double(patches))));
    for (int stride = 2; stride <= side; ++stride)
        if (side % stride == 0 && (side / stride) * (side / stride) >= fewestTokens)
            budgets.push_back((side / stride) * (side / stride));
    sortDescending(budgets);
    return budgets;
}

std::vector<SweepPoint> sweepPoints(const std::vector<std::string> &compressors, std::vector<int> budgets,
                                    const std::vector<int> &trained, int patches)
{
    sortDescending(budgets);
    std::vector<SweepPoint> points;
    const auto add = [&](const SweepPoint &point) {
        if (std::find(points.begin(), points.end(), point) == points.end())
            points.push_back(point);
    };
    for (const std::string &compressor : compressors) {
        if (!hasBudget(compressor)) {
            add({compressor, 0, 0});
            continue;
        }
        for (int budget : budgets) {
            if (isTrainingFree(compressor)) {
                if (budget >= 1 && budget <= patches && (compressor != "avgpool" || canPool(budget, patches)))
                    add({compressor, budget, budget});
            } else if (contains(trained, budget))
                add({compressor, budget, budget});
            else if (compressor == "prune" && budget >= 1 && budget <= patches && !trained.empty())
                add({compressor, budget, nearestTrained(trained, budget)});
        }
    }
    return points;
}

RunRequest atPoint(RunRequest base, const SweepPoint &point)
{
    base.compressor = point.compressor;
    if (point.budget == 0)
        return base;
    base.budget = point.trained;
    if (point.trained != point.budget)
        base.overrides.keepCount = point.budget;
    return base;
}

ScoreTarget targetOf(const Answer &answer)
{
    ScoreTarget target{answer.text, {}, answer.complete};
    for (const DecodedToken &token : answer.tokens)
        target.tokens.push_back(token.id);
    return target;
}

SweepCell sweepCell(const SweepPoint &point, const RunTrace &trace, const std::string &uncompressedAnswer)
{
    SweepCell cell;
    cell.point = point;
    cell.visualTokens = trace.costs.visualTokens;
    cell.answer = trace.answer.text;
    cell.unchanged = trace.answer.text == uncompressedAnswer;
    if (trace.score)
        cell.logProbability = trace.score->logProbability;
    cell.timeToFirstTokenSeconds = trace.costs.timeToFirstTokenSeconds;
    for (const StageTime &stage : trace.stages)
        if (stage.stage == "prefill")
            cell.prefillSeconds += stage.seconds;
    cell.kvBytes = trace.costs.kvBytesMeasured;
    return cell;
}

std::optional<SmallestBudget> smallestUnchanged(const std::vector<SweepCell> &cells, const std::string &compressor)
{
    std::optional<SmallestBudget> smallest;
    for (const SweepCell &cell : cells)
        if (cell.point.compressor == compressor && cell.point.budget > 0 && cell.unchanged
            && (!smallest || cell.point.budget < smallest->budget))
            smallest = SmallestBudget{cell.point.budget, true};
    if (smallest)
        for (const SweepCell &cell : cells)
            if (cell.point.compressor == compressor && cell.point.budget > smallest->budget && !cell.unchanged)
                smallest->everyLargerToo = false;
    return smallest;
}

QuestionCell questionCell(const RunTrace &trace)
{
    QuestionCell cell;
    cell.question = trace.request.question;
    cell.answer = trace.answer.text;
    if (trace.uncompressed)
        cell.uncompressed = trace.uncompressed->text;
    if (trace.pruning)
        cell.kept = trace.pruning->kept;
    if (trace.routing) {
        cell.alpha = trace.routing->alpha;
        cell.pruned = trace.routing->active[Branch::Prune];
    }
    return cell;
}

std::vector<std::vector<double>> jaccardMatrix(const std::vector<QuestionCell> &cells)
{
    std::vector<std::vector<double>> matrix(cells.size(), std::vector<double>(cells.size(), 1));
    for (std::size_t i = 0; i < cells.size(); ++i)
        for (std::size_t j = 0; j < i; ++j) {
            const std::vector<int> &a = cells[i].kept;
            const std::vector<int> &b = cells[j].kept;
            std::vector<int> both;
            std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
            const std::size_t either = a.size() + b.size() - both.size();
            matrix[i][j] = matrix[j][i] = either == 0 ? 1 : double(both.size()) / double(either);
        }
    return matrix;
}

std::vector<float> survivalMap(const std::vector<QuestionCell> &cells, int patches)
{
    std::vector<float> shares(std::size_t(std::max(0, patches)), 0);
    for (const QuestionCell &cell : cells)
        for (int patch : cell.kept)
            if (patch >= 0 && patch < patches)
                shares[std::size_t(patch)] += 1;
    for (float &share : shares)
        share /= float(std::max<std::size_t>(1, cells.size()));
    return shares;
}

} // namespace qmop
