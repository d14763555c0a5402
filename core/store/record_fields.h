// SPDX-License-Identifier: GPL-3.0-or-later
//
// JSON objects of stored files, read with every type and range checked.
#pragma once

#include <nlohmann/json.hpp>

#include <climits>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace qmop {

// One object. Missing fields, other types and numbers out of range throw
// Error{InvalidSession} that names the field. Refers to the document that it came from.
class Fields {
public:
    Fields(const nlohmann::json &object, const std::string &name);

    const std::string &name() const { return *m_name; }
    bool has(const char *key) const;
    int integer(const char *key, int least = INT_MIN, int most = INT_MAX) const;
    std::int64_t longInteger(const char *key) const;
    double real(const char *key) const; // null, which stands for what JSON cannot say, is NaN
    bool isNull(const char *key) const;
    bool boolean(const char *key) const;
    std::string text(const char *key) const; // or {"hex": "..."}: bytes that are not UTF-8
    std::vector<int> integers(const char *key, int least, int most) const;
    std::vector<double> reals(const char *key) const; // null is NaN, as above
    std::vector<std::string> texts(const char *key) const;
    Fields object(const char *key) const;
    std::vector<Fields> objects(const char *key) const;
    std::string objectText(const char *key) const; // of an object, as JSON
    [[noreturn]] void refuse(const char *key) const;

private:
    const nlohmann::json &at(const char *key) const;
    const nlohmann::json &list(const char *key) const;

    const nlohmann::json *m_object;
    const std::string *m_name;
};

// A parsed text; throws the same for what is not a JSON object or is larger than
// 64 MiB.
class Document {
public:
    Document(std::string_view text, std::string name);
    Document(const Document &) = delete;
    Document &operator=(const Document &) = delete;

    Fields fields() const { return {m_root, m_name}; }

private:
    std::string m_name;
    nlohmann::json m_root;
};

} // namespace qmop
