// SPDX-License-Identifier: GPL-3.0-or-later
#include "qmop/sweep.h"

#include "qmop/has_budget.h"
#include "qmop/took_part.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <utility>

namespace qmop {

bool hasBudget(const std::string &compressor)
{
    return compressor != "none" && compressor != "blind";
}

namespace {

constexpr int fewestTokens = 4;

template<typename T> bool contains(const std::vector<T> &values, const T &value)
{
    return std::find(values.begin(), values.end(), value) != values.end();
}

std::string numbersText(const std::vector<int> &values)
{
    std::string text;
    for (int value : values)
        text += (text.empty() ? "" : ", ") + std::to_string(value);
    return text;
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

std::string budgetObstacle(const std::string &compressor, int budget, const std::vector<int> &trained, int patches)
{
    if (!hasBudget(compressor))
        return {};
    if (!isTrainingFree(compressor)) {
        if (trained.empty())
            return "this model holds no trained QMoP";
        if (contains(trained, budget))
            return {};
        if (compressor != "prune")
            return "trained for M = " + numbersText(trained) + " only";
    }
    if (budget < 1 || budget > patches)
        return "a picture has 1 to " + std::to_string(patches) + " patches";
    if (compressor == "avgpool" && !canPool(budget, patches))
        return "averages over a grid: M must be a square number";
    return {};
}

std::string offeredBudgets(const std::string &compressor, std::vector<int> trained, int most)
{
    const std::string upTo = "from 1 to " + std::to_string(most);
    if (compressor == "avgpool")
        return "a square number M " + upTo;
    if (compressor == "cls-prune")
        return "any M " + upTo;
    if (trained.empty() || !hasBudget(compressor))
        return "no M";
    if (compressor == "prune")
        return "any number of patches " + upTo;
    std::sort(trained.begin(), trained.end());
    return "M = " + numbersText(trained) + ", and with prune any number of patches " + upTo;
}

std::vector<std::string> leftOutLines(const std::vector<std::string> &compressors, std::vector<int> budgets,
                                      const std::vector<int> &trained, int patches)
{
    sortDescending(budgets);
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < compressors.size(); ++i) {
        if (contains(std::vector(compressors.begin(), compressors.begin() + std::ptrdiff_t(i)), compressors[i]))
            continue;
        std::vector<std::pair<std::string, std::string>> whys; // with the budgets that each is about
        for (int budget : budgets) {
            const std::string why = budgetObstacle(compressors[i], budget, trained, patches);
            if (why.empty())
                continue;
            auto known = std::find_if(whys.begin(), whys.end(), [&](const auto &entry) { return entry.first == why; });
            if (known == whys.end())
                known = whys.insert(whys.end(), {why, ""});
            known->second += (known->second.empty() ? "" : ", ") + std::to_string(budget);
        }
        for (const auto &[why, list] : whys)
            lines.push_back(compressors[i] + " at M = " + list + ": " + why);
    }
    return lines;
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
        for (int budget : budgets)
            if (budgetObstacle(compressor, budget, trained, patches).empty())
                add({compressor, budget, isTrainingFree(compressor) ? budget : nearestTrained(trained, budget)});
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
            cell.prefillSeconds += stage.cost();
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
    if (std::optional<KeptSet> set = keptSet(trace)) {
        cell.kept = std::move(set->patches);
        cell.pruned = set->tookPart;
    }
    if (trace.routing)
        cell.alpha = trace.routing->alpha;
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
