// SPDX-License-Identifier: GPL-3.0-or-later
//
// Figures as files: with their recipe inside, and painted again from it. What is
// exported is painted from the recipe too, so that both are one figure.
#pragma once

#include "app/explorer/engine/picture_decoder.h"
#include "core/figure/figure_recipe.h"
#include "qmop/run_trace.h"
#include "widgets/figure/answers_painter.h"
#include "widgets/figure/figure_file.h"

#include <QByteArray>
#include <QStringList>

#include <filesystem>
#include <memory>

namespace qmop {

struct FigureRequest {
    std::shared_ptr<const RunTrace> trace; // with its picture
    ImageSource source; // of the picture; may be empty
    FigureView view;
    FigureLook look;
    bool embedPicture = true;
    bool stripNames = false;
};

// `notices`: what could not be done as asked. The folder is where the figure
// will lie: a picture below it is named by its relative path.
FigureRecipe makeRecipe(const FigureRequest &request, const std::filesystem::path &folder, QStringList &notices);

// A run as a figure has it, ready to be shown or painted.
struct OpenedFigure {
    std::shared_ptr<const RunTrace> trace; // with its picture, or what stands in for it
    ImageSource source; // to ask again; empty where the picture is missing
    FigureView view;
    FigureLook look;
    QStringList problems; // one line each
    QString hint; // what to do about them
    std::optional<AnswersView> answers; // a benchmark's, in place of a run: no trace then
};

// Throw Error{InvalidSession} where there is no run to show. `file` names the
// figure in messages; pictures are looked for below its folder.
OpenedFigure openRecipe(const std::string &recipe, const std::filesystem::path &file, const PictureDecoder &decoder);
// Throws for files that are no figure, too.
OpenedFigure openFigure(const std::filesystem::path &file, const PictureDecoder &decoder);

// The file's bytes, recipe included. Throws Error{InvalidArgument} for a figure
// of too many pixels.
QByteArray figureBytes(const std::string &recipe, const OpenedFigure &figure, FigureFormat format);

// Makes and paints a figure, in memory.
QByteArray paintedFigure(const FigureRequest &request, FigureFormat format, const PictureDecoder &decoder);
// Makes, paints and writes a figure; the format is the file's ending. Throws
// Error{InvalidArgument} for other endings, Error{OutputFailed}; the file is the
// old or the new one. Returns notices.
QStringList writeFigure(const FigureRequest &request, const std::filesystem::path &file, const PictureDecoder &decoder);
// The same for the plot of a benchmark's answers.
void writeAnswersFigure(const AnswersView &view, const FigureLook &look, bool stripNames,
                        const std::filesystem::path &file);
// Paints the figure or recipe `from` again into `to`, which gets the same recipe
// unless names are left out.
struct RenderedFigure {
    QStringList problems; // of the figure that was read, one line each
    QString hint; // what to do about them
    QStringList notices; // of the one that was written
};
RenderedFigure renderFigure(const std::filesystem::path &from, const std::filesystem::path &to, bool stripNames,
                            const PictureDecoder &decoder);

} // namespace qmop
