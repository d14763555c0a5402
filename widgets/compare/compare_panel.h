// SPDX-License-Identifier: GPL-3.0-or-later
//
// Runs A and B over their pictures, side by side, with the map of their
// difference. One selection, one overlay, one range of colours; locked, the views
// zoom and move as one.
#pragma once

#include "widgets/compare/compared_view.h"

#include <QWidget>

#include <array>
#include <memory>

class QAction;
class QGridLayout;
class QLabel;

namespace qmop {

class ElidedLabel;

class ComparePanel : public QWidget {
    Q_OBJECT

public:
    explicit ComparePanel(Selection *selection, QWidget *parent = nullptr);

    // A view that mostly shows B's picture: its halved copies are taken from there.
    void setPictureSource(const ImageView *view) { m_source = view; }
    // Either may be null: the panel says what is missing.
    void setRuns(std::shared_ptr<const RunTrace> a, std::shared_ptr<const RunTrace> b);
    // Above the views: "run 3 · qmop · 64 · fox".
    void setTitles(const QString &a, const QString &b);

    ComparedView *view(CompareSide side) const { return m_views[std::size_t(side)]; }
    bool isLocked() const;
    // What the line under the pictures says: the patch pointed at in both, or the
    // difference as a whole.
    QString stripText() const;
    // Why there is no difference map; empty where there is one.
    QString problemText() const;

    // Keys L, X and D while a view has the focus: lock zoom, swap, difference.
    QAction *lockAction() const { return m_lock; }
    QAction *swapAction() const { return m_swap; }
    QAction *differenceAction() const { return m_difference; }
    QAction *ownRangeAction() const { return m_ownRange; }

signals:
    void swapRequested();
    void stripChanged(const QString &text);

protected:
    void showEvent(QShowEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void makeActions();
    QAction *addAction(const char *id, const QString &text, const QString &tip, Qt::Key key, bool checkable);
    void fill();
    bool drawsDifference() const;
    void arrange();
    void follow(const ComparedView *leader);
    void updateStrip();

    Selection *m_selection;
    std::shared_ptr<const RunTrace> m_a;
    std::shared_ptr<const RunTrace> m_b;
    const ImageView *m_source = nullptr;
    bool m_filled = false; // the views show m_a and m_b
    bool m_following = false;
    bool m_inOneRow = false;
    bool m_third = false; // the difference is drawn, not only said to be missing
    bool m_alone = false; // there is one run alone
    QAction *m_lock = nullptr;
    QAction *m_swap = nullptr;
    QAction *m_difference = nullptr;
    QAction *m_ownRange = nullptr;
    QGridLayout *m_grid;
    std::array<QWidget *, 3> m_cells{};
    std::array<ElidedLabel *, 3> m_titles{};
    std::array<ComparedView *, 3> m_views{};
    std::array<QLabel *, 2> m_missing{}; // in A's and B's place
};

} // namespace qmop
