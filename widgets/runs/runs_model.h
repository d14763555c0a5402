// SPDX-License-Identifier: GPL-3.0-or-later
//
// Every run of this window, newest first. Nothing is ever removed.
#pragma once

#include "qmop/run_trace.h"

#include <QAbstractListModel>
#include <QPixmap>

#include <memory>
#include <vector>

namespace qmop {

class RunsModel : public QAbstractListModel {
    Q_OBJECT

public:
    enum Role {
        QuestionRole = Qt::UserRole + 1,
        AnswerRole,
        MethodRole, // "qmop · 64"
        PinnedRole,
        NumberRole, // 1 for the first run
    };

    using QAbstractListModel::QAbstractListModel;

    void add(std::shared_ptr<const RunTrace> trace);
    std::shared_ptr<const RunTrace> trace(const QModelIndex &index) const;
    std::shared_ptr<const RunTrace> pinned() const { return m_pinned; }
    // Pins the run, or unpins it where it is pinned. At most one is.
    void togglePin(const QModelIndex &index);
    std::vector<std::shared_ptr<const RunTrace>> traces() const;

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;

signals:
    void pinnedChanged(std::shared_ptr<const qmop::RunTrace> trace);

private:
    struct Entry {
        std::shared_ptr<const RunTrace> trace;
        QPixmap thumbnail;
    };
    const Entry *entry(const QModelIndex &index) const;

    std::vector<Entry> m_entries; // oldest first
    std::shared_ptr<const RunTrace> m_pinned;
};

// "qmop · 64", "none", "prune · 16".
QString methodText(const RunRequest &request);

// At most `side` pixels on its longer edge, sampled without copying the picture.
QImage thumbnail(const ImageU8 &image, int side);

} // namespace qmop
