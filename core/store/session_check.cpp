// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/session_check.h"

#include "core/store/session_sums.h"
#include "core/store/store_format.h"
#include "qmop/error.h"
#include "qmop/method_text.h"
#include "qmop/sha256.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace qmop {

namespace {

using Verdict = SessionSums::Verdict;

constexpr std::size_t mostNamed = 5;
constexpr std::size_t longestQuestion = 60; // bytes

std::size_t atLeastNone(std::size_t expected, std::size_t found)
{
    return expected > found ? expected - found : 0;
}

// What stands in a damaged file may be anything: one line, and not longer than a line.
std::string printable(std::string text)
{
    const bool cut = text.size() > longestQuestion;
    if (cut) {
        std::size_t end = longestQuestion;
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) // inside a character
            --end;
        text.resize(end);
    }
    std::ranges::replace_if(
        text, [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
    return cut ? text + "…" : text;
}

std::string nameOf(const RunHeadline &run)
{
    const ShownMethod method = shownMethod(run);
    const std::string budget = method.budget > 0 ? ", M = " + std::to_string(method.budget) : "";
    return "“" + printable(run.question) + "” (" + printable(run.compressor) + budget + ")";
}

// "a, b, c and 4 more".
std::string listed(const std::vector<std::string> &names)
{
    std::string text;
    for (std::size_t i = 0; i < std::min(names.size(), mostNamed); ++i)
        text += (i > 0 ? ", " : "") + names[i];
    return names.size() > mostNamed ? text + " and " + std::to_string(names.size() - mostNamed) + " more" : text;
}

std::string listed(const std::vector<RunHeadline> &runs)
{
    std::vector<std::string> names;
    std::ranges::transform(runs, std::back_inserter(names), nameOf);
    return listed(names);
}

class Check {
public:
    Check(const Database &database, bool newer)
        : m_database(database)
        , m_tables(database)
        , m_sums(newer ? SessionSums() : SessionSums::storedIn(database))
    {
        m_found.damage.elsewhere = !m_sums.isWhole();
    }

    CheckedSession all()
    {
        readState();
        readRuns();
        readSweeps();
        readPictures();
        return std::move(m_found);
    }

private:
    void readState()
    {
        std::size_t changed = 0;
        try {
            Statement row(m_database, "SELECT key, value FROM state");
            while (row.step()) {
                if (m_sums.state(row.text(0), row.bytes(1)) == Verdict::Changed)
                    ++changed;
                else
                    m_found.state[row.text(0)] = row.bytes(1);
            }
        } catch (const Error &) {
            m_found.damage.window = true; // runs can be shown without it
        }
        if (changed > 0 || m_sums.states() > m_found.state.size())
            m_found.damage.window = true;
    }

    // Nothing where it is not whole. Without a sum: where it cannot be read.
    std::optional<TraceRecord> wholeRecord(const std::string &uid) const
    {
        try {
            TraceRecord record;
            if (!m_tables.readRecord(uid, record))
                return std::nullopt;
            const Verdict verdict = m_sums.record(uid, record);
            if (verdict == Verdict::Unknown)
                readRecord(record, m_database.name());
            return verdict == Verdict::Changed ? std::nullopt : std::optional(std::move(record));
        } catch (const Error &) {
            return std::nullopt;
        }
    }

    // Its uid was changed: no run was saved under it.
    bool isForeign(const std::string &uid) const
    {
        return m_sums.isWhole() && !m_sums.isEmpty() && !m_sums.hasRun(uid);
    }

    // Its entry in the list is lost: from the run itself, without the time.
    std::optional<RunHeadline> rebuilt(const std::string &uid) const
    {
        try {
            const std::optional<TraceRecord> record = wholeRecord(uid);
            if (!record || isForeign(uid))
                return std::nullopt;
            RunHeadline headline = headlineOf(readRecord(*record, m_database.name()));
            headline.uid = uid;
            if (const auto session = m_found.state.find("session"); session != m_found.state.end())
                headline.session.assign(session->second.begin(), session->second.end());
            headline.edits = m_tables.edits(uid).value_or(RunEdits());
            return headline;
        } catch (const Error &) {
            return std::nullopt;
        }
    }

    // As counted when the file was written; 0 where nobody knows.
    std::size_t expectedRuns() const
    {
        std::size_t count = 0;
        if (const auto stored = m_found.state.find(runCountKey); stored != m_found.state.end()) {
            const auto *text = reinterpret_cast<const char *>(stored->second.data());
            std::from_chars(text, text + stored->second.size(), count);
        }
        return std::max(count, m_sums.runs());
    }

    void take(RunHeadline run)
    {
        if (m_sums.edits(run) == Verdict::Changed) {
            run.edits = {};
            m_found.damage.edits.push_back(run);
        }
        m_found.runs.push_back(std::move(run));
    }

    void readRuns()
    {
        SessionDamage &damage = m_found.damage;
        RunTables::Headlines headlines = m_tables.headlines();
        std::set<std::string> listed;
        for (RunHeadline &run : headlines.runs) {
            listed.insert(run.uid);
            const bool changed = m_sums.headline(run) == Verdict::Changed;
            std::optional<RunHeadline> anew = changed ? rebuilt(run.uid) : std::nullopt;
            damage.timeless += anew ? 1 : 0;
            if (anew)
                take(std::move(*anew));
            else if (!changed && wholeRecord(run.uid))
                take(std::move(run));
            else if (isForeign(run.uid))
                ++headlines.strange;
            else
                damage.runs.push_back(std::move(run));
        }
        takeUnlisted(listed);
        damage.wholeRuns = m_found.runs.size();
        damage.strangeRuns = headlines.strange;
        const std::size_t expected = expectedRuns();
        damage.lostRuns = atLeastNone(expected, damage.wholeRuns + damage.runs.size() + headlines.strange);
        damage.mayBeMore = headlines.damaged && expected == 0;
        damage.elsewhere = damage.elsewhere || headlines.damaged;
    }

    // Runs that are there, though not in the list of runs; each in its place.
    void takeUnlisted(const std::set<std::string> &listed)
    {
        const std::vector<std::string> recorded = m_tables.recordedUids();
        std::map<std::string, std::size_t> places;
        for (const std::string &uid : recorded) {
            places.emplace(uid, places.size());
            if (listed.contains(uid))
                continue;
            if (std::optional<RunHeadline> run = rebuilt(uid)) {
                ++m_found.damage.timeless;
                take(std::move(*run));
            }
        }
        if (m_found.damage.timeless > 0)
            std::ranges::stable_sort(m_found.runs, {}, [&](const RunHeadline &run) { return places[run.uid]; });
    }

    void readSweeps()
    {
        RunTables::Sweeps found = m_tables.sweeps({});
        std::size_t changed = found.strange;
        for (StoredSweep &sweep : found.sweeps) {
            if (m_sums.sweep(sweep) == Verdict::Changed)
                ++changed;
            else
                m_found.sweeps.push_back(std::move(sweep));
        }
        m_found.damage.sweeps = std::max(changed, atLeastNone(m_sums.sweeps(), m_found.sweeps.size()));
        if (found.damaged && (m_sums.isEmpty() || !m_sums.isWhole())) // nobody knows how many there were
            m_found.damage.mayBeMore = true;
        m_found.damage.elsewhere = m_found.damage.elsewhere || found.damaged;
    }

    bool isWhole(const std::string &sha256) const
    {
        try {
            PictureRecord picture;
            if (!m_tables.readPicture(sha256, picture))
                return !m_sums.hasPicture(sha256); // saved without it: that was said then
            const Verdict verdict = m_sums.picture(picture);
            if (verdict == Verdict::Unknown)
                return picture.bytes.empty() || sha256Hex(std::span<const std::uint8_t>(picture.bytes)) == sha256;
            return verdict == Verdict::Whole;
        } catch (const Error &) {
            return false;
        }
    }

    // Of whole runs: the others cannot be shown anyway.
    void readPictures()
    {
        std::set<std::string> seen;
        for (const RunHeadline &run : m_found.runs) {
            if (!seen.insert(run.pictureSha256).second || isWhole(run.pictureSha256))
                continue;
            m_found.damagedPictures.insert(run.pictureSha256);
            m_found.damage.pictures.push_back(printable(run.pictureName));
        }
    }

    const Database &m_database;
    const RunTables m_tables;
    const SessionSums m_sums;
    CheckedSession m_found;
};

}

bool SessionDamage::isComplete() const
{
    return runs.empty() && lostRuns == 0 && !mayBeMore && strangeRuns == 0 && timeless == 0 && edits.empty()
        && sweeps == 0 && pictures.empty();
}

std::string SessionDamage::text() const
{
    std::vector<std::string> parts;
    const std::size_t missing = runs.size() + lostRuns;
    const std::string all = std::to_string(wholeRuns + missing);
    if (missing > 0) {
        std::string which = runs.empty() ? "" : ": " + listed(runs);
        if (lostRuns > 0 && !runs.empty())
            which += ", and " + std::to_string(lostRuns) + " of which nothing is left";
        else if (lostRuns > 0)
            which = ": nothing is left of " + std::string(lostRuns == 1 ? "it" : "them");
        parts.push_back((wholeRuns == 0 ? "none" : std::to_string(missing)) + " of its " + all + " runs "
                        + (wholeRuns == 0 ? "can" : "cannot") + " be read" + which);
    }
    if (mayBeMore && wholeRuns > 0)
        parts.push_back("there may have been more runs and sweeps than those " + all + " runs");
    else if (mayBeMore && missing == 0)
        parts.push_back("no run can be read");
    if (strangeRuns > 0)
        parts.push_back(std::to_string(strangeRuns) + " entries are no runs and are left out");
    if (timeless > 0)
        parts.push_back("when " + std::to_string(timeless) + (timeless == 1 ? " run was" : " runs were")
                        + " made is lost");
    if (!edits.empty())
        parts.push_back("the notes and tags are lost of " + listed(edits));
    if (sweeps > 0)
        parts.push_back(std::to_string(sweeps) + (sweeps == 1 ? " sweep is" : " sweeps are")
                        + " damaged and left out; their runs stay");
    if (!pictures.empty())
        parts.push_back("without its picture: " + listed(pictures));
    if (window)
        parts.push_back("how the window looked is lost");
    if (parts.empty() && elsewhere)
        parts.push_back("all of its " + all + " runs can be read");
    std::string text;
    for (const std::string &part : parts)
        text += (text.empty() ? "is damaged: " : "; ") + part;
    return text;
}

CheckedSession checkSession(const Database &database, bool newer)
{
    return Check(database, newer).all();
}

} // namespace qmop
