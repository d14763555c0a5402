// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/record_fields.h"

#include "qmop/error.h"

#include <charconv>
#include <limits>

namespace qmop {

namespace {

using nlohmann::json;

constexpr std::size_t maxDocument = std::size_t(64) << 20;
const char *const hintText = "take the file from a backup, or ask the question again";

// False where a value is no integer or does not lie in the range.
bool isInteger(const json &value, std::int64_t least, std::int64_t most)
{
    if (value.is_number_unsigned() && value.get<std::uint64_t>() > std::uint64_t(INT64_MAX))
        return false;
    return value.is_number_integer() && value.get<std::int64_t>() >= least && value.get<std::int64_t>() <= most;
}

// Bytes of hexadecimal digits; false where there are others.
bool fromHex(const std::string &digits, std::string &bytes)
{
    if (digits.size() % 2 != 0)
        return false;
    for (std::size_t i = 0; i < digits.size(); i += 2) {
        unsigned byte = 0;
        const auto result = std::from_chars(digits.data() + i, digits.data() + i + 2, byte, 16);
        if (result.ec != std::errc() || result.ptr != digits.data() + i + 2)
            return false;
        bytes += char(byte);
    }
    return true;
}

}

Fields::Fields(const json &object, const std::string &name)
    : m_object(&object)
    , m_name(&name)
{
}

void Fields::refuse(const char *key) const
{
    throw Error(ErrorCode::InvalidSession, *m_name + ": this run is damaged (field \"" + key + "\")", hintText);
}

bool Fields::has(const char *key) const
{
    return m_object->is_object() && m_object->contains(key);
}

const json &Fields::at(const char *key) const
{
    if (!has(key))
        refuse(key);
    return *m_object->find(key);
}

const json &Fields::list(const char *key) const
{
    const json &value = at(key);
    if (!value.is_array())
        refuse(key);
    return value;
}

int Fields::integer(const char *key, int least, int most) const
{
    const json &value = at(key);
    if (!isInteger(value, least, most))
        refuse(key);
    return value.get<int>();
}

std::int64_t Fields::longInteger(const char *key) const
{
    const json &value = at(key);
    if (!isInteger(value, INT64_MIN, INT64_MAX))
        refuse(key);
    return value.get<std::int64_t>();
}

double Fields::real(const char *key) const
{
    const json &value = at(key);
    if (value.is_null())
        return std::numeric_limits<double>::quiet_NaN();
    if (!value.is_number())
        refuse(key);
    return value.get<double>();
}

bool Fields::isNull(const char *key) const
{
    return at(key).is_null();
}

bool Fields::boolean(const char *key) const
{
    const json &value = at(key);
    if (!value.is_boolean())
        refuse(key);
    return value.get<bool>();
}

std::string Fields::text(const char *key) const
{
    const json &value = at(key);
    if (value.is_string())
        return value.get<std::string>();
    const auto hex = value.is_object() ? value.find("hex") : value.end();
    std::string bytes;
    if (!value.is_object() || hex == value.end() || !hex->is_string() || !fromHex(hex->get<std::string>(), bytes))
        refuse(key);
    return bytes;
}

std::vector<int> Fields::integers(const char *key, int least, int most) const
{
    std::vector<int> values;
    for (const json &value : list(key)) {
        if (!isInteger(value, least, most))
            refuse(key);
        values.push_back(value.get<int>());
    }
    return values;
}

std::vector<double> Fields::reals(const char *key) const
{
    std::vector<double> values;
    for (const json &value : list(key)) {
        if (!value.is_null() && !value.is_number())
            refuse(key);
        values.push_back(value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>());
    }
    return values;
}

std::vector<std::string> Fields::texts(const char *key) const
{
    std::vector<std::string> values;
    for (const json &value : list(key)) {
        if (!value.is_string())
            refuse(key);
        values.push_back(value.get<std::string>());
    }
    return values;
}

Fields Fields::object(const char *key) const
{
    const json &value = at(key);
    if (!value.is_object())
        refuse(key);
    return {value, *m_name};
}

std::vector<Fields> Fields::objects(const char *key) const
{
    std::vector<Fields> values;
    for (const json &value : list(key)) {
        if (!value.is_object())
            refuse(key);
        values.emplace_back(value, *m_name);
    }
    return values;
}

std::string Fields::objectText(const char *key) const
{
    const nlohmann::json &value = at(key);
    if (!value.is_object())
        refuse(key);
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

Document::Document(std::string_view text, std::string name)
    : m_name(std::move(name))
{
    if (text.size() <= maxDocument)
        m_root = json::parse(text.begin(), text.end(), nullptr, false);
    if (!m_root.is_object())
        throw Error(ErrorCode::InvalidSession, m_name + ": this run is damaged (not a JSON object)", hintText);
}

} // namespace qmop
