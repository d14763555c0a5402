// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/figure/figure_recipe.h"

#include "core/figure/base64.h"
#include "core/store/record_fields.h"
#include "core/store/sweep_json.h"
#include "core/store/trace_json.h"
#include "qmop/error.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cmath>
#include <functional>

namespace qmop {

namespace {

using json = nlohmann::ordered_json;

constexpr std::size_t maxMarks = 10'000;
constexpr std::size_t maxPanels = 32;
constexpr int maxThumbnail = 1024;
constexpr const char *markKinds[] = {"patch", "token", "scores", "branch", "answer", "question"};

json markJson(const FigureMark &mark)
{
    json fields{{"kind", markKinds[std::size_t(mark.kind)]}};
    switch (mark.kind) {
    case FigureMark::Kind::Patch:
    case FigureMark::Kind::Answer:
        fields["index"] = mark.index;
        break;
    case FigureMark::Kind::Token:
        fields["index"] = mark.index;
        if (mark.branch)
            fields["branch"] = branchKey(*mark.branch);
        break;
    case FigureMark::Kind::Scores:
        fields["low"] = mark.low;
        fields["high"] = mark.high;
        break;
    case FigureMark::Kind::Branch:
        fields["branch"] = branchKey(mark.branch.value_or(Branch::Pool));
        break;
    case FigureMark::Kind::Question:
        fields["question"] = mark.question;
        break;
    }
    return fields;
}

json pictureJson(const PictureRecord &picture)
{
    json fields{{"sha256", picture.sha256}, {"name", picture.name}};
    if (!picture.path.empty())
        fields["path"] = picture.path.generic_string();
    if (!picture.bytes.empty())
        fields["bytes"] = toBase64(picture.bytes);
    if (const ImageU8 &image = picture.thumbnail; !image.empty())
        fields["thumbnail"]
            = {{"width", image.width}, {"height", image.height}, {"rgb", toBase64(deflated(image.rgb))}};
    return fields;
}

// Base64 of a field; a damaged one is refused.
Bytes bytesOf(const Fields &fields, const char *key)
{
    std::optional<Bytes> bytes = fromBase64(fields.text(key));
    if (!bytes)
        fields.refuse(key);
    return std::move(*bytes);
}

double between(const Fields &fields, const char *key, double least, double most)
{
    const double value = fields.real(key);
    if (!(value >= least && value <= most))
        fields.refuse(key);
    return value;
}

FigureMark readMark(const Fields &fields)
{
    FigureMark mark;
    const std::string kind = fields.text("kind");
    std::size_t number = 0;
    while (number < std::size(markKinds) && kind != markKinds[number])
        ++number;
    if (number == std::size(markKinds))
        fields.refuse("kind");
    mark.kind = FigureMark::Kind(number);
    if (fields.has("index"))
        mark.index = fields.integer("index", -1, 1 << 24);
    if (fields.has("branch")) {
        mark.branch = branchFromKey(fields.text("branch"));
        if (!mark.branch)
            fields.refuse("branch");
    } else if (mark.kind == FigureMark::Kind::Branch) {
        fields.refuse("branch");
    }
    if (mark.kind == FigureMark::Kind::Scores) {
        mark.low = between(fields, "low", -1e6, 1e6);
        mark.high = between(fields, "high", -1e6, 1e6);
    }
    if (mark.kind == FigureMark::Kind::Question)
        mark.question = fields.text("question");
    return mark;
}

std::string readOverlay(const Fields &fields)
{
    const std::string overlay = fields.text("overlay");
    for (const char *known :
         {"kept", "importance", "relevance", "combined", "pooling", "resampler", "provenance", "answer"})
        if (overlay == known)
            return overlay;
    fields.refuse("overlay");
}

RectF readRegion(const Fields &fields)
{
    const std::vector<double> sides = fields.reals("region");
    if (sides.size() != 4)
        fields.refuse("region");
    for (double side : sides)
        if (!(std::abs(side) <= 1e6))
            fields.refuse("region");
    if (sides[2] < 1e-3 || sides[3] < 1e-3 || sides[2] > 1000 * sides[3] || sides[3] > 1000 * sides[2])
        fields.refuse("region");
    return {sides[0], sides[1], sides[2], sides[3]};
}

ImageU8 readThumbnail(const Fields &fields, const std::string &name)
{
    ImageU8 image;
    image.width = fields.integer("width", 1, maxThumbnail);
    image.height = fields.integer("height", 1, maxThumbnail);
    image.rgb = inflated(bytesOf(fields, "rgb"), image.pixelCount() * 3, name);
    return image;
}

// What is wrong with a part leaves the default, and a line about it.
class Parts {
public:
    Parts(const Fields &document, const char *key, std::vector<std::string> &problems)
        : m_problems(problems)
    {
        take([&] { m_fields.emplace(document.object(key)); });
    }
    void read(const char *key, const std::function<void(const Fields &, const char *)> &reader)
    {
        if (m_fields && m_fields->has(key))
            take([&] { reader(*m_fields, key); });
    }

private:
    void take(const std::function<void()> &reader)
    {
        try {
            reader();
        } catch (const Error &error) {
            m_problems.push_back(error.what());
        }
    }

    std::vector<std::string> &m_problems;
    std::optional<Fields> m_fields;
};

void readView(const Fields &document, ReadFigure &figure)
{
    Parts view(document, "view", figure.problems);
    view.read("overlay", [&](const Fields &fields, const char *) { figure.view.overlay = readOverlay(fields); });
    view.read("opacity",
              [&](const Fields &fields, const char *key) { figure.view.opacity = between(fields, key, 0, 1); });
    view.read("region", [&](const Fields &fields, const char *) { figure.view.region = readRegion(fields); });
    view.read("marks", [&](const Fields &fields, const char *key) {
        std::vector<FigureMark> marks;
        const std::vector<Fields> all = fields.objects(key);
        if (all.size() > maxMarks)
            fields.refuse(key);
        for (const Fields &one : all)
            marks.push_back(readMark(one));
        figure.view.marks = std::move(marks);
    });
    const int patches = figure.trace->grid.patchCount();
    view.read("sweep", [&](const Fields &fields, const char *key) {
        figure.view.sweep = readSweep(fields.object(key), patches);
    });
}

void readLook(const Fields &document, ReadFigure &figure)
{
    FigureLook &to = figure.look;
    Parts look(document, "look", figure.problems);
    look.read("width", [&](const Fields &fields, const char *key) {
        to.width = fields.integer(key, minFigureWidth, maxFigureWidth);
    });
    look.read("scale", [&](const Fields &fields, const char *key) {
        to.scale = between(fields, key, minFigureScale, maxFigureScale);
    });
    look.read("picture", [&](const Fields &fields, const char *key) { to.picture = fields.boolean(key); });
    look.read("caption", [&](const Fields &fields, const char *key) { to.caption = fields.boolean(key); });
    look.read("panels", [&](const Fields &fields, const char *key) {
        const std::vector<std::string> keys = fields.texts(key);
        if (keys.size() > maxPanels)
            fields.refuse(key);
        for (const std::string &one : keys)
            if (const auto panel = figurePanelFromKey(one))
                to.panels.push_back(*panel);
            else
                figure.problems.push_back(fields.name() + ": this version has no panel \"" + one + "\"");
    });
}

void readPicture(const Fields &document, ReadFigure &figure)
{
    Parts picture(document, "picture", figure.problems);
    PictureRecord &to = figure.picture;
    picture.read("sha256", [&](const Fields &fields, const char *key) { to.sha256 = fields.text(key); });
    picture.read("name", [&](const Fields &fields, const char *key) { to.name = fields.text(key); });
    picture.read("path", [&](const Fields &fields, const char *key) { to.path = fields.text(key); });
    picture.read("bytes", [&](const Fields &fields, const char *key) { to.bytes = bytesOf(fields, key); });
    picture.read("thumbnail", [&](const Fields &fields, const char *key) {
        to.thumbnail = readThumbnail(fields.object(key), fields.name());
    });
}

}

std::string recipeText(const FigureRecipe &recipe)
{
    json view{{"overlay", recipe.view.overlay}, {"opacity", recipe.view.opacity}};
    if (const auto &region = recipe.view.region)
        view["region"] = {region->x, region->y, region->width, region->height};
    view["marks"] = json::array();
    for (const FigureMark &mark : recipe.view.marks)
        view["marks"].push_back(markJson(mark));
    if (recipe.view.sweep)
        view["sweep"] = sweepRecipe(*recipe.view.sweep);
    json panels = json::array();
    for (FigurePanel panel : recipe.look.panels)
        panels.push_back(figurePanelKey(panel));
    const json look{{"width", recipe.look.width},
                    {"scale", recipe.look.scale},
                    {"picture", recipe.look.picture},
                    {"caption", recipe.look.caption},
                    {"panels", panels}};
    const json document{{"format", "qmop-figure"},
                        {"schema", figureSchema},
                        {"version", QMOP_VERSION},
                        {"view", view},
                        {"look", look},
                        {"picture", pictureJson(recipe.picture)},
                        {"run", json::parse(recipe.run.document)},
                        {"numbers", toBase64(recipe.run.numbers)}};
    return toText(document, -1);
}

ReadFigure readRecipe(std::string_view text, const std::string &name)
{
    const Document document(text, name);
    const Fields fields = document.fields();
    if (!fields.has("format") || fields.text("format") != "qmop-figure")
        throw Error(ErrorCode::InvalidArgument, name + ": holds no recipe of a figure",
                    "choose a figure that this program has saved, or its recipe");
    ReadFigure figure;
    const int schema = fields.integer("schema", 1);
    figure.newer = schema > figureSchema;
    if (figure.newer)
        figure.problems.push_back(name + ": was made by a newer version (schema " + std::to_string(schema)
                                  + "); what this version does not know is left out");
    TraceRecord record;
    record.document = fields.objectText("run");
    record.numbers = bytesOf(fields, "numbers");
    figure.trace = std::make_shared<RunTrace>(readRecord(record, name));
    readView(fields, figure);
    readLook(fields, figure);
    readPicture(fields, figure);
    return figure;
}

void stripNames(FigureRecipe &recipe, const std::string &pictureSha256, Bytes picture)
{
    RunTrace trace = readRecord(withoutPaths(recipe.run, "figure"), "figure");
    trace.request.image.path.clear();
    trace.imageName.clear();
    trace.imageSha256 = pictureSha256;
    recipe.run = writeRecord(trace);
    recipe.picture.name.clear();
    recipe.picture.path.clear();
    recipe.picture.sha256 = pictureSha256;
    recipe.picture.bytes = std::move(picture);
}

} // namespace qmop
