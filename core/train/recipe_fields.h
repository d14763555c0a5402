// SPDX-License-Identifier: GPL-3.0-or-later
//
// One section of a recipe; every message names file and field.
#pragma once

#include <nlohmann/json.hpp>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace qmop::train {

// `object` must outlive it. All members throw Error{InvalidRecipe}.
class RecipeFields {
public:
    RecipeFields(const nlohmann::json &object, std::string file, std::string section);

    [[noreturn]] void fail(std::string_view field, const std::string &why) const;
    // A misspelt field would silently train something else.
    void allow(std::initializer_list<std::string_view> names) const;
    bool has(const char *field) const { return m_object.contains(field); }

    int integer(const char *field, std::optional<int> fallback, int low, int high) const;
    double number(const char *field, double fallback, double low, double high) const;
    std::string text(const char *field) const;
    const nlohmann::json &list(const char *field) const; // not empty
    RecipeFields section(const char *field) const;
    const nlohmann::json &json() const { return m_object; }

private:
    const nlohmann::json &m_object;
    std::string m_file;
    std::string m_section;
};

} // namespace qmop::train
