// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/figures/answers_figure.h"

#include "core/figure/answers_recipe.h"
#include "core/vtcbench/bench_file.h"
#include "core/vtcbench/report.h"
#include "widgets/figure/figure_painter.h"

#include <QCoreApplication>

#include <map>

namespace qmop {

namespace {

// Which questions are about one picture is still to be seen.
void forgetPictures(BenchRecord &record)
{
    std::map<std::string, std::string> names;
    for (SuiteSample &sample : record.samples) {
        const auto known = names.try_emplace(sample.image, "picture-" + std::to_string(names.size() + 1)).first;
        sample.image = known->second;
    }
}

}

std::string answersRecipe(const AnswersView &view, const FigureLook &look, bool stripNames)
{
    AnswersRecipe recipe;
    recipe.look = look;
    recipe.x = fieldKey(view.x).toStdString();
    recipe.y = fieldKey(view.y).toStdString();
    recipe.filter = filterTexts(view.filter);
    for (ReviewRow row : view.brushed)
        recipe.brushed.push_back({row.sample, row.method});
    BenchRecord record = *view.record;
    if (stripNames)
        forgetPictures(record);
    recipe.record = recordText(record);
    return recipeText(recipe);
}

std::optional<OpenedFigure> openAnswers(const std::string &text, const std::string &name)
{
    const std::optional<AnswersRecipe> recipe = readAnswersRecipe(text, name);
    if (!recipe)
        return std::nullopt;
    OpenedFigure figure;
    figure.look = recipe->look;
    if (recipe->newer) {
        figure.problems << QCoreApplication::translate("Figure",
                                                       "%1: was made by a newer version; what this version "
                                                       "does not know is left out")
                               .arg(QString::fromStdString(name));
        figure.hint = QCoreApplication::translate("Figure", "open it with the version that made it");
    }
    AnswersView view;
    view.record = std::make_shared<BenchRecord>(parseBenchRecord(recipe->record, name));
    view.x = fieldFromKey(recipe->x);
    view.y = fieldFromKey(recipe->y);
    view.filter = filterFromTexts(recipe->filter);
    for (const auto &[sample, method] : recipe->brushed)
        if (method < int(view.record->methods.size())
            && sample < int(view.record->methods[std::size_t(method)].results.size()))
            view.brushed.push_back({sample, method});
    figure.answers = std::move(view);
    return figure;
}

std::unique_ptr<PaintedFigure> painterOf(const OpenedFigure &figure)
{
    if (figure.answers)
        return std::make_unique<AnswersPainter>(*figure.answers, figure.look);
    return std::make_unique<FigurePainter>(figure.trace, figure.view, figure.look);
}

} // namespace qmop
