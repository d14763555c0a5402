// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/figures/report_dialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStandardPaths>

#include <map>

namespace qmop {

namespace {

bool isReport(const QString &file)
{
    for (const char *ending : {".html", ".md", ".csv", ".tex"})
        if (file.endsWith(QLatin1String(ending)))
            return true;
    return false;
}

}

ReportDialog::ReportDialog(std::vector<RunHeadline> runs, QWidget *parent)
    : QDialog(parent)
    , m_tag(new QComboBox(this))
    , m_file(new QLineEdit(this))
    , m_strip(new QCheckBox(tr("Leave out paths and names"), this))
{
    setWindowTitle(tr("Case report"));
    std::map<QString, int> tags;
    for (const RunHeadline &run : runs)
        for (const std::string &tag : run.edits.tags)
            ++tags[QString::fromStdString(tag)];
    m_tag->addItem(tr("All listed runs (%1)").arg(runs.size()), QString());
    for (const auto &[tag, count] : tags)
        m_tag->addItem(QStringLiteral("#%1 (%2)").arg(tag).arg(count), tag);
    m_tag->setCurrentIndex(m_tag->count() > 1 ? 1 : 0); // what was tagged was meant for this
    m_tag->setAccessibleName(tr("Runs of the report"));
    const QDir documents(QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation));
    m_file->setText((documents.exists() ? documents : QDir::home()).filePath(QStringLiteral("report.html")));
    m_file->setAccessibleName(tr("File of the report"));
    m_file->setMinimumWidth(fontMetrics().averageCharWidth() * 48);
    m_strip->setToolTip(tr("No names of pictures, no folders; the pictures inside are made of their pixels alone. "
                           "Questions, answers and notes stay."));
    auto *choose = new QPushButton(tr("Choose…"), this);
    choose->setAccessibleName(tr("Choose the file"));
    choose->setAutoDefault(false);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Save | QDialogButtonBox::Cancel, this);
    m_save = buttons->button(QDialogButtonBox::Save);
    m_copy = buttons->addButton(tr("Copy as command"), QDialogButtonBox::ActionRole);
    m_copy->setAccessibleName(tr("Copy the report as command"));
    m_copy->setAutoDefault(false);
    connect(m_copy, &QPushButton::clicked, this, &ReportDialog::commandWanted);
    auto *fileRow = new QHBoxLayout;
    fileRow->addWidget(m_file, 1);
    fileRow->addWidget(choose);
    auto *form = new QFormLayout(this);
    form->addRow(tr("Runs"), m_tag);
    form->addRow(tr("File"), fileRow);
    auto *formats
        = new QLabel(tr("HTML is one file with its figures; Markdown (.md) has them in a folder beside it; CSV and "
                        "LaTeX (.tex) are the table of runs. Each figure can be dropped on this window."),
                     this);
    formats->setWordWrap(true);
    form->addRow(formats);
    form->addRow(m_strip);
    form->addRow(buttons);
    connect(choose, &QPushButton::clicked, this, &ReportDialog::chooseFile);
    connect(m_file, &QLineEdit::textChanged, this, &ReportDialog::refresh);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    refresh();
}

QString ReportDialog::tag() const
{
    return m_tag->currentData().toString();
}

QString ReportDialog::file() const
{
    return m_file->text().trimmed();
}

bool ReportDialog::stripNames() const
{
    return m_strip->isChecked();
}

void ReportDialog::setCommandObstacle(const QString &obstacle)
{
    m_commandObstacle = obstacle;
    refresh();
}

void ReportDialog::chooseFile()
{
    const QString file = QFileDialog::getSaveFileName(this, tr("Save a report"), m_file->text(),
                                                      tr("Reports (*.html *.md *.csv *.tex)"));
    if (!file.isEmpty())
        m_file->setText(isReport(file) ? file : file + QStringLiteral(".html"));
}

void ReportDialog::refresh()
{
    m_save->setEnabled(isReport(file()));
    const QString nameObstacle
        = isReport(file()) ? QString() : tr("Choose a name that ends in .html, .md, .csv or .tex");
    m_save->setToolTip(nameObstacle);
    const QString obstacle = m_commandObstacle.isEmpty() ? nameObstacle : m_commandObstacle;
    m_copy->setEnabled(obstacle.isEmpty());
    m_copy->setToolTip(obstacle.isEmpty() ? tr("The qmop report that writes the same file") : obstacle);
}

} // namespace qmop
