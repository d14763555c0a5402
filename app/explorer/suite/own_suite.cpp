// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/suite/own_suite.h"

#include "core/image/picture_file.h"
#include "qmop/error.h"
#include "widgets/bench/bench_panel.h"
#include "widgets/bench/own_suite_panel.h"
#include "widgets/bench/question_form.h"

#include <QDir>
#include <QFileDialog>
#include <QPointer>
#include <QStackedWidget>
#include <QTabBar>
#include <QUndoStack>
#include <QVBoxLayout>

#include <fstream>
#include <iterator>
#include <utility>

namespace qmop {

namespace {

// The edit has been made when this is pushed.
class SuiteEdit : public QUndoCommand {
public:
    SuiteEdit(const QString &text, std::shared_ptr<SuiteEditor> editor,
              std::function<bool(std::function<void()>)> attempt)
        : QUndoCommand(text)
        , m_editor(std::move(editor))
        , m_attempt(std::move(attempt))
    {
    }
    void undo() override
    {
        if (!m_attempt([this] { m_editor->undo(); }))
            setObsolete(true);
    }
    void redo() override
    {
        if (std::exchange(m_first, false))
            return;
        if (!m_attempt([this] { m_editor->redo(); }))
            setObsolete(true);
    }

private:
    std::shared_ptr<SuiteEditor> m_editor;
    std::function<bool(std::function<void()>)> m_attempt;
    bool m_first = true;
};

std::vector<std::uint8_t> bytesOf(const ImageSource &source)
{
    if (!source.bytes.empty())
        return source.bytes;
    std::ifstream file(source.path, std::ios::binary);
    std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(file), {}};
    if (bytes.empty())
        throw Error(ErrorCode::ImageUnreadable, source.path.string() + ": cannot be read any more",
                    "open the picture again");
    return bytes;
}

}

OwnSuite::OwnSuite(BenchPanel *shipped, OwnSuiteHost host, Selection *selection, QWidget *parent)
    : QObject(parent)
    , m_host(std::move(host))
    , m_shipped(shipped)
    , m_pages(new QWidget(parent))
    , m_tabs(new QTabBar(m_pages))
    , m_stack(new QStackedWidget(m_pages))
    , m_panel(new OwnSuitePanel(m_stack))
{
    m_tabs->addTab(tr("Shipped suite"));
    m_tabs->addTab(tr("My questions"));
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_tabs->setAccessibleName(tr("Suite"));
    m_stack->addWidget(shipped);
    m_stack->addWidget(m_panel);
    auto *layout = new QVBoxLayout(m_pages);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_tabs);
    layout->addWidget(m_stack, 1);
    connect(m_tabs, &QTabBar::currentChanged, m_stack, &QStackedWidget::setCurrentIndex);
    m_panel->bench()->setSelection(selection);
    m_problem = tr("No suite is open. “More” opens one.");
    connectPanel();
    refresh();
}

// With the first suite: the window's start does not wait for it.
void OwnSuite::openMemory()
{
    if (std::exchange(m_memoryTried, true) || m_host.data.empty())
        return;
    try {
        m_memory = std::make_unique<AnswerMemory>(m_host.data / "answers-1.sqlite");
    } catch (const Error &error) {
        m_host.fail({error.code(), error.what(), error.hint()});
    }
}

OwnSuite::~OwnSuite() = default;

BenchPanel *OwnSuite::shownPage() const
{
    return m_tabs->currentIndex() == 0 ? m_shipped : m_panel->bench();
}

void OwnSuite::connectPanel()
{
    connect(m_panel, &OwnSuitePanel::addRequested, this, [this] { showForm({}); });
    connect(m_panel, &OwnSuitePanel::editRequested, this, &OwnSuite::showForm);
    connect(m_panel, &OwnSuitePanel::removeRequested, this, [this](const QString &id) {
        edit(tr("delete a question"), [this, id] { m_editor->remove(id.toStdString()); });
    });
    connect(m_panel, &OwnSuitePanel::scoreRequested, this, &OwnSuite::startScoring);
    connect(m_panel, &OwnSuitePanel::stopRequested, this, [this] { m_host.cancel(); });
    connect(m_panel, &OwnSuitePanel::commandWanted, this, &OwnSuite::copyCommand);
    const QString pattern = tr("Suites (*.json)");
    connect(m_panel, &OwnSuitePanel::importRequested, this, [this, pattern] {
        if (const QString file = QFileDialog::getOpenFileName(m_panel, tr("Import a suite"), {}, pattern);
            !file.isEmpty())
            importFrom(file.toStdString());
    });
    connect(m_panel, &OwnSuitePanel::exportRequested, this, [this] {
        if (const QString folder = QFileDialog::getExistingDirectory(m_panel, tr("Export into a folder"));
            !folder.isEmpty())
            exportTo(folder.toStdString());
    });
    connect(m_panel, &OwnSuitePanel::otherSuiteRequested, this, [this, pattern] {
        if (const QString file = QFileDialog::getSaveFileName(m_panel, tr("Suite to use; a new name begins one"), {},
                                                              pattern, nullptr, QFileDialog::DontConfirmOverwrite);
            !file.isEmpty())
            open(QString(file.endsWith(QLatin1String(".json")) ? file : file + QStringLiteral(".json")).toStdString());
    });
    connect(m_panel->bench(), &BenchPanel::questionChosen, this, &OwnSuite::questionChosen);
    connect(m_panel->bench(), &BenchPanel::pictureChosen, this, [this](const QString &image) {
        emit pictureChosen({m_editor->folder() / image.toStdString(), {}});
    });
}

// What a person can cause is said; nothing has changed then.
bool OwnSuite::attempt(const std::function<void()> &action)
{
    bool done = true;
    const auto version = [this] { return m_editor ? m_editor->suite().version : std::string(); };
    const std::string before = version();
    try {
        action();
        recall(); // a question may have been asked before it was added
    } catch (const Error &error) {
        m_host.fail({error.code(), error.what(), error.hint()});
        done = false;
    }
    if (version() != before)
        forgetProgress();
    refresh();
    return done;
}

void OwnSuite::edit(const QString &text, const std::function<void()> &action)
{
    // The undo stack may outlive this.
    const auto again
        = [self = QPointer(this)](const std::function<void()> &step) { return self && self->attempt(step); };
    if (attempt(action))
        m_host.undoStack()->push(new SuiteEdit(text, m_editor, again));
}

void OwnSuite::open(const std::filesystem::path &path)
{
    openMemory();
    stop();
    forgetProgress();
    m_answers.clear();
    m_editor.reset();
    try {
        m_editor = std::make_shared<SuiteEditor>(path);
        m_problem.clear();
    } catch (const Error &error) {
        m_problem = QString::fromStdString(std::string(error.what()) + " (" + error.hint() + ")");
        m_host.fail({error.code(), error.what(), error.hint()});
    }
    recall();
    refresh();
}

void OwnSuite::setModel(const std::optional<ModelFolder> &model)
{
    m_model = model;
    forgetProgress();
    m_answers.clear(); // another model's
    m_panel->setMethods({"blind", "none", "qmop", "pool", "resample", "prune", "avgpool", "cls-prune"},
                        model ? model->budgets : std::vector<int>());
    refresh();
}

std::string OwnSuite::imageShown() const
{
    return m_editor ? m_editor->imageOf(m_sha256) : std::string();
}

void OwnSuite::setPicture(const ImageSource &source, const std::string &sha256, bool inShipped)
{
    m_source = source;
    m_sha256 = sha256;
    refresh();
    // The page that knows the picture comes up.
    if (const bool own = !imageShown().empty(); own != inShipped)
        m_tabs->setCurrentIndex(own ? 1 : 0);
}

QStringList OwnSuite::questions() const
{
    QStringList questions;
    if (m_editor)
        for (const std::string &id : m_editor->questionsOn(m_sha256))
            questions << QString::fromStdString(m_editor->find(id)->question);
    return questions;
}

void OwnSuite::refresh()
{
    BenchPanel *bench = m_panel->bench();
    const QString chosen = bench->currentSample();
    if (!m_editor) {
        bench->setSuite(nullptr);
        bench->setHint(m_problem);
    } else {
        bench->setSuite(std::make_shared<Suite>(m_editor->suite()));
        bench->setHint(m_sha256.empty() ? tr("Open a picture, then add questions about it.")
                                        : tr("No question of yours about this picture yet. “Add…” adds one; every "
                                             "run that asks it is then scored."));
        bench->setPicture(QString::fromStdString(imageShown()));
        if (const auto trace = m_host.shownTrace())
            note(*trace);
        showScores();
        bench->setCurrentSample(chosen);
    }
    updateState();
}

void OwnSuite::updateState()
{
    const QString busy = m_host.busy();
    m_panel->setObstacles(!m_editor              ? m_problem
                              : m_sha256.empty() ? tr("Open a picture first")
                                                 : QString(),
                          !m_editor                               ? m_problem
                              : m_editor->suite().samples.empty() ? tr("Add a question first")
                              : !m_model                          ? tr("Choose a model first")
                              : isScoring()                       ? QString()
                                                                  : busy);
    m_panel->setScoring(isScoring());
}

void OwnSuite::showForm(const QString &id)
{
    if (!m_editor || m_form)
        return;
    m_formId = id;
    m_form = new QuestionForm(m_panel->window());
    m_form->setAttribute(Qt::WA_DeleteOnClose);
    SuiteSample draft;
    if (const SuiteSample *known = m_editor->find(id.toStdString()))
        draft = *known;
    else
        draft.question = m_host.request().question;
    m_form->setSample(draft);
    connect(m_form, &QDialog::accepted, this, &OwnSuite::saveForm);
    connect(m_form, &QObject::destroyed, this, [this] { m_form = nullptr; });
    m_form->open();
}

void OwnSuite::saveForm()
{
    const SuiteSample said = m_form->sample();
    const QuestionDraft draft{said.question, said.answers, said.dimension, said.questionType};
    if (!m_formId.isEmpty()) {
        edit(tr("edit a question"), [&] { m_editor->change(m_formId.toStdString(), draft); });
        return;
    }
    edit(tr("add a question"), [&] {
        const std::vector<std::uint8_t> bytes = bytesOf(m_source);
        const auto format = sniffFormat(bytes);
        m_editor->add(draft, bytes, format ? formatExtension(*format) : "");
    });
}

void OwnSuite::importFrom(const std::filesystem::path &path)
{
    if (!m_editor)
        return;
    edit(tr("import questions"), [&] {
        const MergeReport report = m_editor->merge(path);
        QString what = tr("%1: %2 questions added, %3 were there already.")
                           .arg(QString::fromStdString(path.string()))
                           .arg(report.added)
                           .arg(report.known);
        if (!report.renamed.empty())
            what += tr(" %1 have another id now.").arg(report.renamed.size());
        m_host.tell(what,
                    report.disputed.empty() ? QString()
                                            : tr("%1 ask what you asked, with other answers; they stand beside yours.")
                                                  .arg(report.disputed.size()));
    });
}

void OwnSuite::exportTo(const std::filesystem::path &folder)
{
    if (m_editor && attempt([&] { m_editor->exportTo(folder); }))
        m_host.tell(tr("The suite and its pictures are in %1.").arg(QString::fromStdString(folder.string())), {});
}

} // namespace qmop
