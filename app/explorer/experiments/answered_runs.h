// SPDX-License-Identifier: GPL-3.0-or-later
//
// What an edit or a search asks may have been answered before: that run is shown
// again, and none is added that would be the same.
#pragma once

#include "qmop/run_trace.h"

#include <deque>
#include <functional>
#include <memory>
#include <string>

namespace qmop {

class Edit;

class AnsweredRuns {
public:
    // Of all runs that are listed the newest that fits; null: none.
    using Find = std::function<std::shared_ptr<const RunTrace>(const RunRequest &, const std::string &pictureSha256,
                                                               const std::function<bool(const RunTrace &)> &fits)>;

    explicit AnsweredRuns(Find find);

    // A run is shown. Edits and searches are kept, of a presentation too, which are not in
    // the list; other runs would only take memory.
    void remember(const std::shared_ptr<const RunTrace> &trace);
    // The run that `request`, made from this edit, would give again; null: none.
    std::shared_ptr<const RunTrace> find(const Edit &edit, const RunRequest &request) const;

private:
    Find m_find;
    std::deque<std::shared_ptr<const RunTrace>> m_shown; // edits and searches, newest last
};

} // namespace qmop
