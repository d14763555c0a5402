// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/figure/answers_recipe.h"

#include "core/figure/base64.h"
#include "core/store/float_block.h"
#include "core/store/record_fields.h"
#include "core/store/trace_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace qmop {

namespace {

using json = nlohmann::ordered_json;

constexpr int answersSchema = 2; // a figure without a run: what schema 1 cannot say
constexpr std::size_t maxBrushed = 1'000'000;
constexpr int maxRecord = 256 << 20; // bytes
constexpr const char *filterKeys[]
    = {"outcome", "compressor", "budget", "dimension", "type", "kept_below", "entropy_above", "tag", "text"};

double clamped(const Fields &fields, const char *key, double least, double most, double otherwise)
{
    if (!fields.has(key))
        return otherwise;
    const double value = fields.real(key);
    if (!(value >= least && value <= most))
        fields.refuse(key);
    return value;
}

}

std::string recipeText(const AnswersRecipe &recipe)
{
    json filter = json::object();
    for (const auto &[key, value] : recipe.filter)
        filter[key] = value;
    std::vector<int> brushed;
    for (const auto &[sample, run] : recipe.brushed)
        brushed.insert(brushed.end(), {sample, run});
    const std::vector<std::uint8_t> bytes(recipe.record.begin(), recipe.record.end());
    const json document{
        {"format", "qmop-figure"},
        {"schema", answersSchema},
        {"version", QMOP_VERSION},
        {"look", {{"width", recipe.look.width}, {"scale", recipe.look.scale}, {"caption", recipe.look.caption}}},
        {"answers",
         {{"x", recipe.x},
          {"y", recipe.y},
          {"filter", filter},
          {"brushed", brushed},
          {"size", bytes.size()},
          {"record", toBase64(deflated(bytes))}}}};
    return toText(document, -1);
}

std::optional<AnswersRecipe> readAnswersRecipe(std::string_view text, const std::string &name)
{
    const Document document(text, name);
    const Fields root = document.fields();
    if (!root.has("format") || root.text("format") != "qmop-figure" || root.has("run") || !root.has("answers"))
        return std::nullopt;
    AnswersRecipe recipe;
    recipe.newer = root.has("schema") && root.integer("schema", 1) > answersSchema;
    if (root.has("look")) {
        const Fields look = root.object("look");
        recipe.look.width = int(clamped(look, "width", minFigureWidth, maxFigureWidth, recipe.look.width));
        recipe.look.scale = clamped(look, "scale", minFigureScale, maxFigureScale, recipe.look.scale);
        recipe.look.caption = !look.has("caption") || look.boolean("caption");
    }
    const Fields answers = root.object("answers");
    recipe.x = answers.text("x");
    recipe.y = answers.text("y");
    const Fields filter = answers.object("filter");
    for (const char *key : filterKeys)
        if (filter.has(key))
            recipe.filter[key] = filter.text(key);
    const int size = answers.integer("size", 1, maxRecord);
    const auto packed = fromBase64(answers.text("record"));
    if (!packed)
        answers.refuse("record");
    const Bytes bytes = inflated(*packed, std::size_t(size), name);
    recipe.record.assign(bytes.begin(), bytes.end());
    const std::vector<int> flat = answers.integers("brushed", 0, 1 << 24);
    if (flat.size() > maxBrushed || flat.size() % 2 != 0)
        answers.refuse("brushed");
    for (std::size_t i = 0; i + 1 < flat.size(); i += 2)
        recipe.brushed.push_back({flat[i], flat[i + 1]});
    return recipe;
}

} // namespace qmop
