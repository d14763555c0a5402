// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/tokenizer/bpe_model.h"

#include <functional>
#include <queue>
#include <tuple>

namespace qmop {

namespace {

struct Symbol {
    int id = 0; // -1: merged into the one before
    int previous = -1;
    int next = -1;
};

struct Candidate {
    int rank = 0;
    int position = 0; // of the left symbol
    int id = 0; // what the pair would become

    auto operator<=>(const Candidate &) const = default;
};

}

void BpeModel::encodeWord(std::string_view word, std::vector<int> &ids) const
{
    if (ignoreMerges) {
        const auto whole = idOfToken.find(std::string(word));
        if (whole != idOfToken.end()) {
            ids.push_back(whole->second);
            return;
        }
    }
    const int size = int(word.size());
    std::vector<Symbol> symbols(word.size());
    for (int i = 0; i < size; ++i)
        symbols[std::size_t(i)] = {idOfByte[std::uint8_t(word[std::size_t(i)])], i - 1, i + 1 < size ? i + 1 : -1};

    std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> queue;
    auto findMerge = [&](int left) -> const Merge * {
        const Symbol &symbol = symbols[std::size_t(left)];
        if (symbol.id < 0 || symbol.next < 0)
            return nullptr;
        const auto found = merges.find(pairKey(symbol.id, symbols[std::size_t(symbol.next)].id));
        return found == merges.end() ? nullptr : &found->second;
    };
    auto offer = [&](int left) {
        if (left < 0)
            return;
        if (const Merge *merge = findMerge(left))
            queue.push({merge->rank, left, merge->id});
    };
    for (int i = 0; i < size; ++i)
        offer(i);
    while (!queue.empty()) {
        const Candidate best = queue.top();
        queue.pop();
        // The neighbourhood may have changed since this was queued.
        const Merge *merge = findMerge(best.position);
        if (!merge || merge->id != best.id || merge->rank != best.rank)
            continue;
        Symbol &left = symbols[std::size_t(best.position)];
        Symbol &right = symbols[std::size_t(left.next)];
        left.id = best.id;
        right.id = -1;
        left.next = right.next;
        if (left.next >= 0)
            symbols[std::size_t(left.next)].previous = best.position;
        offer(left.previous);
        offer(best.position);
    }
    for (int i = 0; i >= 0 && i < size; i = symbols[std::size_t(i)].next)
        ids.push_back(symbols[std::size_t(i)].id);
}

} // namespace qmop
