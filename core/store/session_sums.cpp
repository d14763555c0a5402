// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/session_sums.h"

#include "core/store/sweep_json.h"
#include "qmop/error.h"

#include <zlib.h>

namespace qmop {

namespace {

constexpr const char *schema
    = "CREATE TABLE IF NOT EXISTS sums(item TEXT PRIMARY KEY, crc INTEGER NOT NULL) WITHOUT ROWID";

// Of several fields; each with its length, so that no text can move to its neighbour.
class Sum {
public:
    Sum &add(std::span<const std::uint8_t> bytes)
    {
        add(std::int64_t(bytes.size()));
        m_crc = ::crc32_z(m_crc, bytes.data(), bytes.size());
        return *this;
    }
    Sum &add(const std::string &text)
    {
        return add(std::span(reinterpret_cast<const std::uint8_t *>(text.data()), text.size()));
    }
    Sum &add(std::int64_t value)
    {
        std::uint8_t bytes[8];
        for (int i = 0; i < 8; ++i)
            bytes[i] = std::uint8_t(std::uint64_t(value) >> (8 * i));
        m_crc = ::crc32_z(m_crc, bytes, sizeof bytes);
        return *this;
    }
    std::uint32_t value() const { return std::uint32_t(m_crc); }

private:
    uLong m_crc = ::crc32_z(0, nullptr, 0);
};

std::uint32_t sumOf(const RunHeadline &run)
{
    Sum sum;
    sum.add(run.uid).add(run.finishedAt).add(run.session).add(run.question).add(run.answer).add(run.compressor);
    sum.add(std::int64_t(run.budget)).add(run.modelName).add(run.pictureName).add(run.pictureSha256);
    return sum.add(run.changes).value();
}

std::uint32_t sumOf(const TraceRecord &record)
{
    return Sum().add(record.document).add(record.numbers).value();
}

std::uint32_t sumOf(const RunEdits &edits)
{
    Sum sum;
    sum.add(edits.note).add(std::int64_t(edits.pinned));
    for (const std::string &tag : edits.tags)
        sum.add(tag);
    return sum.value();
}

std::uint32_t sumOf(const StoredSweep &sweep)
{
    return Sum().add(sweep.uid).add(sweep.session).add(sweep.startedAt).add(writeSweepDocument(sweep)).value();
}

// As stored: its path relative to the session.
std::uint32_t sumOf(const PictureRecord &picture)
{
    Sum sum;
    sum.add(picture.sha256).add(picture.name).add(picture.path.string()).add(picture.bytes);
    return sum.add(picture.thumbnail.rgb).value();
}

}

SessionSums SessionSums::of(const Database &database, const std::map<std::string, Bytes> &state)
{
    const RunTables tables(database);
    SessionSums sums;
    for (const RunHeadline &run : tables.headlines().runs) {
        sums.m_sums["run " + run.uid] = sumOf(run);
        if (TraceRecord record; tables.readRecord(run.uid, record))
            sums.m_sums["record " + run.uid] = sumOf(record);
        if (run.edits != RunEdits())
            sums.m_sums["edits " + run.uid] = sumOf(run.edits);
    }
    for (const StoredSweep &sweep : tables.sweeps({}).sweeps)
        sums.m_sums["sweep " + sweep.uid] = sumOf(sweep);
    for (const PictureRecord &known : tables.pictures())
        if (PictureRecord picture; tables.readPicture(known.sha256, picture))
            sums.m_sums["picture " + known.sha256] = sumOf(picture);
    for (const auto &[key, value] : state)
        sums.m_sums["state " + key] = Sum().add(value).value();
    return sums;
}

SessionSums SessionSums::storedIn(const Database &database)
{
    SessionSums sums;
    try {
        if (database.integerOf("SELECT count(*) FROM sqlite_schema WHERE name = 'sums'") == 0)
            return sums;
        Statement row(database, "SELECT item, crc FROM sums");
        while (row.step())
            sums.m_sums[row.text(0)] = std::uint32_t(row.integer(1));
    } catch (const Error &) {
        sums.m_whole = false;
    }
    return sums;
}

void SessionSums::create(const Database &database)
{
    database.execute(schema);
}

void SessionSums::store(const Database &database) const
{
    create(database);
    database.execute("DELETE FROM sums");
    for (const auto &[item, sum] : m_sums)
        Statement(database, "INSERT INTO sums(item, crc) VALUES(?,?)").bind(1, item).bind(2, std::int64_t(sum)).run();
}

std::size_t SessionSums::count(const std::string &kind) const
{
    std::size_t found = 0;
    for (auto item = m_sums.lower_bound(kind); item != m_sums.end() && item->first.starts_with(kind); ++item)
        ++found;
    return found;
}

SessionSums::Verdict SessionSums::verdict(const std::string &item, std::uint32_t sum) const
{
    const auto stored = m_sums.find(item);
    if (stored == m_sums.end())
        return Verdict::Unknown;
    return stored->second == sum ? Verdict::Whole : Verdict::Changed;
}

SessionSums::Verdict SessionSums::headline(const RunHeadline &headline) const
{
    return verdict("run " + headline.uid, sumOf(headline));
}

SessionSums::Verdict SessionSums::record(const std::string &uid, const TraceRecord &record) const
{
    return verdict("record " + uid, sumOf(record));
}

SessionSums::Verdict SessionSums::edits(const RunHeadline &headline) const
{
    return verdict("edits " + headline.uid, sumOf(headline.edits));
}

SessionSums::Verdict SessionSums::sweep(const StoredSweep &sweep) const
{
    return verdict("sweep " + sweep.uid, sumOf(sweep));
}

SessionSums::Verdict SessionSums::picture(const PictureRecord &picture) const
{
    return verdict("picture " + picture.sha256, sumOf(picture));
}

SessionSums::Verdict SessionSums::state(const std::string &key, const Bytes &value) const
{
    return verdict("state " + key, Sum().add(value).value());
}

} // namespace qmop
