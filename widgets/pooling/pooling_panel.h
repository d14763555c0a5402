// SPDX-License-Identifier: GPL-3.0-or-later
//
// Pooling: which patches each query pools, and how it weighs them.
#pragma once

#include "qmop/run_trace.h"
#include "widgets/image/overlay.h"

#include <QWidget>

#include <memory>

class QLabel;

namespace qmop {

class Selection;
class WindowGrid;

class PoolingPanel : public QWidget {
    Q_OBJECT

public:
    explicit PoolingPanel(Selection *selection, QWidget *parent = nullptr);

    void setTrace(std::shared_ptr<const RunTrace> trace);
    // The windows of another budget, where it has some.
    void setPreview(const std::optional<KeptPreview> &preview);
    WindowGrid *grid() const { return m_grid; }
    QString details() const;

private:
    void updateDetails();

    Selection *m_selection;
    WindowGrid *m_grid;
    QLabel *m_details;
    std::shared_ptr<const RunTrace> m_trace;
    std::optional<KeptPreview> m_preview;
};

} // namespace qmop
