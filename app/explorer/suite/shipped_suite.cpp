// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/suite/shipped_suite.h"

#include "core/vtcbench/scorer.h"
#include "core/vtcbench/suite_file.h"
#include "qmop/method_text.h"
#include "qmop/run_trace.h"
#include "widgets/bench/bench_panel.h"

#include <QCoreApplication>
#include <QDir>

namespace qmop {

ShippedSuite::ShippedSuite(BenchPanel *page)
    : m_page(page)
{
}

void ShippedSuite::load(const std::filesystem::path &suites)
{
    const QDir folders(QString::fromStdString(suites.string()));
    for (const QString &name : folders.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name)) {
        if (!QFileInfo::exists(folders.filePath(name + QStringLiteral("/suite.json"))))
            continue;
        m_folder = folders.filePath(name).toStdString();
        m_suite = std::make_shared<Suite>(loadSuite(m_folder));
        m_page->setSuite(m_suite);
        m_measured = readBenchResults(m_folder / "results.json", *m_suite);
        return;
    }
}

void ShippedSuite::showScores(const std::set<std::string> &modelHashes)
{
    std::vector<BenchRow> rows;
    for (const MeasuredRow &measured : m_measured)
        if (modelHashes.contains(measured.modelHash))
            rows.push_back(measured.row);
    const QString note = rows.empty() && !m_measured.empty()
        ? QCoreApplication::translate(
            "ShippedSuite", "The scores of this suite were not measured on this model. “qmop bench” measures it.")
        : QString();
    m_page->setResults(std::move(rows), note);
}

void ShippedSuite::hideScores()
{
    m_page->setResults({});
}

std::filesystem::path ShippedSuite::results() const
{
    return m_measured.empty() ? std::filesystem::path() : m_folder / "results.json";
}

QString ShippedSuite::nameOf(const ImageSource &picture) const
{
    if (!m_suite || !picture.bytes.empty())
        return {};
    const std::filesystem::path folder = std::filesystem::absolute(m_folder);
    for (const SuiteSample &sample : m_suite->samples)
        if ((folder / sample.image).lexically_normal() == picture.path)
            return QString::fromStdString(sample.image);
    return {};
}

ImageSource ShippedSuite::picture(const QString &name) const
{
    return {m_folder / name.toStdString(), {}};
}

QStringList ShippedSuite::questions(const QString &name) const
{
    QStringList questions;
    if (m_suite && !name.isEmpty())
        for (const SuiteSample &sample : m_suite->samples)
            if (QString::fromStdString(sample.image) == name)
                questions << QString::fromStdString(sample.question);
    return questions;
}

void ShippedSuite::note(const RunTrace &trace, const ImageSource &picture)
{
    const std::string image = nameOf(picture).toStdString();
    if (!m_suite || image.empty())
        return;
    for (const SuiteSample &sample : m_suite->samples) {
        if (sample.image != image || sample.question != trace.request.question)
            continue;
        const auto add = [&](const QString &method, const std::string &answer) {
            m_page->addAnswer(
                QString::fromStdString(sample.id),
                {method, QString::fromStdString(answer).trimmed(), scoreSample(m_suite->scorer, answer, sample)});
        };
        add(QString::fromStdString(shownMethod(trace.request).text()), trace.answer.text);
        if (trace.uncompressed && trace.request.compressor != "none")
            add(QStringLiteral("none"), trace.uncompressed->text);
    }
}

} // namespace qmop
