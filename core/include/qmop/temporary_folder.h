// SPDX-License-Identifier: GPL-3.0-or-later
//
// A folder of one's own in the system's temporary folder, removed with all that is in it.
#pragma once

#include <filesystem>
#include <string>

namespace qmop {

class TemporaryFolder {
public:
    // `hint`: what to do where it cannot be made. Throws Error{OutputFailed} then.
    explicit TemporaryFolder(const std::string &hint = "free space in the temporary folder");
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder &) = delete;
    TemporaryFolder &operator=(const TemporaryFolder &) = delete;

    const std::filesystem::path &path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

} // namespace qmop
