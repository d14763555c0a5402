// SPDX-License-Identifier: GPL-3.0-or-later
//
// Sessions that grow run by run without a window: what `qmop run --session` writes.
#pragma once

#include "core/store/session_file.h"

#include <filesystem>
#include <string>

namespace qmop {

class SessionAppender {
public:
    // A session (.qmops) or replay pack (.qmopz); made by the first run where there is
    // none. What cannot be added to is known before the work. Throws
    // Error{InvalidArgument} for another ending or a file that is no session,
    // Error{InvalidSession} for one that is damaged or newer, Error{OutputFailed} where
    // nothing can be written. A link to a session is followed.
    explicit SessionAppender(const std::filesystem::path &file);

    // Returns when the run is in the file with all that was there before. Several
    // programs may add to one file at a time. A full disk (Error{OutputFailed}) leaves
    // the file as it was. False: the run is there, but `source` is not its picture any
    // more, of which a thumbnail alone is kept.
    bool add(const RunTrace &trace, const ImageSource &source);

private:
    bool exists() const;
    // Its kind, and the session's uid, empty in a pack.
    std::pair<SessionKind, std::string> look() const;

    const SessionKind m_newKind;
    const std::filesystem::path m_file;
};

} // namespace qmop
