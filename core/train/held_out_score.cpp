// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/held_out_score.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace qmop::train {
namespace {

constexpr const char *noDimension = "all";

std::string keyOf(const std::optional<Dimension> &dimension)
{
    return dimension ? std::string(dimensionKey(*dimension)) : noDimension;
}

} // namespace

std::vector<bool> answeredRight(const LanguageBatch &batch, const at::Tensor &logits)
{
    const at::Tensor hits = logits.argmax(-1).eq(batch.answers).to(at::kLong).contiguous();
    std::vector<bool> right(batch.dimensions.size(), true);
    for (std::int64_t i = 0; i < hits.size(0); ++i)
        if (!hits.data_ptr<std::int64_t>()[i])
            right[std::size_t(batch.answerQuestion.data_ptr<std::int64_t>()[i])] = false;
    return right;
}

std::map<std::string, PerBranch<double>> meanAlpha(const LanguageBatch &batch, const at::Tensor &alpha)
{
    const at::Tensor values = alpha.detach().to(at::kDouble).contiguous();
    std::map<std::string, PerBranch<double>> means;
    std::map<std::string, int> counts;
    for (std::size_t q = 0; q < batch.dimensions.size(); ++q) {
        const std::string key = keyOf(batch.dimensions[q]);
        ++counts[key];
        for (const Branch branch : allBranches)
            means[key][branch] += values.data_ptr<double>()[q * branchCount + std::size_t(branch)];
    }
    for (auto &[key, mean] : means)
        for (double &sum : mean.values)
            sum /= counts[key];
    return means;
}

std::string hitsText(const std::vector<bool> &right)
{
    static constexpr const char *digits = "0123456789abcdef";
    std::string text = std::to_string(right.size()) + ":";
    for (std::size_t i = 0; i < right.size(); i += 4) {
        unsigned value = 0;
        for (std::size_t k = 0; k < 4; ++k)
            value = 2 * value + (i + k < right.size() && right[i + k] ? 1U : 0U);
        text += digits[value];
    }
    return text;
}

std::vector<bool> hitsFromText(const std::string &text)
{
    const std::size_t colon = text.find(':');
    std::vector<bool> right;
    if (colon == std::string::npos || colon == 0 || colon > 9 || text.find_first_not_of("0123456789") != colon)
        return right;
    const std::size_t count = std::stoul(text.substr(0, colon));
    for (std::size_t i = colon + 1; i < text.size(); ++i) {
        const char c = text[i];
        const unsigned value = c >= '0' && c <= '9' ? unsigned(c - '0')
            : c >= 'a' && c <= 'f'                  ? unsigned(c - 'a' + 10)
                                                    : 0U;
        for (unsigned bit = 8; bit > 0 && right.size() < count; bit /= 2)
            right.push_back((value & bit) != 0);
    }
    if (right.size() != count)
        right.clear();
    return right;
}

void HeldOutScore::add(const LanguageBatch &batch, const std::vector<bool> &right, const at::Tensor &alpha)
{
    std::map<std::string, std::int64_t> asked;
    for (std::size_t q = 0; q < right.size(); ++q) {
        const std::string key = keyOf(batch.dimensions[q]);
        ++asked[key];
        std::vector<Count *> counts{&m_dimensions[key]};
        if (!batch.types[q].empty())
            counts.push_back(&m_types[batch.types[q]]);
        for (Count *count : counts) {
            count->right += right[q] ? 1 : 0;
            ++count->all;
        }
    }
    m_hits.insert(m_hits.end(), right.begin(), right.end());
    if (!alpha.defined())
        return;
    m_routed = true;
    for (const auto &[key, mean] : meanAlpha(batch, alpha))
        for (const Branch branch : allBranches)
            m_dimensions[key].alpha[branch] += mean[branch] * double(asked[key]);
}

nlohmann::json HeldOutScore::json() const
{
    nlohmann::json result;
    // Without dimensions the average is over questions, else over the five.
    const bool whole = m_dimensions.contains(noDimension);
    double sum = 0;
    const auto put = [&](const std::string &key) {
        static const Count none;
        const auto found = m_dimensions.find(key);
        const Count &count = found == m_dimensions.end() ? none : found->second;
        const auto all = double(std::max<std::int64_t>(1, count.all));
        const double percent = 100.0 * double(count.right) / all;
        sum += percent / double(dimensionCount);
        if (key != noDimension)
            result[key] = std::round(percent * 10) / 10;
        if (m_routed)
            for (const Branch branch : allBranches)
                result["alpha"][key].push_back(std::round(count.alpha[branch] / all * 1000) / 1000);
    };
    if (whole) {
        for (const auto &[key, count] : m_dimensions)
            put(key);
        const auto right = double(std::count(m_hits.begin(), m_hits.end(), true));
        result["average"] = std::round(1000.0 * right / double(m_hits.size())) / 10;
        result["questions"] = m_hits.size();
    } else {
        for (const Dimension dimension : allDimensions)
            put(std::string(dimensionKey(dimension)));
        result["average"] = std::round(sum * 10) / 10;
    }
    result["hits"] = hitsText(m_hits);
    for (const auto &[type, count] : m_types)
        result["types"][type] = std::round(1000.0 * double(count.right) / double(count.all)) / 10;
    return result;
}

} // namespace qmop::train
