// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/vtcbench/suite_editor.h"

#include <algorithm>
#include <utility>

#include "core/vtcbench/suite_file.h"
#include "core/vtcbench/suite_parts.h"
#include "qmop/atomic_file.h"
#include "qmop/error.h"
#include "qmop/folder_lock.h"
#include "qmop/sha256.h"

namespace qmop {

namespace {

std::string hashOf(std::span<const std::uint8_t> bytes)
{
    return sha256Hex(bytes);
}

// The name of a picture that keepPicture() wrote says what it holds.
std::string hashInName(const std::string &image)
{
    const std::string stem = std::filesystem::path(image).stem().string();
    const bool hexadecimal = stem.find_first_not_of("0123456789abcdef") == std::string::npos;
    return stem.size() == 64 && hexadecimal ? stem : std::string();
}

std::string trimmed(const std::string &text)
{
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

SuiteSample sampleOf(const QuestionDraft &draft, std::string id, std::string image)
{
    SuiteSample sample{std::move(id),   std::move(image),           trimmed(draft.question), {},
                       draft.dimension, trimmed(draft.questionType)};
    for (const std::string &answer : draft.answers)
        if (std::string text = trimmed(answer); !text.empty())
            sample.answers.push_back(std::move(text));
    if (sample.question.empty())
        throw Error(ErrorCode::InvalidArgument, "the question is empty", "type a question");
    if (sample.answers.empty())
        throw Error(ErrorCode::InvalidArgument, "the question has no answer",
                    "give one answer or more that count as right");
    return sample;
}

auto findId(std::vector<SuiteSample> &samples, const std::string &id)
{
    return std::ranges::find(samples, id, &SuiteSample::id);
}

std::string idFor(const std::string &pictureSha256, const std::string &question)
{
    const std::string text = pictureSha256 + "\n" + question;
    return "q-" + hashOf({reinterpret_cast<const std::uint8_t *>(text.data()), text.size()}).substr(0, 12);
}

[[noreturn]] void refuseUnknown(const std::string &id)
{
    throw Error(ErrorCode::InvalidArgument, "the suite has no question " + id, "see which there are: qmop suite list");
}

}

std::string nextVersion(const std::string &version)
{
    const auto plus = version.rfind('+');
    const std::string last = plus == std::string::npos ? version : version.substr(plus + 1);
    const bool counts = !last.empty() && last.size() < 10 && last.find_first_not_of("0123456789") == std::string::npos;
    if (!counts)
        return version + "+1";
    return version.substr(0, version.size() - last.size()) + std::to_string(std::stoi(last) + 1);
}

SuiteEditor::SuiteEditor(std::filesystem::path path)
    : m_file(suiteFileOf(std::filesystem::absolute(path).lexically_normal()))
{
    m_suite = read();
}

std::filesystem::path SuiteEditor::folder() const
{
    return m_file.parent_path();
}

Suite SuiteEditor::read() const
{
    std::error_code failed;
    if (std::filesystem::exists(folder(), failed) && !std::filesystem::is_directory(folder(), failed))
        throw Error(ErrorCode::InvalidSuite, folder().string() + ": is no suite",
                    "name a suite's folder, or its suite.json");
    if (!std::filesystem::exists(m_file, failed) && !failed)
        return {"my-questions", "0", "exact", {}, "questions of one's own, asked in QMoP Explorer", {}};
    return loadSuite(m_file, SuiteUse::Edit);
}

void SuiteEditor::reload()
{
    m_suite = read();
}

std::string SuiteEditor::pictureOf(const SuiteSample &sample) const
{
    std::error_code failed;
    if (!std::filesystem::is_regular_file(folder() / sample.image, failed))
        return {};
    const std::string named = hashInName(sample.image);
    if (!named.empty())
        return named;
    std::string &hash = m_hashes[sample.image];
    if (hash.empty())
        hash = hashOf(readBytes(folder() / sample.image));
    return hash;
}

std::string SuiteEditor::imageOf(const std::string &pictureSha256) const
{
    const std::vector<std::string> ids = questionsOn(pictureSha256);
    return ids.empty() ? std::string() : find(ids.front())->image;
}

std::vector<std::string> SuiteEditor::questionsOn(const std::string &pictureSha256) const
{
    std::vector<std::string> ids;
    for (const SuiteSample &sample : m_suite.samples)
        if (!pictureSha256.empty() && (hashInName(sample.image) == pictureSha256 || pictureOf(sample) == pictureSha256))
            ids.push_back(sample.id);
    return ids;
}

const SuiteSample *SuiteEditor::find(const std::string &id) const
{
    const auto found = std::ranges::find(m_suite.samples, id, &SuiteSample::id);
    return found == m_suite.samples.end() ? nullptr : &*found;
}

std::vector<std::string> SuiteEditor::missingPictures() const
{
    std::vector<std::string> ids;
    std::error_code failed;
    for (const SuiteSample &sample : m_suite.samples)
        if (!std::filesystem::is_regular_file(folder() / sample.image, failed))
            ids.push_back(sample.id);
    return ids;
}

// Returns its path in the suite: one picture has one.
std::string SuiteEditor::keepPicture(std::span<const std::uint8_t> picture, const std::string &extension) const
{
    const std::string hash = hashOf(picture);
    std::string image = imageOf(hash);
    if (image.empty())
        image = "pictures/" + hash + extension;
    keepIfMissing(picture, image);
    return image;
}

// One that is there is written again only where its bytes are not those of its name.
void SuiteEditor::keepIfMissing(std::span<const std::uint8_t> picture, const std::string &image) const
{
    std::error_code failed;
    const std::filesystem::path file = folder() / image;
    if (std::filesystem::is_regular_file(file, failed) && hashOf(readBytes(file)) == hashOf(picture))
        return;
    makeFolder(file.parent_path());
    writeFileAtomically(file, {reinterpret_cast<const char *>(picture.data()), picture.size()});
}

void SuiteEditor::apply(const Step &step)
{
    makeFolder(folder());
    const FolderLock lock(folder());
    Suite next = read();
    for (const Change &change : step) {
        auto place = next.samples.begin() + std::ptrdiff_t(std::min(change.position, next.samples.size()));
        if (change.before) {
            place = findId(next.samples, change.before->id);
            if (place == next.samples.end() || *place != *change.before)
                throw Error(ErrorCode::InvalidArgument,
                            m_file.string() + ": question " + change.before->id + " was changed by another program",
                            "look at it again, then repeat the change");
            if (change.after)
                *place = *change.after;
            else
                next.samples.erase(place);
        } else {
            if (findId(next.samples, change.after->id) != next.samples.end())
                throw Error(ErrorCode::InvalidArgument,
                            m_file.string() + ": another program added a question " + change.after->id,
                            "look at it, then repeat the change");
            next.samples.insert(place, *change.after);
        }
    }
    next.version = nextVersion(next.version);
    saveSuite(next, m_file, SuiteUse::Edit);
    m_suite = std::move(next);
}

void SuiteEditor::record(Step step)
{
    apply(step);
    m_steps.resize(m_done);
    m_steps.push_back(std::move(step));
    ++m_done;
}

std::string SuiteEditor::add(const QuestionDraft &draft, std::span<const std::uint8_t> picture,
                             const std::string &extension)
{
    SuiteSample sample = sampleOf(draft, {}, {});
    reload();
    const std::string hash = hashOf(picture);
    for (const std::string &id : questionsOn(hash))
        if (find(id)->question == sample.question)
            throw Error(ErrorCode::InvalidArgument, "the suite has this question about this picture already, as " + id,
                        "edit that one, or ask in other words");
    sample.image = keepPicture(picture, extension);
    sample.id = freeId(idsOf(m_suite), idFor(hash, sample.question));
    record({{std::nullopt, sample, m_suite.samples.size()}});
    return sample.id;
}

void SuiteEditor::change(const std::string &id, const QuestionDraft &draft)
{
    const SuiteSample *known = find(id);
    if (!known)
        refuseUnknown(id);
    const SuiteSample before = *known;
    const SuiteSample after = sampleOf(draft, id, before.image);
    for (const SuiteSample &other : m_suite.samples)
        if (other.id != id && other.image == after.image && other.question == after.question)
            throw Error(ErrorCode::InvalidArgument,
                        "the suite has this question about this picture already, as " + other.id,
                        "edit that one, or ask in other words");
    if (after != before)
        record({{before, after, 0}});
}

void SuiteEditor::remove(const std::string &id)
{
    const SuiteSample *known = find(id);
    if (!known)
        refuseUnknown(id);
    record({{*known, std::nullopt, std::size_t(known - m_suite.samples.data())}});
}

// A step that cannot be taken back (another program changed the question, the disk
// is full) leaves the history: those before it can still be.
void SuiteEditor::undo()
{
    if (!canUndo())
        return;
    const Step step = m_steps[--m_done];
    Step inverse;
    for (auto change = step.rbegin(); change != step.rend(); ++change)
        inverse.push_back({change->after, change->before, change->position});
    try {
        apply(inverse);
    } catch (...) {
        m_steps.erase(m_steps.begin() + std::ptrdiff_t(m_done));
        throw;
    }
}

void SuiteEditor::redo()
{
    if (!canRedo())
        return;
    try {
        apply(m_steps[m_done]);
    } catch (...) {
        m_steps.erase(m_steps.begin() + std::ptrdiff_t(m_done));
        throw;
    }
    ++m_done;
}

} // namespace qmop
