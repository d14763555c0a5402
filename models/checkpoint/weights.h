// SPDX-License-Identifier: GPL-3.0-or-later
//
// Named tensors and the scopes through which layers look theirs up. Layers are
// free functions over a scope; inference and training call the same ones.
#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>
#include <string_view>

namespace qmop {

// Hugging Face parameter names to tensors, in name order.
using TensorMap = std::map<std::string, at::Tensor, std::less<>>;

// A view of the tensors whose names begin with a prefix. Cheap to copy; the map
// must outlive it.
class WeightScope {
public:
    explicit WeightScope(const TensorMap &tensors, std::string prefix = {});

    // "a.b" below this scope; `scope / "layers" / 3` is "layers.3".
    WeightScope operator/(std::string_view name) const;
    WeightScope operator/(int index) const;

    // The tensor called prefix + name; Error{InvalidModel} naming it when missing.
    const at::Tensor &operator[](std::string_view name) const;
    // An undefined tensor when missing (optional biases).
    at::Tensor find(std::string_view name) const;

    const std::string &prefix() const { return m_prefix; }

private:
    const TensorMap *m_tensors;
    std::string m_prefix; // ends with '.' unless empty
};

} // namespace qmop
