// SPDX-License-Identifier: GPL-3.0-or-later
#include "qmop/folder_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace qmop {

FolderLock::FolderLock(const std::filesystem::path &folder)
    : m_fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC))
{
    if (m_fd >= 0)
        ::flock(m_fd, LOCK_EX);
}

FolderLock::~FolderLock()
{
    if (m_fd >= 0)
        ::close(m_fd);
}

} // namespace qmop
