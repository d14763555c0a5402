// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the failure browser shows: each control narrows it down further.
#pragma once

#include "widgets/review/review_rows.h"

#include <QWidget>

class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QLineEdit;
class QToolButton;

namespace qmop {

class ReviewFilterBar : public QWidget {
    Q_OBJECT

public:
    explicit ReviewFilterBar(QWidget *parent = nullptr);

    // Fills the lists; what was chosen stays where it still exists.
    void setChoices(const ReviewData &data);
    ReviewFilter filter() const;
    void setFilter(const ReviewFilter &filter);

    QComboBox *outcomeBox() const { return m_outcome; }
    QComboBox *dimensionBox() const { return m_dimension; }
    QComboBox *typeBox() const { return m_type; }
    QComboBox *compressorBox() const { return m_compressor; }
    QComboBox *budgetBox() const { return m_budget; }
    QComboBox *tagBox() const { return m_tag; }
    QDoubleSpinBox *keptBox() const { return m_kept; }
    QDoubleSpinBox *entropyBox() const { return m_entropy; }
    QLineEdit *searchEdit() const { return m_search; }
    QToolButton *resetButton() const { return m_reset; }

signals:
    void filterChanged(const qmop::ReviewFilter &filter);

private:
    QComboBox *addBox(const QString &name, const QString &toolTip);
    QDoubleSpinBox *addNumber(const QString &name, const QString &prefix, double lowest, double highest);
    void fill(QComboBox *box, const QString &any, const QList<std::pair<QString, QVariant>> &choices);
    void tell();

    QComboBox *m_outcome;
    QComboBox *m_compressor;
    QComboBox *m_budget;
    QComboBox *m_dimension;
    QComboBox *m_type;
    QDoubleSpinBox *m_kept;
    QDoubleSpinBox *m_entropy;
    QComboBox *m_tag;
    QLineEdit *m_search;
    QToolButton *m_reset;
};

} // namespace qmop
