// SPDX-License-Identifier: GPL-3.0-or-later
//
// Two answers word by word.
#pragma once

#include <QString>

namespace qmop {

struct AnswerDiff {
    bool same = true;
    int firstDifference = -1; // index of the first word that differs
    QString word; // that word in the first answer; empty where it has ended
    QString otherWord; // and in the other
};

// White space and letter case do not count as a difference.
AnswerDiff compareAnswers(const QString &answer, const QString &other);

} // namespace qmop
