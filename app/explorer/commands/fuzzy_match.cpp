// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/commands/fuzzy_match.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace qmop {

// The best way to place the letters, by dynamic programming over both texts:
// the first place that fits is often not the best ("re" in "Compare, reset").
std::optional<int> fuzzyScore(const QString &pattern, const QString &text)
{
    constexpr int wordStart = 8, neighbour = 9, anywhere = 1;
    constexpr int impossible = std::numeric_limits<int>::min() / 2;
    const QString letters = QString(pattern).remove(u' ').toCaseFolded();
    const QString folded = text.toCaseFolded();
    const auto size = std::size_t(folded.size());
    if (letters.isEmpty())
        return 0;
    std::vector<int> last(size, impossible); // best score with the letter before placed at i
    for (qsizetype letter = 0; letter < letters.size(); ++letter) {
        std::vector<int> now(size, impossible);
        int bestBefore = letter == 0 ? 0 : impossible; // of places further left
        for (std::size_t i = 0; i < size; ++i) {
            if (folded[qsizetype(i)] == letters[letter]) {
                const bool starts = i == 0 || !folded[qsizetype(i) - 1].isLetterOrNumber();
                const int own = starts ? wordStart : anywhere;
                now[i] = bestBefore + own;
                if (letter > 0 && i > 0 && last[i - 1] > impossible)
                    now[i] = std::max(now[i], last[i - 1] + std::max(own, neighbour));
            }
            if (letter > 0)
                bestBefore = std::max(bestBefore, last[i]);
        }
        last = std::move(now);
    }
    const int best = size == 0 ? impossible : *std::ranges::max_element(last);
    if (best <= impossible / 2)
        return std::nullopt;
    return best * 100 - int(std::min<std::size_t>(size, 99)); // of equals the shorter text
}

} // namespace qmop
