// SPDX-License-Identifier: GPL-3.0-or-later
//
// One program at a time reads, changes and writes a file.
#pragma once

#include <filesystem>

namespace qmop {

// Waits until no other program holds the folder. Locks the folder itself, so that no
// file is left behind; the system lets go of it when a program dies. A folder that
// cannot be opened, or a file system without locks: as without one.
class FolderLock {
public:
    explicit FolderLock(const std::filesystem::path &folder);
    // Of the folder in which a file lies, or will.
    static FolderLock around(const std::filesystem::path &file)
    {
        return FolderLock(file.has_parent_path() ? file.parent_path() : ".");
    }
    ~FolderLock();
    FolderLock(const FolderLock &) = delete;
    FolderLock &operator=(const FolderLock &) = delete;

private:
    int m_fd;
};

} // namespace qmop
