// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/render_command.h"

#include "app/cli/explorer_process.h"
#include "core/figure/recipe_carriers.h"
#include "qmop/error.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Option.hpp>
#include <nlohmann/json.hpp>

#include <iostream>
#include <memory>
#include <string>

namespace qmop {

namespace {

struct RenderOptions {
    std::string figure;
    std::string out;
    bool recipe = false;
    bool strip = false;
};

void printRecipe(const std::string &figure)
{
    const std::optional<std::string> text = recipeInFile(figure);
    const nlohmann::ordered_json recipe
        = text ? nlohmann::ordered_json::parse(*text, nullptr, false) : nlohmann::ordered_json();
    if (!recipe.is_object())
        throw Error(ErrorCode::InvalidArgument, figure + ": holds no recipe of a figure",
                    "choose a figure that QMoP Explorer has saved");
    std::cout << recipe.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << "\n";
}

int renderAgain(const RenderOptions &options)
{
    std::vector<std::string> words{"--render", options.figure, "--out", options.out};
    if (options.strip)
        words.push_back("--strip");
    return runExplorer("qmop render", words);
}

}

void addRenderCommand(CLI::App &app, int &exitCode)
{
    auto options = std::make_shared<RenderOptions>();
    CLI::App *command = app.add_subcommand("render", "Paint a figure again from the recipe in it");
    command->footer("Starts qmop-explorer without a screen. Needs neither weights nor the picture's file where the "
                    "figure holds the picture; the same version paints the same pixels.");
    command->add_option("FIGURE", options->figure, "PNG, SVG or PDF saved by QMoP Explorer, or a recipe (JSON)")
        ->required();
    CLI::Option *out = command->add_option("--out", options->out, "File to write: .png, .svg or .pdf");
    CLI::Option *recipe = command->add_flag("--recipe", options->recipe, "Print the recipe as JSON instead");
    out->excludes(recipe);
    command->add_flag("--strip", options->strip, "Leave out paths and names");
    command->callback([options, &exitCode] {
        if (options->recipe)
            printRecipe(options->figure);
        else if (options->out.empty())
            throw Error(ErrorCode::InvalidArgument, "neither --out nor --recipe is given", "see qmop render --help");
        else
            exitCode = renderAgain(*options);
    });
}

} // namespace qmop
