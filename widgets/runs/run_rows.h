// SPDX-License-Identifier: GPL-3.0-or-later
//
// The headlines of all runs, small: a window that stays open holds tens of
// thousands. Texts that many runs share (pictures, questions, models) are kept once.
#pragma once

#include "qmop/run_headline.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

namespace qmop {

class RunRows {
public:
    std::size_t size() const { return m_rows.size(); }
    void clear();
    // Its place: 0 for the first. A uid comes only once.
    std::size_t add(const RunHeadline &run);
    RunHeadline at(std::size_t place) const;
    const std::string &uid(std::size_t place) const { return m_rows[place].uid; }
    const std::string &question(std::size_t place) const { return *m_rows[place].question; }
    const std::string &pictureSha256(std::size_t place) const { return *m_rows[place].pictureSha256; }
    std::optional<std::size_t> find(const std::string &uid) const;
    void setEdits(std::size_t place, const RunEdits &edits);
    void setPinned(std::size_t place, bool pinned);

private:
    using Text = const std::string *; // in m_texts, whose nodes stay where they are
    struct Row {
        std::string uid;
        std::int64_t finishedAt;
        Text session, question, answer, compressor, changes, modelName, pictureName, pictureSha256;
        std::unique_ptr<RunEdits> edits; // null: none
        int budget;
    };
    Text shared(const std::string &text) { return &*m_texts.insert(text).first; }

    std::unordered_set<std::string> m_texts;
    std::vector<Row> m_rows;
    std::vector<std::uint32_t> m_byUid; // places, in the order of their uids
};

} // namespace qmop
