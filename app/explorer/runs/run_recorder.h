// SPDX-License-Identifier: GPL-3.0-or-later
//
// Stands between the engine and the window: a run is in the journal before the
// window hears of it.
#pragma once

#include "app/explorer/engine/run_backend.h"
#include "core/store/run_journal.h"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace qmop {

class RunRecorder : public std::enable_shared_from_this<RunRecorder> {
public:
    RunRecorder(std::shared_ptr<RunJournal> journal, std::string session);

    // A backend like `inner`'s, whose finished runs are written down first, on the
    // engine's thread.
    BackendFactory around(BackendFactory inner);
    // Runs belong to this session from now on.
    void setSession(const std::string &session);

    // Runs that begin from now on are not written down, or are again.
    void setRecording(bool recording);

    struct Outcome {
        std::optional<RunHeadline> headline; // of a run that is in the journal
        RunFailed problem; // of one that is not: why
    };
    // What became of a run that the window has just been told of; once for each.
    Outcome take(const RunTrace *trace);
    // Tries again to write runs that the disk did not take; how many are left.
    int retry();

private:
    friend class RecordingBackend;
    struct Unwritten {
        std::shared_ptr<const RunTrace> trace;
        PictureRecord picture;
        std::string session;
    };

    void begins(const RunRequest &request);
    void ends(const RunEvent &event); // engine's thread
    void record(std::shared_ptr<const RunTrace> trace, const ImageSource &source);

    const std::shared_ptr<RunJournal> m_journal;
    std::mutex m_mutex; // guards all below
    std::string m_session;
    bool m_recording = true;
    std::map<std::uint64_t, ImageSource> m_sources; // of runs under way: traces keep no bytes
    std::map<const RunTrace *, Outcome> m_outcomes;
    std::vector<Unwritten> m_unwritten;
};

} // namespace qmop
