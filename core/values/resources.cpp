// SPDX-License-Identifier: GPL-3.0-or-later
#include "qmop/resources.h"

#include <cstdlib>
#include <system_error>

namespace qmop {

namespace {

// Linux only, like the programs; elsewhere the working folder stands in.
std::filesystem::path programDir()
{
    std::error_code error;
    const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
    return error ? std::filesystem::current_path(error) : program.parent_path();
}

}

std::filesystem::path resourceDir()
{
    const char *fromEnvironment = std::getenv("QMOP_RESOURCES");
    if (fromEnvironment && *fromEnvironment)
        return std::filesystem::path(fromEnvironment).lexically_normal();
    const std::filesystem::path base = programDir();
    const std::filesystem::path inClone = (base / "../../resources").lexically_normal();
    const std::filesystem::path installed = (base / "../share/qmop-explorer/resources").lexically_normal();
    std::error_code error;
    if (!std::filesystem::is_directory(inClone, error) && std::filesystem::is_directory(installed, error))
        return installed;
    return inClone;
}

std::filesystem::path defaultModelDir()
{
    return (resourceDir() / "../models/zoo/scenes-tiny").lexically_normal();
}

std::filesystem::path userDataDir()
{
    const char *data = std::getenv("XDG_DATA_HOME");
    // The specification has relative ones ignored.
    if (data && *data == '/')
        return std::filesystem::path(data) / "qmop-explorer" / "qmop-explorer";
    const char *home = std::getenv("HOME");
    const std::filesystem::path base = home && *home ? std::filesystem::path(home) : std::filesystem::path(".");
    return base / ".local" / "share" / "qmop-explorer" / "qmop-explorer";
}

std::filesystem::path personalSuiteDir()
{
    return userDataDir() / "my-questions";
}

} // namespace qmop
