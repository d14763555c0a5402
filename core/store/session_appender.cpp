// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/session_appender.h"

#include "core/store/store_format.h"
#include "qmop/atomic_file.h"
#include "qmop/error.h"
#include "qmop/folder_lock.h"

namespace qmop {

namespace {

constexpr const char *uidKey = "session";

SessionKind kindFromName(const std::filesystem::path &file)
{
    if (file.extension() == ".qmopz")
        return SessionKind::Pack;
    if (file.extension() == ".qmops")
        return SessionKind::Session;
    throw Error(ErrorCode::InvalidArgument, file.string() + ": is no name of a session",
                "choose a name that ends in .qmops, or in .qmopz for a replay pack");
}

std::filesystem::path folderOf(const std::filesystem::path &file)
{
    return file.has_parent_path() ? file.parent_path() : ".";
}

}

SessionAppender::SessionAppender(std::filesystem::path file)
    : m_file(std::move(file))
    , m_newKind(kindFromName(m_file))
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
{
    const SessionReader reader(m_file);
    if (reader.isNewer())
        throw Error(ErrorCode::InvalidSession, m_file.string() + ": was saved by a newer version of this program",
                    "use that version, or name another file; nothing was added");
    if (!reader.problems().empty())
        throw Error(ErrorCode::InvalidSession, reader.problems().front(),
                    "save what the window can read of it under another name; nothing was added");
    const SessionState state = reader.state();
    const auto uid = state.find(uidKey);
    return {reader.kind(), uid == state.end() ? std::string() : std::string(uid->second.begin(), uid->second.end())};
}

bool SessionAppender::add(const RunTrace &trace, const ImageSource &source)
{
    const FolderLock lock(folderOf(m_file));
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
