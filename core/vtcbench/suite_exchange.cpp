// SPDX-License-Identifier: GPL-3.0-or-later
//
// Suites that go from one person to another.
#include <algorithm>
#include <span>
#include <utility>

#include "core/vtcbench/suite_editor.h"
#include "core/vtcbench/suite_file.h"
#include "core/vtcbench/suite_parts.h"
#include "qmop/atomic_file.h"
#include "qmop/sha256.h"

namespace qmop {

namespace {

bool sameContent(SuiteSample a, const SuiteSample &b)
{
    a.id = b.id;
    a.image = b.image;
    return a == b;
}

}

MergeReport SuiteEditor::merge(const std::filesystem::path &other)
{
    const Suite theirs = loadSuite(other);
    reload();
    if (theirs.scorer != m_suite.scorer)
        throw Error(ErrorCode::InvalidSuite,
                    other.string() + ": is scored by \"" + theirs.scorer + "\", this suite by \"" + m_suite.scorer
                        + "\"",
                    "open it as a suite of its own: scores of two scorers do not add up");
    MergeReport report;
    Step step;
    std::vector<std::pair<std::string, SuiteSample>> mine; // with the picture's hash; grows, for doubles within theirs
    for (const SuiteSample &sample : m_suite.samples)
        mine.emplace_back(pictureOf(sample), sample);
    std::set<std::string> taken = idsOf(m_suite);
    for (const SuiteSample &their : theirs.samples) {
        const std::filesystem::path picture = suiteFolder(other) / their.image;
        const std::vector<std::uint8_t> bytes = readBytes(picture);
        const std::string hash = sha256Hex(std::span<const std::uint8_t>(bytes));
        const auto isSame = [&](const auto &entry) { return entry.first == hash && sameContent(entry.second, their); };
        if (std::ranges::any_of(mine, isSame)) {
            ++report.known;
            continue;
        }
        SuiteSample sample = their;
        sample.id = freeId(taken, their.id);
        const auto seen = std::ranges::find(mine, hash, &std::pair<std::string, SuiteSample>::first);
        sample.image = seen == mine.end() ? keepPicture(bytes, picture.extension().string()) : seen->second.image;
        if (sample.id != their.id)
            report.renamed.push_back(sample.id);
        if (std::ranges::any_of(mine, [&](const auto &entry) {
                return entry.first == hash && entry.second.question == their.question;
            }))
            report.disputed.push_back(sample.id);
        taken.insert(sample.id);
        mine.emplace_back(hash, sample);
        step.push_back({std::nullopt, sample, m_suite.samples.size() + step.size()});
        ++report.added;
    }
    if (!step.empty())
        record(std::move(step));
    return report;
}

void SuiteEditor::exportTo(const std::filesystem::path &target) const
{
    std::error_code failed;
    if (std::filesystem::exists(suiteFileOf(target), failed))
        throw Error(ErrorCode::InvalidArgument, suiteFileOf(target).string() + ": there is a suite already",
                    "choose another folder");
    if (m_suite.samples.empty())
        throw Error(ErrorCode::InvalidArgument, "the suite holds no question yet", "add one first");
    if (const std::vector<std::string> missing = missingPictures(); !missing.empty())
        throw Error(ErrorCode::InvalidSuite, "the picture of question " + missing.front() + " is missing",
                    "put " + find(missing.front())->image + " back, or delete the question");
    const std::filesystem::path to = suiteFileOf(target).parent_path();
    for (const SuiteSample &sample : m_suite.samples) {
        const std::filesystem::path image = to / sample.image;
        if (std::filesystem::exists(image, failed))
            continue;
        makeFolder(image.parent_path());
        const std::vector<std::uint8_t> bytes = readBytes(folder() / sample.image);
        writeFileAtomically(image, {reinterpret_cast<const char *>(bytes.data()), bytes.size()});
    }
    saveSuite(m_suite, target);
}

} // namespace qmop
