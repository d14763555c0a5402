// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a run may take over from an earlier one on the same model: pictures by
// the hash of their encoded bytes, questions by their text. Emptied with the model,
// so encoder and preprocessing need not be part of the keys.
#pragma once

#include "core/pipeline/stages.h"

#include <list>
#include <optional>
#include <set>
#include <string>

namespace qmop {

struct CachedPicture {
    PreparedPicture prepared;
    std::optional<VisionFeatures> features; // once a run needed them
    double seconds = 0; // that preparing took

    std::size_t bytes() const; // of the picture and its features
};

// The answer with all tokens: the same for every compressor, budget and override.
struct UncompressedAnswer {
    Answer answer;
    Costs costs; // as measured when it was decoded
    double projectSeconds = 0;
    double prefillSeconds = 0;
};

// The few most recently used entries; the one in use is never dropped.
class StageCache {
public:
    // Null where unknown. Pointers stay valid until the next add.
    CachedPicture *findPicture(const std::string &sha256);
    CachedPicture &addPicture(const std::string &sha256, CachedPicture picture);

    const QueryFeatures *findQuestion(const std::string &question);
    const QueryFeatures &addQuestion(const std::string &question, QueryFeatures features);

    // `key`: everything that it depends on, see run_stages.cpp.
    const UncompressedAnswer *findUncompressed(const std::string &key);
    const UncompressedAnswer &addUncompressed(const std::string &key, UncompressedAnswer answer);

    // Whether a pass has gone through the weights of the variant with that hash.
    bool wasUsed(const std::string &modelHash) const { return m_used.contains(modelHash); }
    void markUsed(const std::string &modelHash) { m_used.insert(modelHash); }

    void clear();

private:
    template<typename Value> using Entries = std::list<std::pair<std::string, Value>>; // most recently used first

    Entries<CachedPicture> m_pictures;
    Entries<QueryFeatures> m_questions;
    Entries<UncompressedAnswer> m_uncompressed;
    std::set<std::string> m_used;
};

} // namespace qmop
