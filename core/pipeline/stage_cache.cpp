// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pipeline/stage_cache.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace qmop {
namespace {

constexpr std::size_t maxPictureBytes = 512 << 20;
constexpr std::size_t maxPictures = 32;
constexpr std::size_t maxQuestions = 256;

template<typename List> typename List::value_type::second_type *find(List &entries, const std::string &key)
{
    const auto found = std::find_if(entries.begin(), entries.end(), [&](const auto &e) { return e.first == key; });
    if (found == entries.end())
        return nullptr;
    entries.splice(entries.begin(), entries, found);
    return &entries.front().second;
}

std::size_t tensorBytes(const at::Tensor &tensor)
{
    return tensor.defined() ? tensor.nbytes() : 0;
}

} // namespace

std::size_t CachedPicture::bytes() const
{
    std::size_t sum = prepared.image->rgb.size() + tensorBytes(prepared.pixels);
    if (features)
        sum += tensorBytes(features->rows) + tensorBytes(features->last) + tensorBytes(features->jointPatches);
    return sum;
}

CachedPicture *StageCache::findPicture(const std::string &sha256)
{
    return find(m_pictures, sha256);
}

CachedPicture &StageCache::addPicture(const std::string &sha256, CachedPicture picture)
{
    m_pictures.emplace_front(sha256, std::move(picture));
    std::size_t sum = 0;
    for (const auto &[key, entry] : m_pictures)
        sum += entry.bytes();
    while (m_pictures.size() > 1 && (sum > maxPictureBytes || m_pictures.size() > maxPictures)) {
        sum -= m_pictures.back().second.bytes();
        m_pictures.pop_back();
    }
    return m_pictures.front().second;
}

const QueryFeatures *StageCache::findQuestion(const std::string &question)
{
    return find(m_questions, question);
}

const QueryFeatures &StageCache::addQuestion(const std::string &question, QueryFeatures features)
{
    m_questions.emplace_front(question, std::move(features));
    if (m_questions.size() > maxQuestions)
        m_questions.pop_back();
    return m_questions.front().second;
}

const UncompressedAnswer *StageCache::findUncompressed(const std::string &key)
{
    return find(m_uncompressed, key);
}

const UncompressedAnswer &StageCache::addUncompressed(const std::string &key, UncompressedAnswer answer)
{
    m_uncompressed.emplace_front(key, std::move(answer));
    if (m_uncompressed.size() > maxQuestions)
        m_uncompressed.pop_back();
    return m_uncompressed.front().second;
}

void StageCache::clear()
{
    m_uncompressed.clear();
    m_used.clear();
    m_pictures.clear();
    m_questions.clear();
}

} // namespace qmop
