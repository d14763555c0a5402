// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/checkpoint/mapped_file.h"

#include "qmop/error.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace qmop {

namespace {

struct FileDescriptor {
    int fd = -1;
    ~FileDescriptor()
    {
        if (fd >= 0)
            ::close(fd);
    }
};

[[noreturn]] void fail(const std::filesystem::path &path, const std::string &why)
{
    throw Error(ErrorCode::InvalidModel, path.string() + ": " + why,
                "check that the file exists and is readable, or give another checkpoint folder");
}

}

std::shared_ptr<const MappedFile> MappedFile::open(const std::filesystem::path &path)
{
    // Non-blocking: a named pipe would otherwise wait for a writer.
    FileDescriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    if (file.fd < 0)
        fail(path, std::strerror(errno));
    struct stat info { };
    if (::fstat(file.fd, &info) != 0)
        fail(path, std::strerror(errno));
    if (!S_ISREG(info.st_mode))
        fail(path, "not a regular file");

    std::shared_ptr<MappedFile> mapped(new MappedFile);
    mapped->m_path = path;
    if (info.st_size > 0) {
        void *data = ::mmap(nullptr, std::size_t(info.st_size), PROT_READ, MAP_PRIVATE, file.fd, 0);
        if (data == MAP_FAILED)
            fail(path, std::strerror(errno));
        mapped->m_data = static_cast<const std::byte *>(data);
        mapped->m_size = std::size_t(info.st_size);
    }
    return mapped;
}

MappedFile::~MappedFile()
{
    if (m_data)
        ::munmap(const_cast<std::byte *>(m_data), m_size);
}

} // namespace qmop
