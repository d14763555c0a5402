// SPDX-License-Identifier: GPL-3.0-or-later
//
// The runs that hold every word of the filter.
#pragma once

#include "widgets/runs/runs_model.h"

#include <QSortFilterProxyModel>

namespace qmop {

class RunsFilter : public QSortFilterProxyModel {
public:
    RunsFilter(RunsModel *model, QObject *parent)
        : QSortFilterProxyModel(parent)
        , m_model(model)
    {
        setSourceModel(model);
    }
    void setTerms(const QStringList &terms)
    {
        m_terms = terms;
        invalidateFilter();
    }

protected:
    bool filterAcceptsRow(int row, const QModelIndex &) const override
    {
        return m_terms.isEmpty() || m_model->matches(row, m_terms);
    }

private:
    RunsModel *m_model;
    QStringList m_terms;
};

} // namespace qmop
