// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/failures/bench_dialog.h"

#include "core/vtcbench/runner.h"
#include "widgets/sweep/compressor_boxes.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace qmop {

BenchDialog::BenchDialog(const std::filesystem::path &shipped, const QStringList &others,
                         const std::vector<int> &budgets, QWidget *parent)
    : QDialog(parent)
    , m_suite(new QComboBox(this))
    , m_compressors(new CompressorBoxes({"none", "qmop"}, this))
    , m_count(new QLabel(this))
{
    setWindowTitle(tr("Benchmark a suite"));
    m_suite->setAccessibleName(tr("Suite"));
    const QDir folder(QString::fromStdString(shipped.string()));
    for (const QString &name : folder.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name))
        addSuite(folder.filePath(name));
    for (const QString &other : others)
        addSuite(other);
    auto *choose = new QPushButton(tr("Other…"), this);
    choose->setAccessibleName(tr("Choose another suite"));
    choose->setToolTip(tr("A suite.json, also one of your own"));
    auto *suites = new QHBoxLayout;
    suites->addWidget(m_suite, 1);
    suites->addWidget(choose);
    auto *budgetRow = new QHBoxLayout;
    for (int budget : budgets) {
        auto *box = new QCheckBox(tr("%1 tokens").arg(budget), this);
        box->setObjectName(QString::number(budget));
        box->setChecked(budget == budgets.back());
        budgetRow->addWidget(box);
        m_budgets.push_back(box);
    }
    budgetRow->addStretch(1);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_start = buttons->addButton(tr("Start"), QDialogButtonBox::AcceptRole);
    m_copy = buttons->addButton(tr("Copy as command"), QDialogButtonBox::ActionRole);
    m_copy->setAccessibleName(tr("Copy the benchmark as command"));
    m_copy->setAutoDefault(false);
    connect(m_copy, &QPushButton::clicked, this, &BenchDialog::commandWanted);
    auto *form = new QFormLayout(this);
    form->setRowWrapPolicy(QFormLayout::WrapLongRows);
    form->addRow(tr("Suite"), suites);
    form->addRow(tr("Compressors"), m_compressors);
    form->addRow(tr("Budgets"), budgetRow);
    form->addRow(m_count);
    form->addRow(buttons);
    connect(choose, &QPushButton::clicked, this, &BenchDialog::chooseFile);
    connect(m_compressors, &CompressorBoxes::changed, this, &BenchDialog::showCount);
    for (QCheckBox *box : m_budgets)
        connect(box, &QCheckBox::toggled, this, &BenchDialog::showCount);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(buttons, &QDialogButtonBox::accepted, this, [this] {
        const std::filesystem::path asked = suite();
        const std::vector<BenchPoint> under = points();
        accept();
        emit chosen(asked, under);
    });
    showCount();
}

void BenchDialog::addSuite(const QString &folder)
{
    if (!QFileInfo::exists(folder + QStringLiteral("/suite.json")))
        return;
    int place = m_suite->findData(folder);
    if (place < 0) {
        m_suite->addItem(QFileInfo(folder).fileName(), folder);
        place = m_suite->count() - 1;
        m_suite->setItemData(place, folder, Qt::ToolTipRole);
    }
    m_suite->setCurrentIndex(m_suite->count() == 1 ? 0 : m_suite->currentIndex());
}

void BenchDialog::chooseFile()
{
    const QString file = QFileDialog::getOpenFileName(this, tr("Choose a suite"), {}, tr("Suites (suite.json *.json)"));
    if (file.isEmpty())
        return;
    const QString folder = QFileInfo(file).path();
    addSuite(folder);
    m_suite->setCurrentIndex(std::max(0, m_suite->findData(folder)));
    showCount();
}

std::filesystem::path BenchDialog::suite() const
{
    return m_suite->currentData().toString().toStdString();
}

std::vector<int> BenchDialog::budgets() const
{
    std::vector<int> budgets;
    for (const QCheckBox *box : m_budgets)
        if (box->isChecked())
            budgets.push_back(box->objectName().toInt());
    return budgets;
}

std::vector<BenchPoint> BenchDialog::points() const
{
    return benchPoints(m_compressors->chosen(), budgets());
}

void BenchDialog::showCount()
{
    const std::vector<BenchPoint> asked = points();
    m_start->setEnabled(!asked.empty() && m_suite->count() > 0);
    QStringList names;
    for (const BenchPoint &point : asked)
        names << QString::fromStdString(methodName(point));
    m_count->setText(asked.empty() ? tr("Choose a compressor, and a budget for it.")
                                   : tr("Every question is asked %n time(s): %1.", nullptr, int(asked.size()))
                                         .arg(names.join(QStringLiteral(", "))));
    m_start->setToolTip(m_start->isEnabled() ? QString() : m_count->text());
    m_copy->setEnabled(m_start->isEnabled());
    m_copy->setToolTip(m_start->isEnabled() ? tr("The same as “qmop bench”, for a terminal") : m_count->text());
}

} // namespace qmop
