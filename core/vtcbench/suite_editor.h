// SPDX-License-Identifier: GPL-3.0-or-later
//
// A suite of one's own: grows question by question, on any picture, in the format
// of the shipped ones. Pictures are kept beside it, named by their content.
#pragma once

#include "qmop/suite.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace qmop {

// What a person says about a question; the picture and the id come beside it.
struct QuestionDraft {
    std::string question;
    std::vector<std::string> answers;
    Dimension dimension = Dimension::GU;
    std::string questionType; // may be empty
};

struct MergeReport {
    int added = 0;
    int known = 0; // the same picture, question, answers and dimension were there
    std::vector<std::string> renamed; // ids, as given here, of what came with an id that was taken
    std::vector<std::string> disputed; // ids of questions that are there with other answers or another dimension, too
};

// Every change goes to disk before it is seen here, whole or not at all, and is
// made to what the file holds at that moment: what another window or the command
// line added meanwhile stays. Each raises the suite's version, so that figures of
// two states never stand under one name. All throw Error: InvalidSuite where the
// file is damaged (it is left as it is), OutputFailed where the disk is full,
// InvalidArgument for what a person can put right.
class SuiteEditor {
public:
    // `path`: a folder or a file of a suite. Where none is, it is made with the first question.
    explicit SuiteEditor(std::filesystem::path path);

    const Suite &suite() const { return m_suite; }
    const std::filesystem::path &file() const { return m_file; }
    std::filesystem::path folder() const;
    // Reads the file again: another program may have changed it.
    void reload();

    // SHA-256 of a sample's picture; empty where the picture is missing.
    std::string pictureOf(const SuiteSample &sample) const;
    // As the suite names a picture; empty where none of its questions is about it.
    std::string imageOf(const std::string &pictureSha256) const;
    // Ids of the questions about a picture, in the suite's order.
    std::vector<std::string> questionsOn(const std::string &pictureSha256) const;
    const SuiteSample *find(const std::string &id) const;
    // Of samples whose picture is not there.
    std::vector<std::string> missingPictures() const;

    // Returns the new id. `extension`: of the picture's format, ".png". Refuses a
    // question that the picture has already.
    std::string add(const QuestionDraft &draft, std::span<const std::uint8_t> picture, const std::string &extension);
    void change(const std::string &id, const QuestionDraft &draft);
    void remove(const std::string &id); // the picture stays, for undo
    // Adds what `other` (folder or file) has and this one has not. Refuses another scorer.
    MergeReport merge(const std::filesystem::path &other);
    // Writes a copy with the pictures that it needs into a folder without a suite.
    void exportTo(const std::filesystem::path &folder) const;

    bool canUndo() const { return m_done > 0; }
    bool canRedo() const { return m_done < m_steps.size(); }
    // Where they throw, the step is forgotten and the suite is as it was.
    void undo();
    void redo();

private:
    struct Change {
        std::optional<SuiteSample> before; // not set: added
        std::optional<SuiteSample> after; // not set: removed
        std::size_t position = 0; // in the suite, of what is put back or added
    };
    using Step = std::vector<Change>;

    void apply(const Step &step);
    void record(Step step);
    Suite read() const;
    std::string keepPicture(std::span<const std::uint8_t> picture, const std::string &extension) const;
    void keepIfMissing(std::span<const std::uint8_t> picture, const std::string &image) const;

    std::filesystem::path m_file;
    Suite m_suite;
    std::vector<Step> m_steps;
    std::size_t m_done = 0; // of m_steps; those behind can be done again
    mutable std::map<std::string, std::string> m_hashes; // of pictures not named by theirs
};

// The next version: "3" becomes "4", "2024.1" becomes "2024.1+1" and then "2024.1+2".
std::string nextVersion(const std::string &version);

} // namespace qmop
