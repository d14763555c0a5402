// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/checkpoint/weights.h"

#include "qmop/error.h"

namespace qmop {

WeightScope::WeightScope(const TensorMap &tensors, std::string prefix)
    : m_tensors(&tensors)
    , m_prefix(std::move(prefix))
{
    if (!m_prefix.empty() && m_prefix.back() != '.')
        m_prefix += '.';
}

WeightScope WeightScope::operator/(std::string_view name) const
{
    return WeightScope(*m_tensors, m_prefix + std::string(name));
}

WeightScope WeightScope::operator/(int index) const
{
    return *this / std::to_string(index);
}

const at::Tensor &WeightScope::operator[](std::string_view name) const
{
    const std::string full = m_prefix + std::string(name);
    const auto found = m_tensors->find(full);
    if (found == m_tensors->end())
        throw Error(ErrorCode::InvalidModel, "the checkpoint has no tensor " + full,
                    "the checkpoint does not match its config.json: use a complete one");
    return found->second;
}

at::Tensor WeightScope::find(std::string_view name) const
{
    const auto found = m_tensors->find(m_prefix + std::string(name));
    return found == m_tensors->end() ? at::Tensor() : found->second;
}

} // namespace qmop
