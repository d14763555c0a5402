// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/session_appender.h"

#include "core/store/store_format.h"
#include "qmop/atomic_file.h"
#include "qmop/error.h"
#include "qmop/folder_lock.h"

namespace qmop {

namespace {

constexpr const char *uidKey = "session";
constexpr const char *nothingAdded = "nothing was added";

SessionKind kindFromName(const std::filesystem::path &file)
{
    if (file.extension() == ".qmopz")
        return SessionKind::Pack;
    if (file.extension() == ".qmops")
        return SessionKind::Session;
    throw Error(ErrorCode::InvalidArgument, file.string() + ": is no name of a session",
                "choose a name that ends in .qmops, or in .qmopz for a replay pack");
}

// Pictures lie below the session's own folder, not below that of a link to it.
std::filesystem::path behindLinks(const std::filesystem::path &file)
{
    std::error_code failed;
    if (!std::filesystem::is_symlink(file, failed))
        return file;
    const std::filesystem::path whole = std::filesystem::canonical(file, failed);
    if (failed)
        throw Error(ErrorCode::OutputFailed, file.string() + ": is a link that leads nowhere",
                    "name the session itself, or another file");
    return whole;
}

}

SessionAppender::SessionAppender(const std::filesystem::path &file)
    : m_newKind(kindFromName(file))
    , m_file(behindLinks(file))
{
    if (exists())
        look();
    const AtomicFile writable(m_file);
}

bool SessionAppender::exists() const
{
    std::error_code failed;
    return std::filesystem::exists(m_file, failed);
}

std::pair<SessionKind, std::string> SessionAppender::look() const
try {
    const SessionReader reader(m_file);
    if (reader.isNewer())
        throw Error(ErrorCode::InvalidSession, m_file.string() + ": was saved by a newer version of this program",
                    std::string("use that version, or name another file; ") + nothingAdded);
    if (!reader.problems().empty())
        throw Error(ErrorCode::InvalidSession, reader.problems().front());
    const SessionState &state = reader.state();
    const auto uid = state.find(uidKey);
    return {reader.kind(), uid == state.end() ? std::string() : std::string(uid->second.begin(), uid->second.end())};
} catch (const Error &error) {
    if (error.code() != ErrorCode::InvalidSession || error.hint().find(nothingAdded) != std::string::npos)
        throw;
    throw Error(error.code(), error.what(),
                std::string("take the file from a backup, or save what the window can read of it under another name; ")
                    + nothingAdded);
}

bool SessionAppender::add(const RunTrace &trace, const ImageSource &source)
{
    const FolderLock lock = FolderLock::around(m_file);
    const bool goesOn = exists();
    auto [kind, uid] = goesOn ? look() : std::pair(m_newKind, std::string());
    if (uid.empty())
        uid = newUid();
    SessionWriter writer(m_file, kind, goesOn ? SessionWriter::Begin::WithItsRuns : SessionWriter::Begin::Anew);
    if (!goesOn && kind == SessionKind::Session)
        writer.setState({{uidKey, Bytes(uid.begin(), uid.end())}});
    StoredRun run = storedRun(trace, uid);
    run.record = withoutPaths(run.record, m_file.filename().string());
    writer.addRun(run);
    const bool kept = writer.addPicture(pictureRecord(trace, source));
    writer.commit();
    return kept;
}

} // namespace qmop
