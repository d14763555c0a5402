// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/own_data.h"

#include "core/image/decode.h"
#include "core/image/preprocess_json.h"
#include "core/train/shuffle.h"
#include "qmop/error.h"

namespace qmop::train {
namespace {

constexpr int attempts = 64; // in place of a picture that cannot be read
constexpr std::size_t namedPictures = 20;

BadRecords policyOf(const DataRecipe &data)
{
    return data.stopAtDamage ? BadRecords::Refuse : BadRecords::LeaveOut;
}

PreprocessConfig preprocessOf(const Recipe &recipe, int imageSize)
{
    try {
        const PreprocessConfig config = preprocessFrom(recipe.preprocessor, "preprocessor");
        if (config.size == imageSize)
            return config;
    } catch (const Error &error) {
        throw Error(ErrorCode::InvalidRecipe, recipe.file.string() + ": " + error.what(), "correct the section");
    }
    throw Error(ErrorCode::InvalidRecipe,
                recipe.file.string() + ": preprocessor.crop_size is not model.vision_config.image_size",
                "take both from the model that the recipe starts from");
}

std::vector<std::string> openingNotes(const ConversationFile &file)
{
    std::vector<std::string> notes;
    if (file.withoutPicture() > 0)
        notes.push_back(file.path().string() + ": " + std::to_string(file.withoutPicture())
                        + " records without a picture left out");
    for (const std::string &problem : file.problems())
        notes.push_back(file.path().string() + ": left out: " + problem);
    if (file.bad() > file.problems().size())
        notes.push_back(file.path().string() + ": " + std::to_string(file.bad()) + " bad records left out in all");
    return notes;
}

} // namespace

OwnData::OwnData(const Recipe &recipe, int imageSize)
    : m_data(*recipe.data)
    , m_seed(recipe.seed)
    , m_preprocess(preprocessOf(recipe, imageSize))
    , m_training(m_data.json, policyOf(m_data))
    , m_heldOut(m_data.heldOut, policyOf(m_data))
{
    for (const ConversationFile *file : {&m_training, &m_heldOut})
        for (std::string &line : openingNotes(*file))
            m_notes.push_back(std::move(line));
    m_notes.push_back(std::to_string(m_training.size()) + " conversations in " + m_data.json.string() + ", "
                      + std::to_string(m_heldOut.size()) + " held out in " + m_data.heldOut.string());
}

std::vector<Lesson> OwnData::training(StageKind stage, std::uint64_t first, int count, std::uint64_t seed) const
{
    const std::uint64_t n = m_training.size();
    const std::uint64_t key = mix64(mix64(m_seed) ^ (std::uint64_t(stage) << 32) ^ seed);
    std::vector<Lesson> lessons;
    for (std::uint64_t place = first; place < first + std::uint64_t(count); ++place) {
        Lesson lesson;
        bool loaded = load(m_training, shuffled(place % n, n, mix64(key ^ (place / n))), lesson);
        for (int attempt = 1; !loaded && attempt <= attempts; ++attempt)
            loaded = load(m_training, mix64(mix64(key ^ place) ^ std::uint64_t(attempt)) % n, lesson);
        if (!loaded)
            throw Error(ErrorCode::ImageUnreadable,
                        m_data.json.string() + ": " + std::to_string(attempts)
                            + " pictures one after the other cannot be read",
                        "is " + m_data.pictures.string() + " the folder that they are below?");
        lessons.push_back(std::move(lesson));
    }
    return lessons;
}

std::vector<Lesson> OwnData::heldOut(std::size_t first, std::size_t count) const
{
    std::vector<Lesson> lessons;
    for (std::size_t i = first; i < std::min(first + count, m_heldOut.size()); ++i) {
        Lesson lesson;
        if (load(m_heldOut, i, lesson))
            lessons.push_back(std::move(lesson));
    }
    return lessons;
}

bool OwnData::load(const ConversationFile &file, std::size_t index, Lesson &lesson) const
{
    lesson.conversation = file.read(index);
    const std::filesystem::path picture = m_data.pictures / lesson.conversation.image;
    try {
        lesson.image = fitToModel(*loadImage(picture).image, m_preprocess);
        return true;
    } catch (const Error &error) {
        const std::string line
            = file.path().string() + ": record " + std::to_string(lesson.conversation.record) + ": " + error.what();
        if (m_data.stopAtDamage)
            throw Error(error.code(), line, error.hint());
        note(lesson.conversation.image, line);
        return false;
    }
}

void OwnData::note(const std::string &picture, const std::string &line) const
{
    const std::scoped_lock lock(m_mutex);
    if (m_unreadable.insert(picture).second && m_unreadable.size() <= namedPictures)
        m_notes.push_back("left out: " + line);
}

std::vector<std::string> OwnData::takeNotes() const
{
    const std::scoped_lock lock(m_mutex);
    return std::exchange(m_notes, {});
}

std::size_t OwnData::unreadable() const
{
    const std::scoped_lock lock(m_mutex);
    return m_unreadable.size();
}

} // namespace qmop::train
