// SPDX-License-Identifier: GPL-3.0-or-later
//
// A file as read-only memory.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>

namespace qmop {

// Maps a whole file privately and read-only: writing through it is a fault, and
// pages are read when first touched. The file must not shrink while mapped.
class MappedFile {
public:
    // Throws Error{InvalidModel} naming the file: missing, not a regular file,
    // unreadable. An empty file maps to an empty span.
    static std::shared_ptr<const MappedFile> open(const std::filesystem::path &path);
    ~MappedFile();
    MappedFile(const MappedFile &) = delete;
    MappedFile &operator=(const MappedFile &) = delete;

    std::span<const std::byte> bytes() const { return {m_data, m_size}; }
    const std::filesystem::path &path() const { return m_path; }

private:
    MappedFile() = default;

    std::filesystem::path m_path;
    const std::byte *m_data = nullptr;
    std::size_t m_size = 0;
};

} // namespace qmop
