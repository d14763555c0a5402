// SPDX-License-Identifier: GPL-3.0-or-later
//
// How the router weighed the branches over many answers, per dimension.
#pragma once

#include "widgets/review/review_rows.h"

#include <QTableWidget>

#include <vector>

namespace qmop {

// Names the rows GU … LD and, last, all of them.
void labelDimensionRows(QTableWidget &table);

// Of some numbers: smallest, quartiles, largest. Quantiles lie between two numbers
// where they must (Hyndman and Fan 1996, definition 7: that of NumPy and R).
struct Spread {
    int count = 0; // 0: the others say nothing
    double low = 0;
    double lowerQuartile = 0;
    double median = 0;
    double upperQuartile = 0;
    double high = 0;
};
Spread spreadOf(std::vector<double> values);

// Of the raw weights α of the rows that have them; per dimension and, last, of all.
std::array<PerBranch<Spread>, dimensionCount + 1> routingSpreads(const ReviewData &data,
                                                                 const std::vector<ReviewRow> &rows);

// A row per dimension: how many answers were routed, and per branch median and
// quartiles of α, above a box of them between 0 and 1.
class RoutingTable : public QTableWidget {
    Q_OBJECT

public:
    explicit RoutingTable(QWidget *parent = nullptr);

    void showRows(const ReviewData &data, const std::vector<ReviewRow> &rows);
    const Spread &spread(int row, Branch branch) const { return m_spreads[std::size_t(row)][branch]; }

private:
    std::array<PerBranch<Spread>, dimensionCount + 1> m_spreads{};
};

} // namespace qmop
