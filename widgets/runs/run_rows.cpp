// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/runs/run_rows.h"

#include <algorithm>

namespace qmop {

void RunRows::clear()
{
    m_byUid.clear();
    m_rows.clear();
    m_texts.clear();
}

std::size_t RunRows::add(const RunHeadline &run)
{
    const auto uidOf = [this](std::uint32_t place) -> const std::string & { return m_rows[place].uid; };
    const std::size_t place = m_rows.size();
    m_byUid.insert(std::ranges::lower_bound(m_byUid, run.uid, {}, uidOf), std::uint32_t(place));
    m_rows.push_back({run.uid, run.finishedAt, shared(run.session), shared(run.question), shared(run.answer),
                      shared(run.compressor), shared(run.changes), shared(run.modelName), shared(run.pictureName),
                      shared(run.pictureSha256), nullptr, run.budget});
    setEdits(place, run.edits);
    return place;
}

RunHeadline RunRows::at(std::size_t place) const
{
    const Row &row = m_rows[place];
    return {.uid = row.uid,
            .finishedAt = row.finishedAt,
            .session = *row.session,
            .question = *row.question,
            .answer = *row.answer,
            .compressor = *row.compressor,
            .budget = row.budget,
            .changes = *row.changes,
            .modelName = *row.modelName,
            .pictureName = *row.pictureName,
            .pictureSha256 = *row.pictureSha256,
            .edits = row.edits ? *row.edits : RunEdits()};
}

std::optional<std::size_t> RunRows::find(const std::string &uid) const
{
    const auto uidOf = [this](std::uint32_t place) -> const std::string & { return m_rows[place].uid; };
    const auto found = std::ranges::lower_bound(m_byUid, uid, {}, uidOf);
    return found != m_byUid.end() && uidOf(*found) == uid ? std::optional<std::size_t>(*found) : std::nullopt;
}

void RunRows::setEdits(std::size_t place, const RunEdits &edits)
{
    m_rows[place].edits = edits == RunEdits() ? nullptr : std::make_unique<RunEdits>(edits);
}

void RunRows::setPinned(std::size_t place, bool pinned)
{
    RunEdits edits = at(place).edits;
    edits.pinned = pinned;
    setEdits(place, edits);
}

} // namespace qmop
