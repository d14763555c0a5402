// SPDX-License-Identifier: GPL-3.0-or-later
#include "qmop/memory.h"

#include <fstream>
#include <sstream>
#include <string>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace qmop {

// A line of /proc/meminfo is "MemAvailable:   12345 kB".
SystemMemory systemMemory()
{
    SystemMemory memory;
    std::ifstream file("/proc/meminfo");
    for (std::string line; std::getline(file, line);) {
        std::string key;
        std::uint64_t kibibytes = 0;
        std::istringstream(line) >> key >> kibibytes;
        if (key == "MemTotal:")
            memory.total = kibibytes * 1024;
        else if (key == "MemAvailable:")
            memory.available = kibibytes * 1024;
    }
    return memory;
}

void returnFreedMemory()
{
#ifdef __GLIBC__
    ::malloc_trim(0);
#endif
}

} // namespace qmop
