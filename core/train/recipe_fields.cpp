// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/recipe_fields.h"

#include "qmop/error.h"

#include <algorithm>

namespace qmop::train {

RecipeFields::RecipeFields(const nlohmann::json &object, std::string file, std::string section)
    : m_object(object)
    , m_file(std::move(file))
    , m_section(std::move(section))
{
    if (!object.is_object())
        fail("", "must be an object");
}

void RecipeFields::fail(std::string_view field, const std::string &why) const
{
    std::string where = m_section;
    if (!where.empty() && !field.empty())
        where += ".";
    where += field;
    throw Error(ErrorCode::InvalidRecipe, m_file + ": " + (where.empty() ? "the recipe" : where) + " " + why,
                "correct the field, or start from a recipe in resources/recipes");
}

void RecipeFields::allow(std::initializer_list<std::string_view> names) const
{
    for (const auto &[key, value] : m_object.items())
        if (std::find(names.begin(), names.end(), key) == names.end())
            fail(key, "is not a field of recipes");
}

int RecipeFields::integer(const char *field, std::optional<int> fallback, int low, int high) const
{
    if (!has(field)) {
        if (!fallback)
            fail(field, "is missing");
        return *fallback;
    }
    const nlohmann::json &value = m_object[field];
    if (!value.is_number_integer() || value.get<double>() < low || value.get<double>() > high)
        fail(field, "must be a whole number from " + std::to_string(low) + " to " + std::to_string(high));
    return value.get<int>();
}

double RecipeFields::number(const char *field, double fallback, double low, double high) const
{
    if (!has(field))
        return fallback;
    const nlohmann::json &value = m_object[field];
    if (!value.is_number() || !(value.get<double>() >= low && value.get<double>() <= high))
        fail(field, "must be a number from " + nlohmann::json(low).dump() + " to " + nlohmann::json(high).dump());
    return value.get<double>();
}

std::string RecipeFields::text(const char *field) const
{
    if (!has(field))
        fail(field, "is missing");
    if (!m_object[field].is_string())
        fail(field, "must be text");
    return m_object[field].get<std::string>();
}

const nlohmann::json &RecipeFields::list(const char *field) const
{
    if (!has(field))
        fail(field, "is missing");
    if (!m_object[field].is_array() || m_object[field].empty())
        fail(field, "must be a list that is not empty");
    return m_object[field];
}

RecipeFields RecipeFields::section(const char *field) const
{
    if (!has(field))
        fail(field, "is missing");
    return RecipeFields(m_object[field], m_file, (m_section.empty() ? "" : m_section + ".") + field);
}

} // namespace qmop::train
