// SPDX-License-Identifier: GPL-3.0-or-later
#include "qmop/atomic_file.h"

#include "qmop/error.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace qmop {

AtomicFile::AtomicFile(std::filesystem::path target)
    : m_target(std::move(target))
{
    // Otherwise found by commit() alone, when the work is done.
    std::error_code failed;
    const std::filesystem::file_status status = std::filesystem::status(m_target, failed);
    if (std::filesystem::is_directory(status))
        fail(EISDIR);
    // commit() would put a file in the place of /dev/null.
    if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status))
        throw Error(ErrorCode::OutputFailed, m_target.string() + ": is a device or a pipe, which is not written to",
                    "name a file");
    std::string name = ".";
    name += m_target.filename().string();
    name += ".XXXXXX";
    std::string pattern = (m_target.parent_path() / name).string();
    m_fd = ::mkostemp(pattern.data(), O_CLOEXEC);
    if (m_fd < 0)
        fail(errno);
    m_temporary = pattern;
    // mkostemp makes the file private; give it what an ordinary file would have.
    const mode_t mask = ::umask(0);
    ::umask(mask);
    ::fchmod(m_fd, 0666 & ~mask);
}

AtomicFile::~AtomicFile()
{
    if (m_fd >= 0)
        ::close(m_fd);
    if (!m_temporary.empty())
        ::unlink(m_temporary.c_str());
}

void AtomicFile::write(const void *data, std::size_t size)
{
    const char *position = static_cast<const char *>(data);
    while (size > 0) {
        const ssize_t written = ::write(m_fd, position, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            fail(written < 0 ? errno : ENOSPC);
        position += written;
        size -= std::size_t(written);
    }
}

void AtomicFile::commit()
{
    if (::fsync(m_fd) != 0)
        fail(errno);
    const int closed = ::close(m_fd);
    m_fd = -1;
    if (closed != 0 || ::rename(m_temporary.c_str(), m_target.c_str()) != 0)
        fail(errno);
    m_temporary.clear();
    // The rename itself is durable only when the folder is.
    const std::filesystem::path folder = m_target.has_parent_path() ? m_target.parent_path() : ".";
    const int folderFd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folderFd >= 0) {
        ::fsync(folderFd);
        ::close(folderFd);
    }
}

void AtomicFile::fail(int errorNumber)
{
    const char *hint = "check that the folder exists and may be written to";
    if (errorNumber == ENOSPC || errorNumber == EDQUOT || errorNumber == EFBIG)
        hint = "free some space or choose another place";
    else if (errorNumber == EISDIR)
        hint = "name a file in it";
    throw Error(ErrorCode::OutputFailed, m_target.string() + ": cannot be written: " + std::strerror(errorNumber),
                hint);
}

void writeFileAtomically(const std::filesystem::path &target, std::string_view contents)
{
    AtomicFile file(target);
    file.write(contents);
    file.commit();
}

void makeFolder(const std::filesystem::path &folder)
{
    std::error_code failed;
    std::filesystem::create_directories(folder, failed);
    if (failed)
        throw Error(ErrorCode::OutputFailed, "cannot make the folder " + folder.string() + ": " + failed.message(),
                    "name a folder that you may write to");
}

} // namespace qmop
