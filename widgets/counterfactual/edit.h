// SPDX-License-Identifier: GPL-3.0-or-later
//
// One edit of one run: what is changed, what pruning would keep, and the request
// that asks for the answer. No widgets: the panel shows it, tests read it.
#pragma once

#include "qmop/run_trace.h"
#include "widgets/image/overlay.h"

#include <QString>

#include <memory>
#include <optional>

namespace qmop {

enum class BrushMode { Off, In, Out, Erase };

class Edit {
public:
    // The run that is edited; null: none. Another run drops the edit.
    void setOriginal(std::shared_ptr<const RunTrace> trace);
    const RunTrace *original() const { return m_original.get(); }
    const std::shared_ptr<const RunTrace> &originalRun() const { return m_original; }

    Overrides overrides; // in use; empty: the original run

    // Why the original run cannot be edited at all; empty where it can.
    QString obstacle() const;
    // Whether its compressor lets branches and weights be chosen.
    bool hasRouter() const;
    // Why this edit cannot be run; empty where it can.
    QString runObstacle() const;

    // The weights that the edit gives the fusion before any run: the person's, a
    // forced branch's, or the original's.
    PerBranch<double> weights() const;
    bool prunesAlone() const;

    double lambda() const;
    std::vector<float> combined() const; // [N] under lambda()
    // Eta, or the one that would keep what the budget keeps: the lowest combined score that
    // is kept without force.
    double threshold() const;
    // What pruning would keep; nullopt where the run has no scores or the edit is
    // impossible, with the reason in `why`.
    std::optional<KeptPreview> preview(QString *why = nullptr) const;

    // Paints patches: forces them in or out, or takes that back.
    void brush(const std::vector<int> &patches, BrushMode mode);

    // The original's request with the edit, scoring the original answer.
    RunRequest request() const;
    // A request like it, searching for `target` (empty text: the uncompressed answer).
    RunRequest searchRequest(const QString &target, int rounds) const;

    // Whether a run is an edit of the original: all equal but overrides, score and search.
    bool isEditOf(const RunTrace &trace) const;
    // Whether asking this edit's `request`, or a search of it, would give that run again. A
    // search that was stopped has not answered; a finished one answers its edit as well.
    bool isAnsweredBy(const RunTrace &trace, const RunRequest &request) const;
    // Log-probability of the original answer under that run, minus under the original.
    std::optional<double> change(const RunTrace &edited) const;

private:
    std::shared_ptr<const RunTrace> m_original;
};

} // namespace qmop
