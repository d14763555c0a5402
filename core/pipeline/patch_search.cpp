// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pipeline/patch_search.h"

#include "qmop/error.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace qmop {
namespace {

constexpr std::int64_t positionsPerPass = 2048; // keeps a pass, and so a cancel, short
constexpr std::int64_t setsPerPass = 64;

std::vector<float> hostScores(const PruningScores &scores)
{
    const at::Tensor host = scores.combined[0].to(at::kCPU, at::kFloat).contiguous();
    const float *data = host.data_ptr<float>();
    return {data, data + host.numel()};
}

at::Tensor indexRows(const std::vector<std::vector<int>> &sets)
{
    const auto width = std::int64_t(sets.front().size());
    at::Tensor rows = at::empty({std::int64_t(sets.size()), width}, at::kLong);
    std::int64_t *out = rows.data_ptr<std::int64_t>();
    for (const std::vector<int> &set : sets)
        out = std::copy(set.begin(), set.end(), out);
    return rows;
}

class Search {
public:
    explicit Search(const PatchSearchJob &job)
        : m_job(job)
        , m_scores(hostScores(*job.tokens.pruning))
        , m_overrides(job.overrides)
    {
        m_trace.gains.assign(m_scores.size(), std::numeric_limits<float>::quiet_NaN());
    }

    SearchTrace run()
    {
        try {
            DecodeResult now = decodeWith(kept(m_overrides));
            m_trace.target = *now.score;
            double before = now.score->logProbability;
            bool reached = isTarget(now.answer);
            for (int round = 0; round < m_job.rounds && !reached; ++round) {
                const int patch = bestPatch(round);
                if (patch < 0)
                    break;
                const std::vector<int> old = kept(m_overrides);
                insert(m_overrides, patch);
                now = decodeWith(kept(m_overrides));
                reached = isTarget(now.answer);
                const double logProbability = now.score->logProbability;
                m_trace.rounds.push_back(
                    {patch, replacedBy(patch, old), logProbability, logProbability - before, now.answer.text, reached});
                before = logProbability;
            }
            m_trace.complete = true;
        } catch (const Error &error) {
            if (error.code() != ErrorCode::Cancelled)
                throw;
        }
        return std::move(m_trace);
    }

private:
    static void insert(Overrides &overrides, int patch)
    {
        overrides.keep.insert(std::lower_bound(overrides.keep.begin(), overrides.keep.end(), patch), patch);
    }

    std::vector<int> kept(const Overrides &overrides) const
    {
        return keptUnder(m_scores, m_job.grid.isPadding, m_job.budget, overrides);
    }

    int replacedBy(int patch, const std::vector<int> &old) const
    {
        const std::vector<int> now = kept(m_overrides);
        for (int other : old)
            if (other != patch && !std::binary_search(now.begin(), now.end(), other))
                return other;
        return -1;
    }

    DecodeResult decodeWith(const std::vector<int> &set) const
    {
        DecodeJob job = m_job.decode;
        job.visual = m_job.compressor.withKept(m_job.input, m_job.tokens, indexRows({set}));
        return decodeAnswer(job);
    }

    bool isTarget(const Answer &answer) const
    {
        const TargetIds &target = *m_job.decode.target;
        return answer.complete == target.withEnd
            && std::equal(answer.tokens.begin(), answer.tokens.end(), target.ids.begin(), target.ids.end(),
                          [](const DecodedToken &token, int id) { return token.id == id; });
    }

    // Patches that could be forced in, beside those that are kept already.
    std::vector<int> candidates(const std::vector<int> &now) const
    {
        const std::size_t room = m_overrides.eta ? m_scores.size() : now.size();
        std::vector<int> patches;
        if (m_overrides.keep.size() >= room)
            return patches;
        for (int patch = 0; patch < int(m_scores.size()); ++patch) {
            const bool padding
                = std::size_t(patch) < m_job.grid.isPadding.size() && m_job.grid.isPadding[std::size_t(patch)] != 0;
            const bool forcedOut
                = std::find(m_overrides.drop.begin(), m_overrides.drop.end(), patch) != m_overrides.drop.end();
            if (!padding && !forcedOut && !std::binary_search(now.begin(), now.end(), patch))
                patches.push_back(patch);
        }
        return patches;
    }

    std::vector<double> score(const std::vector<std::vector<int>> &sets, const std::function<void()> &poll) const
    {
        const at::Tensor visual = m_job.compressor.withKept(m_job.input, m_job.tokens, indexRows(sets));
        return scoreBatch(m_job.decode, visual, *m_job.decode.target, poll);
    }

    // The patch of the highest gain in this round; -1: none raises the target.
    int bestPatch(int round)
    {
        const std::vector<int> now = kept(m_overrides);
        const std::vector<int> patches = candidates(now);
        const std::int64_t positions
            = std::int64_t(now.size()) + m_job.decode.prompt.length() + m_job.decode.target->steps();
        const auto perPass = std::size_t(std::clamp(positionsPerPass / positions, std::int64_t(1), setsPerPass));
        int best = -1;
        double highest = 0;
        std::size_t done = 0;
        const auto poll = [&] { m_job.progress(round, int(done), int(patches.size())); };
        poll();
        const double before = score({now}, poll).front();
        while (done < patches.size()) {
            const std::size_t end = std::min(done + perPass, patches.size());
            std::vector<std::vector<int>> sets;
            for (std::size_t i = done; i < end; ++i) {
                Overrides with = m_overrides;
                insert(with, patches[i]);
                sets.push_back(kept(with));
            }
            const std::vector<double> values = score(sets, poll);
            for (std::size_t i = done; i < end; ++i) {
                const double gain = values[i - done] - before;
                if (round == 0)
                    m_trace.gains[std::size_t(patches[i])] = float(gain);
                if (gain > highest) {
                    highest = gain;
                    best = patches[i];
                }
            }
            m_trace.tried += int(sets.size());
            done = end;
            poll();
        }
        return best;
    }

    const PatchSearchJob &m_job;
    std::vector<float> m_scores; // [N] combined
    Overrides m_overrides; // of the run, and the patches found
    SearchTrace m_trace;
};

} // namespace

SearchTrace searchPatches(const PatchSearchJob &job)
{
    if (!job.tokens.routing || !job.tokens.routing->selection.active[Branch::Prune])
        throw Error(ErrorCode::InvalidArgument, "pruning was off in this run: no dropped patch could change its answer",
                    "force pruning, or give it a weight");
    return Search(job).run();
}

} // namespace qmop
