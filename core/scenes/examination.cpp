// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/scenes/examination.h"

#include "core/scenes/atlas.h"
#include "core/scenes/plan.h"
#include "core/scenes/questions.h"
#include "qmop/error.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <map>
#include <set>

namespace qmop::scenes {

namespace {

constexpr int scenesPerQuestion = 30; // looked at, for each question of a dimension
constexpr std::size_t questionsPerPicture = 3;

struct Candidate {
    std::uint64_t seed = 0;
    std::vector<Question> questions;
    std::vector<const Question *> chosen;
};

// How many questions of each type are wanted, and of each answer to a type.
class Quotas {
public:
    Quotas(const std::vector<Candidate> &candidates, int perDimension)
    {
        for (const Dimension dimension : allDimensions) {
            std::vector<std::string> types;
            for (const QuestionType &type : questionTypes())
                if (type.dimension == dimension)
                    types.push_back(type.name);
            for (std::size_t i = 0; i < types.size(); ++i)
                m_wanted[types[i]] = share(perDimension, int(types.size()), int(i));
            m_open[std::size_t(dimension)] = perDimension;
        }
        m_perDimension = perDimension;
        std::map<std::string, std::set<std::string>> answers;
        for (const Candidate &candidate : candidates)
            for (const Question &question : candidate.questions)
                answers[question.type].insert(question.answer);
        for (const auto &[type, different] : answers) {
            const int most = share(m_wanted[type], int(different.size()), 0);
            for (const std::string &answer : different)
                m_openAnswers[{type, answer}] = most;
        }
        m_openTypes = m_wanted;
    }

    bool wants(const Question &question, bool anyAnswer) const
    {
        return m_openTypes.at(question.type) > 0
            && (anyAnswer || m_openAnswers.at({question.type, question.answer}) > 0);
    }

    // Part of the wish still open, first of the dimension, then of the type.
    std::pair<double, double> need(const Question &question) const
    {
        return {double(open(question.dimension)) / m_perDimension,
                double(m_openTypes.at(question.type)) / m_wanted.at(question.type)};
    }

    void take(const Question &question)
    {
        --m_open[std::size_t(question.dimension)];
        --m_openTypes[question.type];
        --m_openAnswers[{question.type, question.answer}];
    }

    int open(Dimension dimension) const { return m_open[std::size_t(dimension)]; }

private:
    // The i-th of `parts` shares of `whole`; the first ones take the remainder.
    static int share(int whole, int parts, int i) { return whole / parts + (i < whole % parts ? 1 : 0); }

    int m_perDimension = 0;
    std::array<int, dimensionCount> m_open{};
    std::map<std::string, int> m_wanted, m_openTypes;
    std::map<std::pair<std::string, std::string>, int> m_openAnswers;
};

// Adds the questions of the scene that are needed most, if it then has at least
// `least`: one per dimension, so that none gives another away.
void choose(Candidate &candidate, Quotas &quotas, std::size_t least, bool anyAnswer)
{
    std::vector<const Question *> wanted;
    for (const Question &question : candidate.questions)
        if (quotas.wants(question, anyAnswer))
            wanted.push_back(&question);
    std::stable_sort(wanted.begin(), wanted.end(),
                     [&](const Question *a, const Question *b) { return quotas.need(*a) > quotas.need(*b); });
    std::vector<const Question *> chosen = candidate.chosen;
    for (const Question *question : wanted)
        if (chosen.size() < questionsPerPicture
            && std::none_of(chosen.begin(), chosen.end(),
                            [&](const Question *other) { return other->dimension == question->dimension; }))
            chosen.push_back(question);
    if (chosen.size() < least)
        return;
    for (std::size_t i = candidate.chosen.size(); i < chosen.size(); ++i)
        quotas.take(*chosen[i]);
    candidate.chosen = std::move(chosen);
}

std::string pictureName(std::size_t number, std::uint64_t seed, const std::string &format)
{
    std::array<char, 64> name{};
    std::snprintf(name.data(), name.size(), "pictures/%03zu-%016llx.", number, static_cast<unsigned long long>(seed));
    return name.data() + format;
}

std::string sampleId(std::size_t number, const std::string &type)
{
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "%03zu-", number);
    return text.data() + type;
}

std::vector<Candidate> lookAtScenes(const std::filesystem::path &atlasFolder, const ExaminationOptions &options)
{
    const Atlas atlas(atlasFolder);
    std::vector<Candidate> candidates(std::size_t(options.perDimension) * scenesPerQuestion);
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        // Far behind the scenes that audits and the trainer's evaluations count through.
        candidates[i].seed = seedAt((std::uint64_t(options.seed) + 1) << 32 | i, Split::HeldOut);
        candidates[i].questions = makeQuestions(makePlan(candidates[i].seed, Split::HeldOut, atlas));
    }
    return candidates;
}

void addSamples(const Candidate &candidate, const ExaminationOptions &options, Examination &examination)
{
    const std::size_t number = examination.seeds.size() + 1;
    examination.seeds.push_back(candidate.seed);
    examination.pictures.push_back(pictureName(number, candidate.seed, options.pictureFormat));
    for (const Question *question : candidate.chosen)
        examination.suite.samples.push_back({sampleId(number, question->type),
                                             examination.pictures.back(),
                                             question->text,
                                             {question->answer},
                                             question->dimension,
                                             question->type});
}

} // namespace

Examination makeExamination(const std::filesystem::path &atlasFolder, const ExaminationOptions &options)
{
    if (options.perDimension < 5 || options.perDimension > 2000)
        throw Error(ErrorCode::InvalidArgument,
                    std::to_string(options.perDimension) + " questions per dimension cannot be chosen",
                    "choose 5 to 2000");
    std::vector<Candidate> candidates = lookAtScenes(atlasFolder, options);
    Quotas quotas(candidates, options.perDimension);
    // First the scenes that can be asked much; what is left open then, from the others.
    for (const auto &[least, anyAnswer] : {std::pair{questionsPerPicture, false}, {2, false}, {1, false}, {1, true}})
        for (Candidate &candidate : candidates)
            choose(candidate, quotas, least, anyAnswer);
    for (const Dimension dimension : allDimensions)
        if (quotas.open(dimension) > 0)
            throw Error(ErrorCode::Internal, "too few scenes ask for " + std::string(dimensionTitle(dimension)));

    Examination examination;
    examination.suite.name = options.name;
    examination.suite.version = options.version;
    examination.suite.scorer = "exact";
    examination.suite.license = "GPL-3.0-or-later; emoji drawings by Google (Noto Color Emoji), Apache-2.0";
    examination.suite.source = "held-out scenes of QMoP Explorer, " + std::to_string(options.size)
        + " px: qmop scenes suite --per-dimension " + std::to_string(options.perDimension) + " --seed "
        + std::to_string(options.seed);
    for (const Candidate &candidate : candidates)
        if (!candidate.chosen.empty())
            addSamples(candidate, options, examination);
    return examination;
}

std::uint64_t seedOfPicture(const std::string &image)
{
    const std::size_t dash = image.find('-');
    std::uint64_t seed = 0;
    if (dash != std::string::npos) {
        const char *first = image.data() + dash + 1;
        const auto [end, problem] = std::from_chars(first, image.data() + image.size(), seed, 16);
        if (problem == std::errc() && end - first == 16 && end != image.data() + image.size() && *end == '.')
            return seed;
    }
    throw Error(ErrorCode::InvalidSuite, image + ": holds no seed of a scene", "take a suite of `qmop scenes suite`");
}

} // namespace qmop::scenes
