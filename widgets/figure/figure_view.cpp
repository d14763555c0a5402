// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/figure/figure_view.h"

#include <algorithm>

namespace qmop {

namespace {

constexpr const char *overlayKeys[]
    = {"kept", "importance", "relevance", "combined", "pooling", "resampler", "provenance", "answer"};

FigureMark mark(FigureMark::Kind kind, int index, std::optional<Branch> branch = std::nullopt)
{
    FigureMark result;
    result.kind = kind;
    result.index = index;
    result.branch = branch;
    return result;
}

struct MarkOf {
    FigureMark operator()(const PatchTarget &target) const { return mark(FigureMark::Kind::Patch, target.patch); }
    FigureMark operator()(const TokenRef &target) const
    {
        return mark(FigureMark::Kind::Token, target.token, target.branch);
    }
    FigureMark operator()(const ScoreRangeTarget &target) const
    {
        FigureMark result = mark(FigureMark::Kind::Scores, -1);
        result.low = target.low;
        result.high = target.high;
        return result;
    }
    FigureMark operator()(const BranchTarget &target) const
    {
        return mark(FigureMark::Kind::Branch, -1, target.branch);
    }
    FigureMark operator()(const AnswerTarget &target) const { return mark(FigureMark::Kind::Answer, target.token); }
    FigureMark operator()(const QuestionTarget &target) const
    {
        FigureMark result = mark(FigureMark::Kind::Question, -1);
        result.question = target.question;
        return result;
    }
};

}

std::string overlayKey(OverlayKind kind)
{
    return overlayKeys[std::size_t(kind)];
}

OverlayKind overlayFromKey(const std::string &key)
{
    for (OverlayKind kind : allOverlays)
        if (overlayKey(kind) == key)
            return kind;
    return OverlayKind::Kept;
}

std::vector<FigureMark> marksOf(const std::vector<Target> &targets)
{
    std::vector<FigureMark> marks;
    for (const Target &target : targets)
        marks.push_back(std::visit(MarkOf(), target));
    return marks;
}

std::vector<Target> targetsOf(const std::vector<FigureMark> &marks)
{
    std::vector<Target> targets;
    for (const FigureMark &mark : marks)
        switch (mark.kind) {
        case FigureMark::Kind::Patch:
            targets.emplace_back(PatchTarget{mark.index});
            break;
        case FigureMark::Kind::Token:
            targets.emplace_back(TokenRef{mark.branch, mark.index});
            break;
        case FigureMark::Kind::Scores:
            targets.emplace_back(ScoreRangeTarget{mark.low, mark.high});
            break;
        case FigureMark::Kind::Branch:
            targets.emplace_back(BranchTarget{mark.branch.value_or(Branch::Pool)});
            break;
        case FigureMark::Kind::Answer:
            targets.emplace_back(AnswerTarget{mark.index});
            break;
        case FigureMark::Kind::Question:
            targets.emplace_back(QuestionTarget{mark.question});
            break;
        }
    return targets;
}

TokenRef tokenOf(const std::vector<FigureMark> &marks, OverlayKind kind)
{
    const auto wanted = kind == OverlayKind::Answer ? FigureMark::Kind::Answer : FigureMark::Kind::Token;
    for (auto mark = marks.rbegin(); mark != marks.rend(); ++mark)
        if (mark->kind == wanted)
            return {mark->branch, mark->index};
    return {};
}

} // namespace qmop
