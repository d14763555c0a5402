// SPDX-License-Identifier: GPL-3.0-or-later
//
// Answers given to the questions of a suite so far, by method, and the scores
// that they add up to: live, while a suite grows and is asked.
#pragma once

#include "qmop/suite.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace qmop {

struct GivenAnswer {
    std::string method; // "qmop · 64"
    std::string answer;
    double score = 0; // 0 ... 1, by the references as they are now
};

struct MethodScore {
    std::string method;
    SuiteScore score; // over the questions answered
    int answered = 0;
};

// Remembers answers by picture and question, so that an edit of references or
// dimension scores them anew and an edit of the question leaves them out.
class AnswerBook {
public:
    // A later answer of the same method replaces an earlier one.
    void put(const SuiteSample &sample, const std::string &method, const std::string &answer);
    bool has(const SuiteSample &sample, const std::string &method) const;
    void clear() { m_answers.clear(); }

    // In the order in which the methods first answered anything.
    std::vector<GivenAnswer> answersTo(const Suite &suite, const SuiteSample &sample) const;
    std::vector<MethodScore> scores(const Suite &suite) const;

private:
    using Key = std::pair<std::string, std::string>; // picture, question
    std::vector<std::string> m_methods;
    std::map<Key, std::map<std::string, std::string>> m_answers; // method to answer
};

} // namespace qmop
