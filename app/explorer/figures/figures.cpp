// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/figures/figures.h"

#include "core/figure/recipe_carriers.h"
#include "qmop/command_line.h"
#include "qmop/error.h"
#include "widgets/figure/figure_dialog.h"
#include "widgets/figure/figure_view.h"
#include "widgets/image/image_view.h"
#include "widgets/selection/selection.h"

#include <QCheckBox>
#include <QClipboard>
#include <QDir>
#include <QFileInfo>
#include <QGuiApplication>
#include <QStandardPaths>

namespace qmop {

namespace {

// Beside the figure saved last in this window, else among the person's pictures.
QString proposedFile(const QString &last)
{
    const QString folder
        = last.isEmpty() ? QStandardPaths::writableLocation(QStandardPaths::PicturesLocation) : QFileInfo(last).path();
    const QString suffix = last.isEmpty() ? QStringLiteral("png") : QFileInfo(last).suffix();
    const QDir where(QDir(folder).exists() ? folder : QDir::homePath());
    for (int number = 1;; ++number) {
        const QString file = where.filePath(QStringLiteral("figure-%1.%2").arg(number).arg(suffix));
        if (!QFileInfo::exists(file))
            return file;
    }
}

constexpr char lastFileProperty[] = "qmopLastFigure";

}

Figures::Figures(Selection *selection, ImageView *view, FigureHost host, QWidget *window)
    : QObject(window)
    , m_selection(selection)
    , m_view(view)
    , m_host(std::move(host))
    , m_window(window)
{
}

FigureView Figures::shownView() const
{
    FigureView view;
    view.overlay = overlayKey(m_selection->overlay());
    view.opacity = m_view->overlayHidden() ? 0 : m_view->opacity();
    const QRectF region = m_view->shownRegion();
    if (m_view->isZoomed() && region.width() > 0 && region.height() > 0)
        view.region = RectF{region.x(), region.y(), region.width(), region.height()};
    view.marks = marksOf(m_selection->locked());
    if (const auto trace = m_host.trace())
        view.sweep = m_host.sweep(*trace);
    return view;
}

FigureDialog *Figures::askHow(const AnswersView &answers)
{
    auto *dialog = new FigureDialog(answers, proposedFile(property(lastFileProperty).toString()), m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->resize(1000, 720);
    connect(dialog, &QDialog::accepted, this, [this, dialog, answers] { saveAnswers(answers, *dialog); });
    dialog->open();
    return dialog;
}

void Figures::saveAnswers(const AnswersView &answers, const FigureDialog &dialog)
{
    try {
        writeAnswersFigure(answers, dialog.look(), dialog.stripNames(), dialog.file().toStdString());
        setProperty(lastFileProperty, dialog.file());
        m_host.done(tr("Saved %1").arg(dialog.file()));
    } catch (const Error &error) {
        m_host.failed({error.code(), error.what(), error.hint()});
    }
}

FigureDialog *Figures::askHow()
{
    if (const std::optional<AnswersView> answers = m_host.answers())
        return askHow(*answers);
    const std::shared_ptr<const RunTrace> trace = m_host.trace();
    if (!trace || !trace->image) {
        m_host.notice(tr("There is no run to make a figure of."), tr("Ask a question first, or choose a run."));
        return nullptr;
    }
    const FigureView view = shownView();
    const ImageSource source = m_host.source();
    auto *dialog = new FigureDialog(trace, view, view.region.has_value(),
                                    proposedFile(property(lastFileProperty).toString()), m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->resize(1000, 720);
    dialog->panelBox(FigurePanel::Sweep)->setChecked(view.sweep && m_host.atSweep());
    connect(dialog, &QDialog::accepted, this, [this, dialog, trace, source] {
        save({trace, source, dialog->view(), dialog->look(), dialog->embedPicture(), dialog->stripNames()},
             dialog->file());
    });
    dialog->open();
    return dialog;
}

void Figures::copyCommand() const
{
    const QFileInfo saved(property(lastFileProperty).toString());
    if (!saved.isFile()) {
        m_host.notice(tr("No figure was saved in this window."), tr("Save one first (Ctrl+E)."));
        return;
    }
    const QString again = saved.dir().filePath(saved.completeBaseName() + QStringLiteral("-again.") + saved.suffix());
    QGuiApplication::clipboard()->setText(QString::fromStdString(
        commandLine({"render", saved.absoluteFilePath().toStdString(), "--out", again.toStdString()})));
    m_host.done(tr("Copied the command that paints %1 again").arg(saved.fileName()));
}

bool Figures::save(const FigureRequest &request, const QString &file)
{
    try {
        const QStringList notices = writeFigure(request, file.toStdString(), m_host.decoder);
        setProperty(lastFileProperty, file);
        if (!notices.isEmpty())
            m_host.notice(notices.join(u'\n'), {});
        m_host.done(tr("Saved %1").arg(file));
        return true;
    } catch (const Error &error) {
        m_host.failed({error.code(), error.what(), error.hint()});
        return false;
    }
}

bool Figures::mayBeFigure(const QString &file)
{
    return figureFormat(file) || file.endsWith(QStringLiteral(".json"), Qt::CaseInsensitive);
}

bool Figures::open(const QString &file)
{
    if (!mayBeFigure(file) || !QFileInfo(file).isFile())
        return false;
    try {
        const std::optional<std::string> recipe = recipeInFile(file.toStdString());
        if (!recipe && figureFormat(file) == FigureFormat::Png)
            return false;
        if (!recipe)
            throw Error(ErrorCode::InvalidArgument, file.toStdString() + ": holds no recipe of a figure",
                        "choose a figure that this program has saved, or a picture");
        if (const QString obstacle = m_host.obstacle(); !obstacle.isEmpty()) {
            m_host.notice(tr("%1 was not opened: %2").arg(QFileInfo(file).fileName(), obstacle),
                          tr("Open it again afterwards."));
            return true;
        }
        restore(openRecipe(*recipe, file.toStdString(), m_host.decoder), file);
    } catch (const Error &error) {
        m_host.failed({error.code(), error.what(), error.hint()});
    }
    return true;
}

void Figures::restore(const OpenedFigure &figure, const QString &file)
{
    if (figure.answers) {
        m_host.showAnswers(*figure.answers, QFileInfo(file).fileName());
        return;
    }
    m_host.show(figure.trace, figure.source);
    m_selection->setOverlay(overlayFromKey(figure.view.overlay));
    m_selection->lockAll(targetsOf(figure.view.marks));
    m_view->setOpacity(figure.view.opacity);
    if (figure.view.region)
        m_view->showRegion(toQt(*figure.view.region));
    else
        m_view->fitAll();
    if (figure.view.sweep)
        m_host.showSweep(*figure.view.sweep, figure.trace);
    QStringList lines = figure.problems;
    if (const QString problem = m_host.modelProblem(*figure.trace); !problem.isEmpty())
        lines << problem;
    if (!lines.isEmpty())
        m_host.notice(
            tr("%1 was opened as far as it can be:").arg(QFileInfo(file).fileName()) + u'\n' + lines.join(u'\n'), {});
}

} // namespace qmop
