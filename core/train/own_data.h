// SPDX-License-Identifier: GPL-3.0-or-later
//
// One's own pictures and conversations as training data, for every stage but "vision".
#pragma once

#include "core/conversations/conversation_file.h"
#include "core/image/prepare.h"
#include "core/train/recipe.h"

#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace qmop::train {

// A picture at the encoder's size with its turns.
struct Lesson {
    ImageU8 image; // [S, S, 3]
    Conversation conversation;
};

class OwnData {
public:
    // Opens the files of recipe.data. Throws Error{InvalidSuite, InvalidRecipe} naming file and record.
    // `imageSize` and the recipe's preprocessor must agree.
    OwnData(const Recipe &recipe, int imageSize);

    // The lessons first ... first + count - 1 of a stage: every record once per round through the data, each
    // round in another order. A pure function of its arguments, the recipe's seed and the files. Where a picture
    // cannot be read, another lesson takes its place and the picture is noted, or, where the recipe asks to stop,
    // Error{ImageUnreadable} names record and file. So it does where no picture can be read. From one thread at a time.
    std::vector<Lesson> training(StageKind stage, std::uint64_t first, int count, std::uint64_t seed) const;

    std::size_t trainingCount() const { return m_training.size(); }

    // The held-out lessons from `first` on, fewer than `count` at the end; pictures that cannot be read are
    // left out and noted.
    std::vector<Lesson> heldOut(std::size_t first, std::size_t count) const;
    std::size_t heldOutCount() const { return m_heldOut.size(); }

    const PreprocessConfig &preprocess() const { return m_preprocess; }

    // What was noted since the last call, one line each; each picture once, the first twenty by name.
    std::vector<std::string> takeNotes() const;
    std::size_t unreadable() const; // pictures so far

private:
    bool load(const ConversationFile &file, std::size_t index, Lesson &lesson) const;
    void note(const std::string &picture, const std::string &line) const;

    DataRecipe m_data;
    std::uint64_t m_seed;
    PreprocessConfig m_preprocess;
    ConversationFile m_training, m_heldOut;
    mutable std::mutex m_mutex; // of what follows: the trainer takes what the prefetching thread notes
    mutable std::set<std::string> m_unreadable;
    mutable std::vector<std::string> m_notes;
};

} // namespace qmop::train
