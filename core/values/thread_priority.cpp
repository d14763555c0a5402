// SPDX-License-Identifier: GPL-3.0-or-later
#include "qmop/thread_priority.h"

#ifdef __linux__
#include <sys/resource.h>
#include <unistd.h>
#endif

namespace qmop {

void yieldToOthers(int niceness)
{
#ifdef __linux__
    // Linux keeps nice values per thread, against POSIX.
    const auto thread = id_t(gettid());
    if (getpriority(PRIO_PROCESS, thread) < niceness)
        setpriority(PRIO_PROCESS, thread, niceness);
#else
    (void)niceness;
#endif
}

} // namespace qmop
