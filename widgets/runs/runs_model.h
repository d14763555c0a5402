// SPDX-License-Identifier: GPL-3.0-or-later
//
// Every run that is remembered, newest first. Nothing is ever removed. Of runs
// that are stored the model holds what a list shows; their traces are read when
// they are asked for.
#pragma once

#include "qmop/run_trace.h"
#include "widgets/runs/run_rows.h"

#include <QAbstractListModel>
#include <QImage>
#include <QPixmap>
#include <QStringList>

#include <functional>
#include <map>
#include <memory>
#include <vector>

namespace qmop {

class RunsModel : public QAbstractListModel {
    Q_OBJECT

public:
    enum Role {
        QuestionRole = Qt::UserRole + 1,
        AnswerRole,
        MethodRole, // shownMethod(): "qmop · 64"
        PinnedRole,
        NumberRole, // 1 for the first run
        TagsRole, // "#wrong #night"
    };

    // Null where a run cannot be read; says so itself.
    using TraceLoader = std::function<std::shared_ptr<const RunTrace>(const RunHeadline &)>;

    using QAbstractListModel::QAbstractListModel;

    // Makes ready what the loader needs and then calls `then`; false, and no call,
    // where nothing takes long.
    using TracePreparer = std::function<bool(const RunHeadline &, const std::function<void()> &then)>;

    void setLoader(TraceLoader loader) { m_loader = std::move(loader); }
    void setPreparer(TracePreparer preparer) { m_preparer = std::move(preparer); }
    // Stored runs, oldest first, in place of all others. Thumbnails by the
    // picture's hash.
    void setHistory(std::vector<RunHeadline> runs, const std::map<std::string, QImage> &thumbnails);
    // A run that is not stored: its trace is kept as long as the model lives.
    void add(std::shared_ptr<const RunTrace> trace);
    // A run that has just been stored under this headline.
    void add(std::shared_ptr<const RunTrace> trace, RunHeadline headline);

    // Null for an invalid index, and where the loader has none.
    std::shared_ptr<const RunTrace> trace(const QModelIndex &index) const;
    // Null also where it would have to be read.
    std::shared_ptr<const RunTrace> traceAtHand(const QModelIndex &index) const;
    // The same for `then`, at once or as soon as it is ready; not called for null.
    void withTrace(const QModelIndex &index, const std::function<void(std::shared_ptr<const RunTrace>)> &then);
    std::optional<RunHeadline> headline(const QModelIndex &index) const;
    QModelIndex indexOf(const std::string &uid) const;
    // Of a run whose trace came from this model; no other is read for it.
    QModelIndex indexOf(const std::shared_ptr<const RunTrace> &trace) const;
    // The reference; null for none.
    std::shared_ptr<const RunTrace> pinned() const { return m_pinned; }
    std::string pinnedUid() const { return m_pinnedUid; }
    // Pinning one run unpins another: at most one is.
    void setEdits(const std::string &uid, const RunEdits &edits);
    // Pins the run, or unpins it where it is pinned.
    void togglePin(const QModelIndex &index);

    // Whether question, answer, method, picture, model, note or tags hold each of
    // the terms. Terms are in lower case; "#tag" is the beginning of a tag.
    bool matches(int row, const QStringList &terms) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;

signals:
    void pinnedChanged(std::shared_ptr<const qmop::RunTrace> trace);

private:
    // A trace that something may still show. Apart from the rows: even when its
    // trace is gone, a weak pointer keeps the memory of the trace itself.
    struct Read {
        std::size_t place; // in m_rows
        std::weak_ptr<const RunTrace> trace;
    };
    void remember(std::size_t place, const std::shared_ptr<const RunTrace> &trace) const;
    std::optional<std::size_t> placeOf(const QModelIndex &index) const;
    QPixmap thumbnailOf(const std::string &pictureSha256) const; // null: none
    QModelIndex indexAt(std::size_t place) const;
    void insert(const RunHeadline &run, const std::shared_ptr<const RunTrace> &trace, bool stored);
    std::shared_ptr<const RunTrace> traceAt(std::size_t place) const;
    std::shared_ptr<const RunTrace> atHand(std::size_t place) const;
    void setPinned(const std::string &uid);

    RunRows m_rows; // oldest first
    std::map<std::size_t, std::shared_ptr<const RunTrace>> m_kept; // of runs that are not stored
    mutable std::vector<Read> m_read;
    std::map<std::string, QPixmap> m_thumbnails; // by the picture's hash
    TraceLoader m_loader;
    TracePreparer m_preparer;
    std::string m_pinnedUid;
    std::shared_ptr<const RunTrace> m_pinned;
};

// thumbnailOf() for painting.
QImage thumbnail(const ImageU8 &image, int side);

} // namespace qmop
