// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme/breakable_text.h"

#include <QTextBoundaryFinder>

namespace qmop {

namespace {

constexpr QChar place(0x200b);
constexpr int longest = 16; // letters of a word that stay together
constexpr int step = 8;

}

QString breakable(const QString &text)
{
    if (text.size() <= longest)
        return text;
    QString result;
    QTextBoundaryFinder letters(QTextBoundaryFinder::Grapheme, text);
    int inWord = 0;
    for (qsizetype from = 0, to = letters.toNextBoundary(); to > from; from = to, to = letters.toNextBoundary()) {
        inWord = text[from].isSpace() ? 0 : inWord + 1;
        if (inWord > longest && (inWord - longest) % step == 1)
            result += place;
        result += QStringView(text).mid(from, to - from);
    }
    return result;
}

QString withoutBreaks(QString text)
{
    return text.remove(place);
}

} // namespace qmop
