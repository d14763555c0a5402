// SPDX-License-Identifier: GPL-3.0-or-later
#include "qmop/temporary_folder.h"

#include "qmop/error.h"

#include <stdlib.h>

namespace qmop {

TemporaryFolder::TemporaryFolder(const std::string &hint)
{
    std::error_code failed;
    std::string pattern = (std::filesystem::temp_directory_path(failed) / "qmop-XXXXXX").string();
    if (failed || !::mkdtemp(pattern.data()))
        throw Error(ErrorCode::OutputFailed, pattern + " cannot be made", hint);
    m_path = pattern;
}

TemporaryFolder::~TemporaryFolder()
{
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
}

} // namespace qmop
