// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/review/routing_spread.h"

#include "widgets/theme/theme.h"

#include <QCoreApplication>
#include <QHeaderView>
#include <QPainter>
#include <QStyledItemDelegate>

#include <algorithm>

namespace qmop {

namespace {

constexpr int stripHeight = 8; // in device-independent pixels, at 100 % text

int unit(int pixels)
{
    return pixels * textScale() / 100;
}

// The cell's text with the box of its spread below.
class StripDelegate : public QStyledItemDelegate {
public:
    explicit StripDelegate(const RoutingTable *table)
        : QStyledItemDelegate(const_cast<RoutingTable *>(table))
        , m_table(table)
    {
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const Branch branch = allBranches[std::size_t(index.column() - 1)];
        const Spread &spread = m_table->spread(index.row(), branch);
        QStyleOptionViewItem text = option;
        text.rect.setBottom(option.rect.bottom() - unit(stripHeight) - 2);
        QStyledItemDelegate::paint(painter, text, index);
        const QRectF track(option.rect.left() + 4, text.rect.bottom() + 1, option.rect.width() - 8, unit(stripHeight));
        const PanelColours colours = panelColours(m_table->palette());
        painter->fillRect(track, colours.track);
        if (spread.count == 0)
            return;
        const auto at = [&](double weight) { return track.left() + std::clamp(weight, 0.0, 1.0) * track.width(); };
        const double middle = track.center().y();
        painter->setPen(QPen(colours.text, 1));
        painter->drawLine(QPointF(at(spread.low), middle), QPointF(at(spread.high), middle));
        // Wider than the tick, so that its colour can be seen where all weights are alike.
        const double least = std::max(0.0, 6 - (at(spread.upperQuartile) - at(spread.lowerQuartile))) / 2;
        const double left = at(spread.lowerQuartile) - least, right = at(spread.upperQuartile) + least;
        painter->fillRect(QRectF(left, track.top() + 1, right - left, track.height() - 2), branchColour(branch));
        painter->setPen(QPen(colours.text, 2));
        painter->drawLine(QPointF(at(spread.median), track.top()), QPointF(at(spread.median), track.bottom()));
    }
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        return QStyledItemDelegate::sizeHint(option, index) + QSize(0, unit(stripHeight) + 3);
    }

private:
    const RoutingTable *m_table;
};

QString weight(double value)
{
    return QString::number(value, 'f', 2);
}

}

void labelDimensionRows(QTableWidget &table)
{
    for (int row = 0; row <= int(dimensionCount); ++row) {
        const bool all = row == int(dimensionCount);
        auto *item
            = new QTableWidgetItem(all ? QCoreApplication::translate("RoutingTable", "All")
                                       : QString::fromUtf8(dimensionKey(allDimensions[std::size_t(row)]).data()));
        item->setToolTip(all ? QCoreApplication::translate("RoutingTable", "All dimensions")
                             : QString::fromUtf8(dimensionTitle(allDimensions[std::size_t(row)]).data()));
        table.setVerticalHeaderItem(row, item);
    }
}

Spread spreadOf(std::vector<double> values)
{
    if (values.empty())
        return {};
    std::ranges::sort(values);
    const auto quantile = [&](double share) {
        const double place = share * double(values.size() - 1);
        const std::size_t below = std::size_t(place);
        const std::size_t above = std::min(below + 1, values.size() - 1);
        return values[below] + (place - double(below)) * (values[above] - values[below]);
    };
    return {int(values.size()), values.front(), quantile(0.25), quantile(0.5), quantile(0.75), values.back()};
}

std::array<PerBranch<Spread>, dimensionCount + 1> routingSpreads(const ReviewData &data,
                                                                 const std::vector<ReviewRow> &rows)
{
    std::array<PerBranch<std::vector<double>>, dimensionCount + 1> weights{};
    for (ReviewRow row : rows)
        if (const auto &alpha = data.result(row).alpha)
            for (Branch branch : allBranches)
                for (std::size_t part : {std::size_t(data.sample(row).dimension), std::size_t(dimensionCount)})
                    weights[part][branch].push_back(double((*alpha)[branch]));
    std::array<PerBranch<Spread>, dimensionCount + 1> spreads{};
    for (std::size_t part = 0; part < spreads.size(); ++part)
        for (Branch branch : allBranches)
            spreads[part][branch] = spreadOf(std::move(weights[part][branch]));
    return spreads;
}

RoutingTable::RoutingTable(QWidget *parent)
    : QTableWidget(int(dimensionCount) + 1, 1 + int(branchCount), parent)
{
    setAccessibleName(tr("Routing weights of the listed answers per dimension"));
    setItemDelegate(new QStyledItemDelegate(this));
    setHorizontalHeaderItem(0, new QTableWidgetItem(tr("n")));
    horizontalHeaderItem(0)->setToolTip(tr("Listed answers that the router weighed the branches for"));
    for (Branch branch : allBranches) {
        const int column = 1 + int(branch);
        setHorizontalHeaderItem(column, new QTableWidgetItem(tr("%1 α").arg(branchLetter(branch))));
        horizontalHeaderItem(column)->setToolTip(
            tr("Router's weight of %1: median and quartiles; below, between 0 and 1, a line from the lowest to the "
               "highest, a box between the quartiles, and a tick at the median")
                .arg(branchTitle(branch)));
        setItemDelegateForColumn(column, new StripDelegate(this));
    }
    labelDimensionRows(*this);
    setWordWrap(false);
    setSelectionMode(QAbstractItemView::SingleSelection);
    horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    horizontalHeader()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
    verticalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
}

void RoutingTable::showRows(const ReviewData &data, const std::vector<ReviewRow> &rows)
{
    m_spreads = routingSpreads(data, rows);
    for (int row = 0; row < rowCount(); ++row) {
        const auto put = [&](int column, const QString &text, const QString &spoken) {
            auto *item = new QTableWidgetItem(text);
            item->setTextAlignment(column == 0 ? Qt::AlignRight | Qt::AlignVCenter : Qt::AlignCenter);
            item->setData(Qt::AccessibleTextRole, spoken);
            item->setToolTip(column == 0 ? QString() : spoken);
            setItem(row, column, item);
        };
        const QString count = QStringLiteral("%L1").arg(spread(row, Branch::Pool).count);
        put(0, count, count);
        for (Branch branch : allBranches) {
            const Spread &of = spread(row, branch);
            put(1 + int(branch),
                of.count == 0
                    ? QStringLiteral("–")
                    : tr("%1 (%2–%3)").arg(weight(of.median), weight(of.lowerQuartile), weight(of.upperQuartile)),
                of.count == 0 ? tr("%1: no answer was routed").arg(branchTitle(branch))
                              : tr("%1: median %2, quartiles %3 and %4, from %5 to %6")
                                    .arg(branchTitle(branch), weight(of.median), weight(of.lowerQuartile),
                                         weight(of.upperQuartile), weight(of.low), weight(of.high)));
        }
    }
}

} // namespace qmop
