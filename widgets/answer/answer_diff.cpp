// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/answer/answer_diff.h"

#include <QStringList>

#include <algorithm>

namespace qmop {

AnswerDiff compareAnswers(const QString &answer, const QString &other)
{
    const QStringList words = answer.simplified().split(u' ', Qt::SkipEmptyParts);
    const QStringList otherWords = other.simplified().split(u' ', Qt::SkipEmptyParts);
    for (qsizetype i = 0; i < std::max(words.size(), otherWords.size()); ++i) {
        const QString a = words.value(i);
        const QString b = otherWords.value(i);
        if (a.compare(b, Qt::CaseInsensitive) != 0)
            return {false, int(i), a, b};
    }
    return {};
}

} // namespace qmop
