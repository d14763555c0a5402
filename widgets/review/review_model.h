// SPDX-License-Identifier: GPL-3.0-or-later
//
// The rows that the filter lets through, as a table; nothing is made per row but
// what is on screen.
#pragma once

#include "widgets/review/review_rows.h"

#include <QAbstractTableModel>

#include <set>
#include <string>
#include <vector>

namespace qmop {

class ReviewModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column {
        SampleColumn,
        DimensionColumn,
        QuestionColumn,
        ReferenceColumn,
        MethodColumn,
        MarkColumn,
        AnswerColumn,
        FullMarkColumn,
        FullAnswerColumn,
        TypeColumn,
        FirstFieldColumn, // one per ReviewField
        TagsColumn = FirstFieldColumn + int(allReviewFields.size()),
        NoteColumn,
        ColumnCount,
    };

    using QAbstractTableModel::QAbstractTableModel;

    void setRecord(std::shared_ptr<const BenchRecord> record, SampleEdits edits);
    void setFilter(const ReviewFilter &filter);
    void setEdits(const std::string &sample, const RunEdits &edits);

    const ReviewData &data() const { return m_data; }
    const ReviewFilter &filter() const { return m_filter; }
    const std::vector<ReviewRow> &rows() const { return m_rows; } // as sorted
    int rowOf(ReviewRow row) const; // -1: filtered out

    // Questions that light up in the window: underlined, bold. `sample`: the only one
    // that is pointed at, where that is known; questions recur, samples do not. -1: is not.
    void setHighlights(const std::vector<std::string> &hovered, const std::vector<std::string> &locked, int sample);
    bool isHovered(ReviewRow row) const;
    // The sample that the window shows: marked with an arrow.
    void setOpened(ReviewRow row);
    ReviewRow opened() const { return m_opened; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void sort(int column, Qt::SortOrder order) override;

private:
    void refresh();
    void order();
    QString cell(ReviewRow row, int column) const;

    ReviewData m_data;
    ReviewFilter m_filter;
    std::vector<ReviewRow> m_rows;
    int m_sortColumn = -1; // as in the suite
    Qt::SortOrder m_sortOrder = Qt::AscendingOrder;
    ReviewRow m_opened;
    std::set<std::string> m_hovered;
    std::set<std::string> m_locked;
    int m_hoveredSample = -1;
};

} // namespace qmop
