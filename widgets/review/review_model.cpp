// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/review/review_model.h"

#include "widgets/theme/theme.h"

#include <QFont>
#include <QGuiApplication>

#include <algorithm>
#include <numeric>

namespace qmop {

namespace {

QString text(const std::string &value)
{
    return QString::fromStdString(value);
}

bool isField(int column)
{
    return column >= ReviewModel::FirstFieldColumn && column < ReviewModel::TagsColumn;
}

ReviewField fieldOf(int column)
{
    return allReviewFields[std::size_t(column - ReviewModel::FirstFieldColumn)];
}

QString shortTitle(ReviewField field)
{
    switch (field) {
    case ReviewField::AlphaPool:
        return QStringLiteral("α P");
    case ReviewField::AlphaResample:
        return QStringLiteral("α R");
    case ReviewField::AlphaPrune:
        return QStringLiteral("α K");
    case ReviewField::Entropy:
        return ReviewModel::tr("Entropy");
    case ReviewField::KeptShare:
        return ReviewModel::tr("Kept");
    case ReviewField::Margin:
        return ReviewModel::tr("Margin");
    case ReviewField::Probability:
        return ReviewModel::tr("Prob.");
    case ReviewField::Seconds:
        return ReviewModel::tr("Time, s");
    }
    return {};
}

}

void ReviewModel::setRecord(std::shared_ptr<const BenchRecord> record, SampleEdits edits)
{
    beginResetModel();
    m_data = record ? ReviewData(std::move(record)) : ReviewData();
    m_data.setEdits(std::move(edits));
    refresh();
    endResetModel();
}

void ReviewModel::setFilter(const ReviewFilter &filter)
{
    beginResetModel();
    m_filter = filter;
    refresh();
    endResetModel();
}

// The row stays where it is, even if the filter asks for its tag: it must not
// vanish while it is written on.
void ReviewModel::setEdits(const std::string &sample, const RunEdits &edits)
{
    m_data.setEdits(sample, edits);
    for (std::size_t i = 0; i < m_rows.size(); ++i)
        if (m_data.sample(m_rows[i]).id == sample)
            emit dataChanged(index(int(i), TagsColumn), index(int(i), NoteColumn));
}

void ReviewModel::refresh()
{
    m_rows = m_data.record() ? m_data.rows(m_filter) : std::vector<ReviewRow>();
    order();
}

int ReviewModel::rowOf(ReviewRow row) const
{
    const auto found = std::ranges::find(m_rows, row);
    return found == m_rows.end() ? -1 : int(found - m_rows.begin());
}

bool ReviewModel::isHovered(ReviewRow row) const
{
    return m_hoveredSample >= 0 ? row.sample == m_hoveredSample : m_hovered.contains(m_data.sample(row).question);
}

void ReviewModel::setHighlights(const std::vector<std::string> &hovered, const std::vector<std::string> &locked,
                                int sample)
{
    std::set<std::string> newHovered(hovered.begin(), hovered.end()), newLocked(locked.begin(), locked.end());
    if (newHovered == m_hovered && newLocked == m_locked && sample == m_hoveredSample)
        return;
    m_hoveredSample = sample;
    m_hovered = std::move(newHovered);
    m_locked = std::move(newLocked);
    if (!m_rows.empty())
        emit dataChanged(index(0, QuestionColumn), index(int(m_rows.size()) - 1, QuestionColumn), {Qt::FontRole});
}

void ReviewModel::setOpened(ReviewRow row)
{
    for (ReviewRow changed : {std::exchange(m_opened, row), row})
        if (const int place = rowOf(changed); place >= 0)
            emit dataChanged(index(place, SampleColumn), index(place, SampleColumn));
}

int ReviewModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int ReviewModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString ReviewModel::cell(ReviewRow row, int column) const
{
    const SuiteSample &sample = m_data.sample(row);
    switch (column) {
    case SampleColumn:
        return text(sample.id);
    case DimensionColumn:
        return QString::fromUtf8(dimensionKey(sample.dimension).data());
    case QuestionColumn:
        return text(sample.question);
    case ReferenceColumn:
        return sample.answers.empty() ? QString() : text(sample.answers.front());
    case MethodColumn:
        return text(methodName(m_data.record()->methods[std::size_t(row.method)].point));
    case MarkColumn:
        return scoreMark(m_data.score(row));
    case AnswerColumn:
        return text(m_data.result(row).answer);
    case FullMarkColumn:
        return m_data.reference(row) ? scoreMark(*m_data.referenceScore(row)) : QString();
    case FullAnswerColumn:
        return m_data.reference(row) ? text(m_data.reference(row)->answer) : QString();
    case TypeColumn:
        return text(sample.questionType);
    case TagsColumn:
        return m_data.tags(row).join(QStringLiteral(", "));
    case NoteColumn:
        return m_data.note(row);
    }
    const std::optional<double> value = m_data.value(row, fieldOf(column));
    return value ? QString::number(*value, 'f', 2) : QStringLiteral("–");
}

QVariant ReviewModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= int(m_rows.size()))
        return {};
    const ReviewRow row = m_rows[std::size_t(index.row())];
    const int column = index.column();
    const bool isMark = column == MarkColumn || column == FullMarkColumn;
    switch (role) {
    case Qt::DisplayRole:
        return column == SampleColumn && row == m_opened ? QStringLiteral("▸ ") + cell(row, column) : cell(row, column);
    case Qt::ToolTipRole:
        return column == ReferenceColumn ? QVariant([&] {
            QStringList all;
            for (const std::string &answer : m_data.sample(row).answers)
                all << text(answer);
            return all.join(u'\n');
        }())
                                         : QVariant(cell(row, column));
    case Qt::TextAlignmentRole:
        return int(isMark ? Qt::AlignCenter : isField(column) ? Qt::AlignRight | Qt::AlignVCenter : Qt::AlignVCenter);
    case Qt::ForegroundRole:
        if (!isMark || cell(row, column).isEmpty())
            return {};
        return (column == MarkColumn ? m_data.score(row) : *m_data.referenceScore(row)) >= 1
            ? panelColours(QGuiApplication::palette()).good
            : panelColours(QGuiApplication::palette()).bad;
    case Qt::FontRole:
        if (column == QuestionColumn && (!m_hovered.empty() || !m_locked.empty())) {
            QFont font;
            font.setUnderline(isHovered(row));
            font.setBold(m_locked.contains(m_data.sample(row).question));
            if (font.underline() || font.bold()) {
                font.setPointSizeF(font.pointSizeF() * smallFactor); // as the table's
                return font;
            }
        }
        return {};
    case Qt::AccessibleTextRole:
        if (isMark)
            return QStringLiteral("%1: %2").arg(headerData(column, Qt::Horizontal, Qt::ToolTipRole).toString(),
                                                cell(row, column) == QStringLiteral("✓")       ? tr("right")
                                                    : cell(row, column) == QStringLiteral("✗") ? tr("wrong")
                                                                                               : cell(row, column));
        return QStringLiteral("%1: %2").arg(headerData(column, Qt::Horizontal, Qt::DisplayRole).toString(),
                                            cell(row, column));
    default:
        return {};
    }
}

QVariant ReviewModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    const bool toolTip = role == Qt::ToolTipRole;
    if (role != Qt::DisplayRole && !toolTip)
        return {};
    if (isField(section))
        return toolTip ? fieldTitle(fieldOf(section)) : shortTitle(fieldOf(section));
    switch (section) {
    case SampleColumn:
        return tr("Sample");
    case DimensionColumn:
        return toolTip ? tr("Dimension") : tr("Dim.");
    case QuestionColumn:
        return tr("Question");
    case ReferenceColumn:
        return toolTip ? tr("Reference answer (all of them in its tool tip)") : tr("Reference");
    case MethodColumn:
        return tr("Method");
    case MarkColumn:
        return toolTip ? tr("Compressed answer right") : QStringLiteral("✓");
    case AnswerColumn:
        return tr("Answer");
    case FullMarkColumn:
        return toolTip ? tr("Uncompressed answer right") : tr("Full ✓");
    case FullAnswerColumn:
        return toolTip ? tr("Answer with all visual tokens") : tr("Full");
    case TypeColumn:
        return toolTip ? tr("Question type") : tr("Type");
    case TagsColumn:
        return tr("Tags");
    default:
        return tr("Note");
    }
}

void ReviewModel::sort(int column, Qt::SortOrder order_)
{
    if (column == m_sortColumn && order_ == m_sortOrder)
        return;
    emit layoutAboutToBeChanged({}, QAbstractItemModel::VerticalSortHint);
    const QModelIndexList before = persistentIndexList();
    std::vector<ReviewRow> kept;
    for (const QModelIndex &index : before)
        kept.push_back(m_rows[std::size_t(index.row())]);
    m_sortColumn = column;
    m_sortOrder = order_;
    order();
    std::map<ReviewRow, int> places;
    for (std::size_t i = 0; i < m_rows.size(); ++i)
        places[m_rows[i]] = int(i);
    QModelIndexList after;
    for (qsizetype i = 0; i < before.size(); ++i)
        after << index(places[kept[std::size_t(i)]], before[i].column());
    changePersistentIndexList(before, after);
    emit layoutChanged({}, QAbstractItemModel::VerticalSortHint);
}

// Stable, so that a second column keeps the order of the first. Without a number
// last in either direction.
void ReviewModel::order()
{
    std::ranges::sort(m_rows);
    if (m_sortColumn < 0)
        return;
    const bool down = m_sortOrder == Qt::DescendingOrder;
    const std::size_t count = m_rows.size();
    std::vector<double> numbers(count);
    std::vector<QString> texts(isField(m_sortColumn) ? 0 : count);
    for (std::size_t i = 0; i < count; ++i) {
        if (isField(m_sortColumn)) {
            const auto value = m_data.value(m_rows[i], fieldOf(m_sortColumn));
            numbers[i] = value ? (down ? -*value : *value) : std::numeric_limits<double>::max();
        } else {
            texts[i] = cell(m_rows[i], m_sortColumn);
        }
    }
    std::vector<std::size_t> places(count);
    std::iota(places.begin(), places.end(), std::size_t(0));
    std::ranges::stable_sort(places, [&](std::size_t a, std::size_t b) {
        if (texts.empty())
            return numbers[a] < numbers[b];
        return down ? texts[b] < texts[a] : texts[a] < texts[b];
    });
    std::vector<ReviewRow> sorted(count);
    std::ranges::transform(places, sorted.begin(), [this](std::size_t place) { return m_rows[place]; });
    m_rows = std::move(sorted);
}

} // namespace qmop
