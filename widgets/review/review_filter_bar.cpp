// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/review/review_filter_bar.h"

#include "widgets/theme/flow_layout.h"
#include "widgets/theme/theme.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QToolButton>

namespace qmop {

namespace {

// As wide as what is chosen; the list itself shows its longest entry. A box counts
// in the width of an X; most letters are narrower.
void fitChoice(QComboBox *box)
{
    box->setMinimumContentsLength(int(box->currentText().size()) * 3 / 4 + 1);
}

void choose(QComboBox *box, const QVariant &value)
{
    box->setCurrentIndex(std::max(0, box->findData(value)));
}

}

ReviewFilterBar::ReviewFilterBar(QWidget *parent)
    : QWidget(parent)
{
    auto *layout = new FlowLayout(this);
    layout->setContentsMargins(metrics::gap, 2, metrics::gap, 2);
    layout->setSpacing(4);
    m_outcome = addBox(tr("Outcome"), tr("Right or wrong, compressed and with all visual tokens"));
    for (Outcome outcome : allOutcomes)
        m_outcome->addItem(outcomeTitle(outcome), int(outcome));
    m_compressor = addBox(tr("Compressor"), tr("Which compressor answered"));
    m_budget = addBox(tr("Budget"), tr("With how many visual tokens"));
    m_dimension = addBox(tr("Dimension"), tr("Dimension of the question"));
    m_type = addBox(tr("Question type"), tr("Type of the question"));
    m_kept = addNumber(tr("Patches kept below, percent"), tr("kept < "), 0, 100);
    m_kept->setSuffix(QStringLiteral(" %"));
    m_kept->setSpecialValueText(tr("kept: any"));
    m_entropy = addNumber(tr("Router entropy above, nat"), tr("entropy > "), -0.05, 1.10);
    m_entropy->setSingleStep(0.05);
    m_entropy->setSpecialValueText(tr("entropy: any"));
    m_tag = addBox(tr("Tag"), tr("A tag that was given to the sample"));
    m_search = new QLineEdit(this);
    m_search->setPlaceholderText(tr("Search"));
    m_search->setAccessibleName(tr("Search in samples"));
    m_search->setToolTip(tr("Words in id, question, answers, tags and notes"));
    m_search->setClearButtonEnabled(true);
    m_reset = new QToolButton(this);
    m_reset->setText(tr("All"));
    m_reset->setToolTip(tr("Show all answers again"));
    m_reset->setAccessibleName(tr("Show all answers again"));
    m_reset->setFocusPolicy(Qt::StrongFocus);
    for (QWidget *widget : {static_cast<QWidget *>(m_search), static_cast<QWidget *>(m_reset)})
        layout->addWidget(widget);
    for (QComboBox *box : {m_outcome, m_compressor, m_budget, m_dimension, m_type, m_tag})
        connect(box, &QComboBox::currentIndexChanged, this, &ReviewFilterBar::tell);
    for (QDoubleSpinBox *box : {m_kept, m_entropy})
        connect(box, &QDoubleSpinBox::valueChanged, this, &ReviewFilterBar::tell);
    connect(m_search, &QLineEdit::textChanged, this, &ReviewFilterBar::tell);
    connect(m_reset, &QToolButton::clicked, this, [this] { setFilter({}); });
    setChoices({});
}

QComboBox *ReviewFilterBar::addBox(const QString &name, const QString &toolTip)
{
    auto *box = new QComboBox(this);
    box->setAccessibleName(name);
    box->setToolTip(toolTip);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    connect(box, &QComboBox::currentIndexChanged, this, [box] { fitChoice(box); });
    layout()->addWidget(box);
    return box;
}

QDoubleSpinBox *ReviewFilterBar::addNumber(const QString &name, const QString &prefix, double lowest, double highest)
{
    auto *box = new QDoubleSpinBox(this);
    box->setAccessibleName(name);
    box->setToolTip(name);
    box->setPrefix(prefix);
    box->setRange(lowest, highest);
    box->setValue(lowest);
    box->setDecimals(lowest < 0 ? 2 : 0);
    box->setKeyboardTracking(false);
    layout()->addWidget(box);
    return box;
}

void ReviewFilterBar::fill(QComboBox *box, const QString &any, const QList<std::pair<QString, QVariant>> &choices)
{
    const QSignalBlocker quiet(box);
    const QVariant before = box->currentData();
    box->clear();
    box->addItem(any, QVariant());
    for (const auto &[title, value] : choices)
        box->addItem(title, value);
    if (before.isValid())
        choose(box, before);
    fitChoice(box);
}

void ReviewFilterBar::setChoices(const ReviewData &data)
{
    using Choices = QList<std::pair<QString, QVariant>>;
    const auto texts = [](const QStringList &list) {
        Choices choices;
        for (const QString &text : list)
            choices.append({text, text});
        return choices;
    };
    Choices budgets, dimensions;
    for (int budget : data.budgets())
        budgets.append({tr("%1 tokens").arg(budget), budget});
    for (Dimension dimension : allDimensions)
        dimensions.append({QStringLiteral("%1 %2").arg(QString::fromUtf8(dimensionKey(dimension).data()),
                                                       QString::fromUtf8(dimensionTitle(dimension).data())),
                           int(dimension)});
    const ReviewFilter before = filter();
    fill(m_compressor, tr("All compressors"), texts(data.compressors()));
    fill(m_budget, tr("All budgets"), budgets);
    fill(m_dimension, tr("All dimensions"), dimensions);
    fill(m_type, tr("All types"), texts(data.questionTypes()));
    fill(m_tag, tr("All tags"), texts(data.allTags()));
    if (filter() != before)
        tell();
}

ReviewFilter ReviewFilterBar::filter() const
{
    ReviewFilter filter;
    filter.outcome = Outcome(m_outcome->currentData().toInt());
    filter.compressor = m_compressor->currentData().toString().toStdString();
    filter.budget = m_budget->currentData().toInt();
    if (const QVariant dimension = m_dimension->currentData(); dimension.isValid())
        filter.dimension = Dimension(dimension.toInt());
    filter.questionType = m_type->currentData().toString().toStdString();
    if (m_kept->value() > m_kept->minimum())
        filter.keptBelow = m_kept->value() / 100;
    if (m_entropy->value() > m_entropy->minimum())
        filter.entropyAbove = m_entropy->value();
    filter.tag = m_tag->currentData().toString();
    filter.text = m_search->text().simplified();
    return filter;
}

void ReviewFilterBar::setFilter(const ReviewFilter &filter)
{
    {
        const QSignalBlocker quiet(this);
        const auto any = [](const auto &value, bool set) { return set ? QVariant(value) : QVariant(); };
        choose(m_outcome, int(filter.outcome));
        choose(m_compressor, any(QString::fromStdString(filter.compressor), !filter.compressor.empty()));
        choose(m_budget, any(filter.budget, filter.budget > 0));
        choose(m_dimension, filter.dimension ? QVariant(int(*filter.dimension)) : QVariant());
        choose(m_type, any(QString::fromStdString(filter.questionType), !filter.questionType.empty()));
        choose(m_tag, any(filter.tag, !filter.tag.isEmpty()));
        m_kept->setValue(filter.keptBelow ? *filter.keptBelow * 100 : m_kept->minimum());
        m_entropy->setValue(filter.entropyAbove.value_or(m_entropy->minimum()));
        m_search->setText(filter.text);
    }
    tell();
}

void ReviewFilterBar::tell()
{
    emit filterChanged(filter());
}

} // namespace qmop
