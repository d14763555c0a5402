// SPDX-License-Identifier: GPL-3.0-or-later
//
// Files that are either the old one or the new one, never a half.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string_view>

namespace qmop {

// Writes into a temporary file beside the target; commit() makes it durable and
// puts it in the target's place. Without commit() the target stays as it was.
// Every failure (full disk, missing folder, no permission, a target that is no
// regular file) throws Error{OutputFailed} naming the target.
class AtomicFile {
public:
    explicit AtomicFile(std::filesystem::path target);
    ~AtomicFile(); // removes the temporary file unless committed
    AtomicFile(const AtomicFile &) = delete;
    AtomicFile &operator=(const AtomicFile &) = delete;

    void write(const void *data, std::size_t size);
    void write(std::string_view text) { write(text.data(), text.size()); }
    void commit();
    // For libraries that write files by name: what commit() puts in the target's place.
    const std::filesystem::path &temporary() const { return m_temporary; }

private:
    [[noreturn]] void fail(int errorNumber);

    std::filesystem::path m_target;
    std::filesystem::path m_temporary;
    int m_fd = -1;
};

void writeFileAtomically(const std::filesystem::path &target, std::string_view contents);

// Makes a folder and those above it; one that exists is fine. Throws
// Error{OutputFailed} naming it.
void makeFolder(const std::filesystem::path &folder);

} // namespace qmop
