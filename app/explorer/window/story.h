// SPDX-License-Identifier: GPL-3.0-or-later
//
// Stories for a presentation: what to open, ask and show, step by step, and a
// sentence that is filled from the run. The file is described in
// resources/stories/README.md.
#pragma once

#include "qmop/run_trace.h"
#include "widgets/selection/selection.h"

#include <QString>
#include <QStringList>

#include <optional>
#include <vector>

namespace qmop {

// Everything that a step asks for; what a step of the file leaves out is taken
// over from the step before it in the same story.
struct StoryStep {
    QString picture; // absolute path
    QString question; // as asked; where it is empty, `suggested` counts
    int suggested = 1; // the sample's nth suggested question, from 1
    QString compressor = QStringLiteral("qmop"); // one of compressorNames
    int budget = 0; // tokens; the model's nearest is taken
    OverlayKind overlay = OverlayKind::Kept;
    QString say; // with {placeholders}
    Overrides overrides; // edits of the run; each step has its own

    // Whether both are answered by one run.
    bool asksTheSame(const StoryStep &other) const;
};

inline constexpr int leastBudget = -1; // in StoryStep::budget
inline constexpr int mostBudget = 0;

struct Story {
    QString title;
    std::vector<StoryStep> steps;
};

// `pictures`: folder that relative pictures lie in. A missing file gives no story;
// a damaged one, unknown fields' values and unknown placeholders throw
// Error{InvalidArgument} naming the file and the step.
std::vector<Story> readStories(const QString &file, const QString &pictures);
// Replaces the file as a whole; pictures are written with their absolute paths.
// Throws Error{OutputFailed}.
void writeStories(const QString &file, const std::vector<Story> &stories);

// The names that may stand in braces.
QStringList storyPlaceholders();
// "{answer}" and the others from the run; "…" for each while there is none.
QString filledSentence(const QString &say, const RunTrace *trace);

// The step that shows this run again, edits included, with a sentence to start from.
// Nothing for runs that a story cannot repeat: those of pasted pictures.
std::optional<StoryStep> stepFromRun(const RunTrace &trace, const QString &picture, OverlayKind overlay);

} // namespace qmop
