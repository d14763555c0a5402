// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/vtcbench/answer_book.h"

#include <algorithm>

#include "core/vtcbench/score.h"
#include "core/vtcbench/scorer.h"

namespace qmop {

void AnswerBook::put(const SuiteSample &sample, const std::string &method, const std::string &answer)
{
    if (std::ranges::find(m_methods, method) == m_methods.end())
        m_methods.push_back(method);
    m_answers[{sample.image, sample.question}][method] = answer;
}

bool AnswerBook::has(const SuiteSample &sample, const std::string &method) const
{
    const auto known = m_answers.find({sample.image, sample.question});
    return known != m_answers.end() && known->second.contains(method);
}

std::vector<GivenAnswer> AnswerBook::answersTo(const Suite &suite, const SuiteSample &sample) const
{
    std::vector<GivenAnswer> given;
    const auto known = m_answers.find({sample.image, sample.question});
    if (known == m_answers.end())
        return given;
    for (const std::string &method : m_methods)
        if (const auto answer = known->second.find(method); answer != known->second.end())
            given.push_back({method, answer->second, scoreSample(suite.scorer, answer->second, sample)});
    return given;
}

std::vector<MethodScore> AnswerBook::scores(const Suite &suite) const
{
    std::vector<MethodScore> rows;
    for (const std::string &method : m_methods) {
        Suite answered = suite;
        answered.samples.clear();
        std::vector<double> scores;
        for (const SuiteSample &sample : suite.samples)
            for (const GivenAnswer &given : answersTo(suite, sample))
                if (given.method == method) {
                    answered.samples.push_back(sample);
                    scores.push_back(given.score);
                }
        if (!scores.empty())
            rows.push_back({method, summariseScores(answered, scores), int(scores.size())});
    }
    return rows;
}

} // namespace qmop
