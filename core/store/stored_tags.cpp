// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/stored_tags.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace qmop {

std::string storedTags(const std::vector<std::string> &tags)
{
    return nlohmann::json(tags).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::vector<std::string> tagsStored(const std::string &cell)
{
    std::vector<std::string> tags;
    const nlohmann::json list = nlohmann::json::parse(cell, nullptr, false);
    if (list.is_array())
        for (const nlohmann::json &tag : list)
            if (tag.is_string() && std::ranges::find(tags, tag.get<std::string>()) == tags.end())
                tags.push_back(tag.get<std::string>());
    return tags;
}

} // namespace qmop
