// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/store_format.h"

#include "qmop/changes_text.h"
#include "qmop/error.h"
#include "qmop/thumbnail.h"

#include <fstream>
#include <iterator>
#include <set>

#include <unistd.h>

namespace qmop {

namespace {

std::string readAll(const std::string &file)
{
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

std::string bootId()
{
    std::string id = readAll("/proc/sys/kernel/random/boot_id");
    id.erase(id.find_last_not_of(" \n") + 1);
    return id;
}

// Clock ticks between the machine's start and the process's, the 22nd field of
// /proc/PID/stat; empty where the process is gone. The second field, the program's
// name in brackets, may hold anything.
std::string startOf(const std::string &process)
{
    const std::string stat = readAll("/proc/" + process + "/stat");
    std::size_t at = stat.rfind(')');
    // Killed, though its parent has not taken note of it yet (Z), or about to be gone (X).
    if (at != std::string::npos && at + 2 < stat.size() && (stat[at + 2] == 'Z' || stat[at + 2] == 'X'))
        return {};
    for (int field = 2; field < 22 && at != std::string::npos; ++field)
        at = stat.find(' ', at + 1);
    if (at == std::string::npos)
        return {};
    return stat.substr(at + 1, stat.find(' ', at + 1) - at - 1);
}

}

void requireFormat(const Database &database, Format format)
{
    std::set<std::string> tables;
    bool plain = true;
    Statement row(database, "SELECT type, name, sql FROM sqlite_schema");
    while (row.step()) {
        const std::string type = row.text(0);
        const std::string sql = row.text(2);
        if (type == "table" && sql.starts_with("CREATE TABLE"))
            tables.insert(row.text(1));
        else if (type != "index")
            plain = false;
    }
    const bool ours = database.integerOf("PRAGMA application_id") == applicationId;
    if (format == Format::MayBeEmpty && tables.empty() && plain)
        return;
    for (const char *needed : {"runs", "traces", "pictures", "edits"})
        plain = plain && tables.contains(needed);
    if (!ours || !plain)
        throw Error(ErrorCode::InvalidArgument, database.name() + ": is no session file",
                    "choose a file that this program has saved");
}

RunHeadline headlineOf(const RunTrace &trace)
{
    RunHeadline headline;
    headline.question = trace.request.question;
    headline.answer = trace.answer.text;
    headline.compressor = trace.request.compressor;
    headline.budget = trace.request.budget;
    headline.modelName = trace.environment.modelName;
    headline.changes = changesText(trace.request);
    headline.pictureName = trace.imageName;
    headline.pictureSha256 = trace.imageSha256;
    return headline;
}

StoredRun storedRun(const RunTrace &trace, const std::string &session)
{
    StoredRun run;
    run.headline = headlineOf(trace);
    run.headline.uid = newUid();
    run.headline.finishedAt = nowMilliseconds();
    run.headline.session = session;
    run.record = writeRecord(trace);
    return run;
}

PictureRecord pictureRecord(const RunTrace &trace, const ImageSource &source)
{
    PictureRecord record;
    record.sha256 = trace.imageSha256;
    record.name = trace.imageName;
    if (source.bytes.empty()) {
        std::error_code error;
        record.path = std::filesystem::absolute(source.path, error);
    } else {
        record.bytes = source.bytes;
    }
    if (trace.image)
        record.thumbnail = thumbnailOf(*trace.image, runThumbnailSide);
    return record;
}

std::string processIdentity()
{
    const std::string process = std::to_string(::getpid());
    return bootId() + ":" + process + ":" + startOf(process);
}

bool isAlive(const std::string &processIdentity)
{
    const std::size_t first = processIdentity.find(':');
    const std::size_t second = processIdentity.find(':', first + 1);
    if (second == std::string::npos || processIdentity.substr(0, first) != bootId())
        return false;
    const std::string process = processIdentity.substr(first + 1, second - first - 1);
    if (process.empty() || process.find_first_not_of("0123456789") != std::string::npos)
        return false;
    const std::string start = startOf(process);
    return !start.empty() && start == processIdentity.substr(second + 1);
}

} // namespace qmop
