// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the window shows and asks, to come back to it.
#pragma once

#include "qmop/run_request.h"
#include "widgets/image/image_view.h"
#include "widgets/selection/selection.h"

#include <QString>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace qmop {

class MainWindow;

class ShownState {
public:
    explicit ShownState(const MainWindow *window);

    // Brings run, picture, question, settings, overlay, locks and zoom back. Nothing may run. A picture
    // without a run is read again and comes later.
    void restore(MainWindow *window) const;

private:
    std::shared_ptr<const RunTrace> m_trace; // null: the picture had no run
    ImageSource m_source;
    QString m_question;
    std::string m_compressor;
    int m_fusion = 0; // place in the list
    int m_budget = 0;
    std::optional<OverlayKind> m_overlay; // not set: none was chosen
    std::vector<Target> m_locked;
    ImageView::Place m_place;
};

} // namespace qmop
