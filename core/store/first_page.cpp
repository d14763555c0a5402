// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/first_page.h"

#include "core/store/session_file.h"
#include "qmop/temporary_folder.h"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace qmop {

namespace {

// https://sqlite.org/fileformat.html#the_database_header
constexpr std::size_t pageSize = 4096; // SQLite's own choice, which we leave
constexpr std::size_t pageCountAt = 28;
constexpr std::size_t userVersionAt = 60;
constexpr std::uintmax_t mostBytes = std::uintmax_t(256) << 20;

Bytes readAll(const std::filesystem::path &file)
{
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

Bytes newSession()
{
    const TemporaryFolder folder;
    const std::filesystem::path file = folder.path() / "new.qmops";
    SessionWriter(file, SessionKind::Session).commit();
    return readAll(file);
}

std::uint32_t numberAt(const Bytes &bytes, std::size_t at)
{
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < 4; ++i)
        number = number << 8 | bytes[at + i];
    return number;
}

}

Bytes withNewFirstPage(const std::filesystem::path &session)
{
    std::error_code failed;
    const std::uintmax_t size = std::filesystem::file_size(session, failed);
    if (failed || size > mostBytes)
        return {};
    const Bytes made = newSession();
    Bytes bytes = readAll(session);
    if (made.size() < pageSize || bytes.size() < made.size() || numberAt(bytes, userVersionAt) > schemaVersion)
        return {};
    bytes.resize(bytes.size() - bytes.size() % pageSize);
    std::copy_n(made.begin(), pageSize, bytes.begin());
    for (std::size_t i = 0; i < 4; ++i)
        bytes[pageCountAt + i] = std::uint8_t(bytes.size() / pageSize >> (24 - 8 * i));
    return bytes;
}

} // namespace qmop
