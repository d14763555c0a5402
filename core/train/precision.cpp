// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/precision.h"

#include "models/checkpoint/compute_type.h"
#include "qmop/error.h"

#include <ATen/ATen.h>
#include <ATen/autocast_mode.h>

namespace qmop::train {

at::ScalarType fastType()
{
    return multipliesBfloat16Tiles() ? at::kBFloat16 : at::kFloat;
}

at::ScalarType typeFromName(const std::string &name)
{
    if (name == "auto")
        return fastType();
    if (name == "bf16")
        return at::kBFloat16;
    if (name == "f32")
        return at::kFloat;
    throw Error(ErrorCode::InvalidArgument, "unknown number type \"" + name + "\"", "use auto, bf16 or f32");
}

std::string typeName(at::ScalarType type)
{
    return type == at::kBFloat16 ? "bf16" : "f32";
}

AutocastScope::AutocastScope(at::ScalarType type)
    : m_before(at::autocast::is_autocast_enabled(at::kCPU))
    , m_typeBefore(at::autocast::get_autocast_dtype(at::kCPU))
{
    at::autocast::set_autocast_enabled(at::kCPU, type == at::kBFloat16);
    if (type == at::kBFloat16)
        at::autocast::set_autocast_dtype(at::kCPU, type);
    at::autocast::increment_nesting();
}

AutocastScope::~AutocastScope()
{
    if (at::autocast::decrement_nesting() == 0)
        at::autocast::clear_cache();
    at::autocast::set_autocast_enabled(at::kCPU, m_before);
    at::autocast::set_autocast_dtype(at::kCPU, m_typeBefore);
}

} // namespace qmop::train
