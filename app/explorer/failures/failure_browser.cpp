// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/failures/failure_browser.h"

#include "app/explorer/failures/bench_dialog.h"
#include "app/explorer/failures/recent_results.h"
#include "core/vtcbench/bench_file.h"
#include "core/vtcbench/suite_file.h"
#include "qmop/atomic_file.h"
#include "qmop/command_line.h"
#include "qmop/error.h"
#include "widgets/review/failures_panel.h"
#include "widgets/review/review_export.h"
#include "widgets/sweep/compressor_boxes.h"

#include <QClipboard>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QMenu>
#include <QPushButton>
#include <QSettings>

namespace qmop {

namespace {

const auto lastResultKey = QStringLiteral("failures/lastResult");

QString text(const std::filesystem::path &path)
{
    return QString::fromStdString(path.string());
}

}

FailureBrowser::FailureBrowser(FailuresPanel *panel, FailureHost host, QObject *parent)
    : QObject(parent)
    , m_panel(panel)
    , m_host(std::move(host))
{
    m_refresh.setSingleShot(true);
    m_refresh.setInterval(500);
    connect(&m_refresh, &QTimer::timeout, this, &FailureBrowser::showAnswers);
    buildRecent();
    connect(panel, &FailuresPanel::openRequested, this, &FailureBrowser::chooseResult);
    connect(panel, &FailuresPanel::benchRequested, this, &FailureBrowser::chooseSuite);
    connect(panel, &FailuresPanel::exportRequested, this, &FailureBrowser::chooseExport);
    connect(panel, &FailuresPanel::stopRequested, this, [this] { m_host.cancel(); });
    connect(panel, &FailuresPanel::sampleActivated, this, &FailureBrowser::openSample);
    connect(panel, &FailuresPanel::editsRequested, this, &FailureBrowser::keepEdits);
    connect(panel, &FailuresPanel::thumbnailWanted, this, [this](const QString &image) {
        if (!m_record)
            return;
        for (const SuiteSample &sample : m_record->samples)
            if (QString::fromStdString(sample.image) == image) {
                if (const QString path = pictureOf(sample.id); !path.isEmpty())
                    m_host.thumbnail(path);
                return;
            }
    });
}

bool FailureBrowser::isResult(const QString &file)
{
    return file.endsWith(QLatin1String(".json"), Qt::CaseInsensitive) && looksLikeBenchFile(file.toStdString());
}

bool FailureBrowser::open(const QString &file)
{
    if (m_bench) {
        m_host.notice(tr("A benchmark is going on."), tr("Stop it before another result is opened."));
        return false;
    }
    try {
        auto record = std::make_shared<BenchRecord>(readBenchFile(file.toStdString()));
        if (record->samples.empty())
            throw Error(ErrorCode::InvalidSuite, file.toStdString() + ": holds scores, but no answers",
                        "write it again with this version's qmop bench --json");
        show(std::move(record), QFileInfo(file).fileName(), file.toStdString());
        if (!m_host.data.empty())
            remember(file);
        return true;
    } catch (const Error &error) {
        tell(error);
        return false;
    }
}

void FailureBrowser::remember(const QString &file)
{
    QSettings().setValue(lastResultKey, QFileInfo(file).absoluteFilePath());
    addRecentResult(file);
    m_panel->recentButton()->setEnabled(true);
}

// Filled when it opens: files come and go.
void FailureBrowser::buildRecent()
{
    auto *menu = new QMenu(m_panel);
    menu->setAccessibleName(tr("Recent results"));
    m_panel->recentButton()->setMenu(menu);
    m_panel->recentButton()->setEnabled(!recentResults().isEmpty());
    connect(menu, &QMenu::aboutToShow, menu, [menu] { fillRecentResults(menu); });
    connect(menu, &QMenu::triggered, this, [this](const QAction *action) {
        if (action->data().isValid()) {
            open(action->data().toString());
            return;
        }
        clearRecentResults();
        m_panel->recentButton()->setEnabled(false);
    });
}

void FailureBrowser::offer(const std::filesystem::path &file, const std::set<std::string> &hashes)
{
    if (m_record || m_bench || !std::filesystem::exists(file))
        return;
    try {
        auto record = std::make_shared<BenchRecord>(readBenchFile(file));
        const bool ofModel = std::ranges::all_of(
            record->methods, [&](const BenchMethod &method) { return hashes.contains(method.modelHash); });
        if (!record->samples.empty() && ofModel)
            show(std::move(record), tr("as shipped"), file);
    } catch (const Error &) {
        // The panel of the suite tells of a damaged file; nobody has asked for this one.
    }
}

void FailureBrowser::show(std::shared_ptr<const BenchRecord> record, const QString &source, std::filesystem::path file)
{
    m_record = std::move(record);
    m_file = std::move(file);
    m_pictures.reset();
    m_panel->setRecord(m_record, source, editsOf(*m_record));
}

SampleEdits FailureBrowser::editsOf(const BenchRecord &record)
{
    const std::string key = record.suite + '\n' + record.version;
    if (const auto known = m_editsOfSuites.find(key); known != m_editsOfSuites.end())
        return known->second;
    try {
        if (!std::exchange(m_notesTried, true) && !m_host.data.empty())
            m_notes = std::make_unique<SampleNotes>(m_host.data / "sample-notes-1.sqlite");
        return m_editsOfSuites[key] = m_notes ? m_notes->of(record.suite, record.version) : SampleEdits();
    } catch (const Error &error) {
        m_notes.reset();
        tell(error);
        return m_editsOfSuites[key];
    }
}

void FailureBrowser::keepEdits(const QString &sample, const RunEdits &edits)
{
    const std::string id = sample.toStdString();
    m_editsOfSuites[m_record->suite + '\n' + m_record->version][id] = edits;
    m_panel->setEdits(id, edits);
    try {
        if (m_notes)
            m_notes->set(m_record->suite, m_record->version, id, edits);
    } catch (const Error &error) {
        tell(error);
    }
}

// Beside the result, among the suites that ship, or where one was found before. The
// suite says where its pictures are: what a result says may be anybody's.
void FailureBrowser::findSuite()
{
    m_pictures.emplace();
    std::vector<std::filesystem::path> folders;
    if (!m_benchFolder.empty())
        folders.push_back(m_benchFolder);
    if (!m_file.empty())
        folders.push_back(m_file.parent_path());
    const QDir shipped(text(m_host.suites));
    for (const QString &name : shipped.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name))
        folders.push_back(shipped.filePath(name).toStdString());
    for (const QString &folder : suiteFolders())
        folders.push_back(folder.toStdString());
    for (const std::filesystem::path &folder : folders) {
        if (!QFileInfo::exists(text(folder / "suite.json")))
            continue;
        try {
            const Suite suite = loadSuite(folder);
            if (suite.name != m_record->suite || suite.version != m_record->version)
                continue;
            for (const SuiteSample &sample : suite.samples)
                m_pictures->emplace(sample.id,
                                    text(std::filesystem::absolute(folder / sample.image).lexically_normal()));
            return;
        } catch (const Error &) {
            // Not this one.
        }
    }
}

QString FailureBrowser::pictureOf(const std::string &sampleId)
{
    if (!m_pictures)
        findSuite();
    const auto found = m_pictures->find(sampleId);
    return found == m_pictures->end() ? QString() : found->second;
}

void FailureBrowser::openSample(ReviewRow row)
{
    if (m_running) {
        m_host.notice(tr("A run is going on."), tr("Esc cancels it; then open the sample again."));
        return;
    }
    const SuiteSample &sample = m_record->samples[std::size_t(row.sample)];
    const QString picture = pictureOf(sample.id);
    if (picture.isEmpty()) {
        m_host.notice(tr("The pictures of %1, version %2, are not here.")
                          .arg(QString::fromStdString(m_record->suite), QString::fromStdString(m_record->version)),
                      tr("Put the result beside the suite's suite.json and open it again."));
        return;
    }
    m_host.open(picture, QString::fromStdString(sample.question), m_record->methods[std::size_t(row.method)].point);
}

bool FailureBrowser::step(int by)
{
    return m_panel->isVisible() && m_record && m_panel->step(by);
}

void FailureBrowser::setThumbnail(const QString &path, const QImage &thumbnail)
{
    if (!m_record || !m_pictures)
        return;
    for (const SuiteSample &sample : m_record->samples)
        if (const auto found = m_pictures->find(sample.id); found != m_pictures->end() && found->second == path) {
            m_panel->setThumbnail(QString::fromStdString(sample.image), thumbnail);
            return;
        }
}

void FailureBrowser::chooseResult()
{
    const QString file = QFileDialog::getOpenFileName(m_panel, tr("Open a benchmark result"),
                                                      QSettings().value(lastResultKey).toString(),
                                                      tr("Benchmark results (*.json);;All files (*)"));
    if (!file.isEmpty())
        open(file);
}

void FailureBrowser::chooseExport()
{
    const QString file = QFileDialog::getSaveFileName(m_panel, tr("Export the listed answers"),
                                                      QString::fromStdString(m_record ? m_record->suite : "") + ".csv",
                                                      tr("Tables (*.csv);;JSON (*.json);;Markdown (*.md)"));
    if (!file.isEmpty())
        exportTo(file);
}

bool FailureBrowser::exportTo(const QString &file)
{
    if (!m_record)
        return false;
    try {
        const ReviewModel &model = *m_panel->model();
        writeFileAtomically(file.toStdString(),
                            reviewText(model.data(), model.rows(), reviewFormat(file)).toStdString());
        return true;
    } catch (const Error &error) {
        tell(error);
        return false;
    }
}

void FailureBrowser::chooseSuite()
{
    if (!m_model || m_running)
        return;
    auto *dialog = new BenchDialog(m_host.suites, suiteFolders(), m_model->budgets, m_panel);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &BenchDialog::chosen, this, &FailureBrowser::startBench);
    connect(dialog, &BenchDialog::commandWanted, this, [this, dialog] {
        QGuiApplication::clipboard()->setText(
            QString::fromStdString(suiteCommandLine({"bench", dialog->suite().string(), "--json"}, m_host.request(),
                                                    dialog->compressors()->chosen(), dialog->budgets())));
    });
    dialog->open();
}

} // namespace qmop
