// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/held_out_score.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace qmop::train {

std::vector<bool> answeredRight(const LanguageBatch &batch, const at::Tensor &logits)
{
    const at::Tensor hits = logits.argmax(-1).eq(batch.answers).to(at::kLong).contiguous();
    std::vector<bool> right(batch.dimensions.size(), true);
    for (std::int64_t i = 0; i < hits.size(0); ++i)
        if (!hits.data_ptr<std::int64_t>()[i])
            right[std::size_t(batch.answerQuestion.data_ptr<std::int64_t>()[i])] = false;
    return right;
}

std::array<std::optional<PerBranch<double>>, dimensionCount> meanAlpha(const LanguageBatch &batch,
                                                                       const at::Tensor &alpha)
{
    const at::Tensor values = alpha.detach().to(at::kDouble).contiguous();
    std::array<std::optional<PerBranch<double>>, dimensionCount> means;
    std::array<int, dimensionCount> counts{};
    for (std::size_t q = 0; q < batch.dimensions.size(); ++q) {
        const auto dimension = std::size_t(batch.dimensions[q]);
        ++counts[dimension];
        if (!means[dimension])
            means[dimension].emplace();
        for (const Branch branch : allBranches)
            (*means[dimension])[branch] += values.data_ptr<double>()[q * branchCount + std::size_t(branch)];
    }
    for (std::size_t d = 0; d < dimensionCount; ++d)
        if (means[d])
            for (double &sum : means[d]->values)
                sum /= counts[d];
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

void HeldOutScore::add(const LanguageBatch &batch, const std::vector<std::string> &types,
                       const std::vector<bool> &right, const at::Tensor &alpha)
{
    std::array<std::int64_t, dimensionCount> asked{};
    for (std::size_t q = 0; q < right.size(); ++q) {
        ++asked[std::size_t(batch.dimensions[q])];
        m_right[std::size_t(batch.dimensions[q])] += right[q] ? 1 : 0;
        m_types[types[q]].right += right[q] ? 1 : 0;
        ++m_types[types[q]].all;
    }
    m_hits.insert(m_hits.end(), right.begin(), right.end());
    for (std::size_t d = 0; d < dimensionCount; ++d)
        m_all[d] += asked[d];
    if (!alpha.defined())
        return;
    m_routed = true;
    const auto means = meanAlpha(batch, alpha);
    for (std::size_t d = 0; d < dimensionCount; ++d)
        if (means[d])
            for (const Branch branch : allBranches)
                m_alpha[d][branch] += (*means[d])[branch] * double(asked[d]);
}

nlohmann::json HeldOutScore::json() const
{
    nlohmann::json result;
    double sum = 0;
    for (const Dimension dimension : allDimensions) {
        const auto d = std::size_t(dimension);
        const auto all = double(std::max<std::int64_t>(1, m_all[d]));
        const double percent = 100.0 * double(m_right[d]) / all;
        sum += percent / double(dimensionCount);
        const std::string key(dimensionKey(dimension));
        result[key] = std::round(percent * 10) / 10;
        if (m_routed)
            for (const Branch branch : allBranches)
                result["alpha"][key].push_back(std::round(m_alpha[d][branch] / all * 1000) / 1000);
    }
    result["average"] = std::round(sum * 10) / 10;
    result["hits"] = hitsText(m_hits);
    for (const auto &[type, count] : m_types)
        result["types"][type] = std::round(1000.0 * double(count.right) / double(count.all)) / 10;
    return result;
}

} // namespace qmop::train
