// SPDX-License-Identifier: GPL-3.0-or-later
//
// Figures in the window: saved from what is shown, and opened again.
#pragma once

#include "app/explorer/figures/figure_store.h"
#include "qmop/run_event.h"

#include <QObject>

#include <functional>

namespace qmop {

class FigureDialog;
class ImageView;
class Selection;

// The window's side.
struct FigureHost {
    std::function<std::shared_ptr<const RunTrace>()> trace; // that is shown
    std::function<ImageSource()> source; // of its picture
    std::function<QString()> obstacle; // why another run cannot be shown now; empty: it can
    // Shows the run with its question and settings.
    std::function<void(std::shared_ptr<const RunTrace>, const ImageSource &)> show;
    // Of the model that is open: its name, and what runs call its hash; empty where that is not known yet.
    std::function<QString(const RunTrace &)> modelProblem;
    // The last sweep over budgets where it is of this run's question and picture; and back.
    std::function<std::optional<FigureSweep>(const RunTrace &)> sweep;
    std::function<void(const FigureSweep &, std::shared_ptr<const RunTrace>)> showSweep;
    std::function<bool()> atSweep; // the keys are in its panel
    // The plot of the failure browser where the keys are in its panel; and back.
    std::function<std::optional<AnswersView>()> answers;
    std::function<void(const AnswersView &, const QString &name)> showAnswers;
    std::function<void(const QString &what, const QString &hint)> notice;
    std::function<void(const QString &what)> done; // passes by itself
    std::function<void(const RunFailed &)> failed;
    PictureDecoder decoder;
};

class Figures : public QObject {
    Q_OBJECT

public:
    Figures(Selection *selection, ImageView *view, FigureHost host, QWidget *window);

    // Opens the dialog; null, and a word about why, where there is nothing to save.
    FigureDialog *askHow();
    // The command that paints the figure saved last once more, beside it.
    void copyCommand() const;
    bool save(const FigureRequest &request, const QString &file);
    // The shown view, as a figure has it.
    FigureView shownView() const;

    // Whether a file may be a figure, by its name.
    static bool mayBeFigure(const QString &file);
    // Restores the view of a figure. False where the file is a picture without a
    // recipe; what is wrong with a recipe is said.
    bool open(const QString &file);

private:
    FigureDialog *askHow(const AnswersView &answers);
    void saveAnswers(const AnswersView &answers, const FigureDialog &dialog);
    void restore(const OpenedFigure &figure, const QString &file);

    Selection *m_selection;
    ImageView *m_view;
    FigureHost m_host;
    QWidget *m_window;
};

} // namespace qmop
