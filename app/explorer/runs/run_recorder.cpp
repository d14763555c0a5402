// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/runs/run_recorder.h"

#include "core/store/store_format.h"
#include "widgets/runs/runs_model.h"

#include <algorithm>

namespace qmop {

class RecordingBackend : public RunBackend {
public:
    RecordingBackend(std::shared_ptr<RunRecorder> recorder, const BackendFactory &inner,
                     std::function<void(const RunEvent &)> listener)
        : m_recorder(std::move(recorder))
        , m_inner(inner([recorder = m_recorder, listener = std::move(listener)](const RunEvent &event) {
            recorder->ends(event);
            listener(event);
        }))
    {
    }
    void submit(RunRequest request) override
    {
        m_recorder->begins(request);
        m_inner->submit(std::move(request));
    }
    void cancel() override { m_inner->cancel(); }

private:
    std::shared_ptr<RunRecorder> m_recorder;
    std::unique_ptr<RunBackend> m_inner;
};

RunRecorder::RunRecorder(std::shared_ptr<RunJournal> journal, std::string session)
    : m_journal(std::move(journal))
    , m_session(std::move(session))
{
}

BackendFactory RunRecorder::around(BackendFactory inner)
{
    return [self = shared_from_this(), inner = std::move(inner)](std::function<void(const RunEvent &)> listener) {
        return std::make_unique<RecordingBackend>(self, inner, std::move(listener));
    };
}

void RunRecorder::setSession(const std::string &session)
{
    const std::scoped_lock lock(m_mutex);
    m_session = session;
}

void RunRecorder::setRecording(bool recording)
{
    const std::scoped_lock lock(m_mutex);
    m_recording = recording;
}

RunRecorder::Outcome RunRecorder::take(const RunTrace *trace)
{
    const std::scoped_lock lock(m_mutex);
    const auto found = m_outcomes.find(trace);
    if (found == m_outcomes.end())
        return {};
    Outcome outcome = std::move(found->second);
    m_outcomes.erase(found);
    return outcome;
}

void RunRecorder::begins(const RunRequest &request)
{
    const std::scoped_lock lock(m_mutex);
    if (!m_recording)
        return;
    m_sources[request.id] = request.image;
    try {
        m_journal->runBegins(request.question, request.image.path.filename().string());
    } catch (const std::exception &) {
        // Only what is told after a crash is lost; the run itself will say it.
    }
}

void RunRecorder::ends(const RunEvent &event)
{
    const auto *finished = std::get_if<RunFinished>(&event.payload);
    if (!finished && !std::holds_alternative<RunFailed>(event.payload)
        && !std::holds_alternative<RunCancelled>(event.payload))
        return;
    const std::scoped_lock lock(m_mutex);
    if (!m_sources.contains(event.requestId))
        return;
    const ImageSource source = std::move(m_sources[event.requestId]);
    m_sources.erase(event.requestId);
    if (finished) {
        record(finished->trace, source);
        return;
    }
    try {
        m_journal->runEnds();
    } catch (const std::exception &) {
        // As in begins().
    }
}

void RunRecorder::record(std::shared_ptr<const RunTrace> trace, const ImageSource &source)
{
    Unwritten run{trace, pictureRecord(*trace, source), m_session};
    Outcome &outcome = m_outcomes[trace.get()];
    try {
        outcome.headline = m_journal->append(*run.trace, run.picture, run.session);
    } catch (const Error &error) {
        outcome.problem = {error.code(), error.what(), error.hint()};
    } catch (const std::exception &error) {
        outcome.problem = {ErrorCode::Internal, error.what(), {}};
    }
    if (!outcome.headline && !m_journal->isReadOnly())
        m_unwritten.push_back(std::move(run));
}

int RunRecorder::retry()
{
    const std::scoped_lock lock(m_mutex);
    std::erase_if(m_unwritten, [this](const Unwritten &run) {
        try {
            m_journal->append(*run.trace, run.picture, run.session);
            return true;
        } catch (const std::exception &) {
            return false;
        }
    });
    return int(m_unwritten.size());
}

} // namespace qmop
