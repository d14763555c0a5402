// SPDX-License-Identifier: GPL-3.0-or-later
//
// Recipes of figures: written and read back, carried in PNG, SVG and PDF, and
// read from files that somebody has damaged.
#include "core/figure/base64.h"
#include "core/figure/figure_recipe.h"
#include "core/figure/recipe_carriers.h"
#include "core/store/trace_json.h"
#include "qmop/error.h"
#include "qmop/split_mix.h"
#include "tests/core/store/same_trace.h"
#include "tests/widgets/trace_fixture.h"

#include <QTest>

#include <nlohmann/json.hpp>

using namespace qmop;
using nlohmann::ordered_json;

namespace {

FigureRecipe exampleRecipe()
{
    FigureRecipe recipe;
    recipe.view.overlay = "resampler";
    recipe.view.opacity = 0.35;
    recipe.view.region = RectF{-12.5, 3, 200, 100.25};
    for (int kind = 0; kind < 6; ++kind) {
        FigureMark mark;
        mark.kind = FigureMark::Kind(kind);
        recipe.view.marks.push_back(mark);
    }
    recipe.view.marks[0].index = 17;
    recipe.view.marks[1].index = 5;
    recipe.view.marks[1].branch = Branch::Resample;
    recipe.view.marks[2].low = 0.25;
    recipe.view.marks[2].high = 0.5;
    recipe.view.marks[3].branch = Branch::Prune;
    recipe.view.marks[4].index = 0;
    recipe.view.marks[5].question = "was steht da? ä <&>\"";
    recipe.look = {500, 1.5, true, false, {FigurePanel::Maps, FigurePanel::Answer}};
    recipe.picture.sha256 = std::string(64, 'c');
    recipe.picture.name = "market & \"sea\".png";
    recipe.picture.path = "pictures/market.png";
    recipe.picture.bytes = {0, 1, 2, 254, 255};
    recipe.picture.thumbnail = *fixture::makePicture(8, 6);
    recipe.run = writeRecord(*fixture::makeTrace({.modelSize = 32}));
    return recipe;
}

// A PNG of one white pixel.
const Bytes onePixel
    = *fromBase64("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4//8/AAX+Av4N70a4AAAAAElFTkSuQmCC");

Bytes asBytes(std::string_view text)
{
    return {text.begin(), text.end()};
}

// The same recipe in each format that carries one.
std::vector<std::pair<const char *, Bytes>> carriers(const std::string &recipe)
{
    const std::string element = recipeElement(recipe);
    return {
        {"PNG", pngWithRecipe(onePixel, element, "a caption")},
        {"SVG", asBytes(svgWithRecipe("<?xml version=\"1.0\"?>\n<svg width=\"1\">\n<desc>x</desc></svg>", element))},
        {"PDF", asBytes("%PDF-1.4\n1 0 obj\nstream\n" + xmpPacket(element, "a < b", "c & d") + "\nendstream")},
        {"JSON", asBytes(recipe)}};
}

}

class TestFigureRecipe : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void base64Example_data();
    void base64Example();
    void base64RefusesWhatItDoesNotWrite();
    void recipeComesBack();
    void carrierComesBack();
    void cutCarrierIsToldOrHarmless();
    void mutatedCarriersAreSafe();
    void damagedPartLeavesTheDefault_data();
    void damagedPartLeavesTheDefault();
    void newerSchemaOpensAsFarAsItCan();
    void withoutRunIsRefused_data();
    void withoutRunIsRefused();
    void lyingSizeIsRefused();
    void strippedTellsNothing();
    void otherFilesHoldNone();
};

void TestFigureRecipe::base64Example_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("text");
    // RFC 4648, section 10
    for (const auto &[bytes, text] : {std::pair{"", ""},
                                      {"f", "Zg=="},
                                      {"fo", "Zm8="},
                                      {"foo", "Zm9v"},
                                      {"foob", "Zm9vYg=="},
                                      {"fooba", "Zm9vYmE="},
                                      {"foobar", "Zm9vYmFy"}})
        QTest::newRow(*bytes ? bytes : "empty") << QByteArray(bytes) << QByteArray(text);
}

void TestFigureRecipe::base64Example()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, text);
    QCOMPARE(toBase64(asBytes({bytes.constData(), size_t(bytes.size())})), text.toStdString());
    const auto back = fromBase64(text.toStdString());
    QVERIFY(back);
    QCOMPARE(QByteArray(reinterpret_cast<const char *>(back->data()), qsizetype(back->size())), bytes);
}

void TestFigureRecipe::base64RefusesWhatItDoesNotWrite()
{
    for (const char *text : {"Z", "Zg=", "Zg", "Zh==", "Zm9=", "Zm9v\n", "Zm9 ", "====", "Z===", "Zg==Zg==", "Zm-v"})
        QVERIFY2(!fromBase64(text), text);
}

void TestFigureRecipe::recipeComesBack()
{
    const FigureRecipe recipe = exampleRecipe();
    const ReadFigure read = readRecipe(recipeText(recipe), "a.png");
    QCOMPARE(read.problems.size(), 0U);
    QCOMPARE(read.view.overlay, recipe.view.overlay);
    QCOMPARE(read.view.opacity, recipe.view.opacity);
    QVERIFY(read.view.region);
    QCOMPARE(read.view.region->x, -12.5);
    QCOMPARE(read.view.region->height, 100.25);
    QVERIFY(read.view.marks == recipe.view.marks);
    QCOMPARE(read.look.width, 500);
    QCOMPARE(read.look.scale, 1.5);
    QVERIFY(read.look.picture);
    QVERIFY(!read.look.caption);
    QVERIFY(read.look.panels == recipe.look.panels);
    QCOMPARE(read.picture.name, recipe.picture.name);
    QCOMPARE(read.picture.path.string(), std::string("pictures/market.png"));
    QVERIFY(read.picture.bytes == recipe.picture.bytes);
    QVERIFY(read.picture.thumbnail.rgb == recipe.picture.thumbnail.rgb);
    // The run itself, bit by bit.
    const TraceRecord again = writeRecord(*read.trace);
    QCOMPARE(again.document, recipe.run.document);
    QVERIFY(again.numbers == recipe.run.numbers);
}

void TestFigureRecipe::carrierComesBack()
{
    const std::string recipe = recipeText(exampleRecipe());
    for (const auto &[format, file] : carriers(recipe)) {
        const auto read = recipeIn(file, "figure");
        QVERIFY2(read, format);
        QVERIFY2(*read == recipe, format);
    }
}

// A figure cut off behind its recipe opens; one cut within it says so.
void TestFigureRecipe::cutCarrierIsToldOrHarmless()
{
    const std::string recipe = recipeText(exampleRecipe());
    for (const auto &[format, file] : carriers(recipe)) {
        int whole = 0, refused = 0;
        for (std::size_t size = 0; size < file.size(); size += size < 300 ? 1 : 97) {
            try {
                const auto read = recipeIn(std::span(file).first(size), "figure");
                if (read && std::string_view(format) != "JSON") {
                    QVERIFY(*read == recipe);
                    ++whole;
                } else if (read) {
                    readRecipe(*read, "figure"); // a cut JSON
                    QFAIL("a cut recipe was read");
                }
            } catch (const Error &error) {
                QCOMPARE(error.code(), ErrorCode::InvalidSession);
                QVERIFY(std::string(error.what()).starts_with("figure: "));
                ++refused;
            }
        }
        QVERIFY2(refused > 0, format);
        if (std::string_view(format) == "PNG")
            QVERIFY(recipeIn(std::span(file).first(file.size() - 30), "figure").has_value());
        Q_UNUSED(whole);
    }
}

// Thousands of files with a few bytes changed, taken out or doubled: each is read,
// or refused with a message; what is read can be painted from.
void TestFigureRecipe::mutatedCarriersAreSafe()
{
    FigureRecipe small = exampleRecipe();
    small.run = writeRecord(*fixture::makeTrace({.width = 40, .height = 30, .modelSize = 32}));
    SplitMix64 random(7);
    int read = 0, refused = 0, none = 0;
    for (const auto &[format, file] : carriers(recipeText(small)))
        for (int round = 0; round < 1500; ++round) {
            Bytes damaged = file;
            for (std::uint64_t change = random.next() % 4 + 1; change > 0; --change) {
                const std::size_t at = random.next() % damaged.size();
                switch (random.next() % 4) {
                case 0:
                    damaged[at] = std::uint8_t(random.next());
                    break;
                case 1:
                    damaged[at] ^= std::uint8_t(1U << (random.next() % 8));
                    break;
                case 2:
                    damaged.erase(damaged.begin() + std::ptrdiff_t(at),
                                  damaged.begin() + std::ptrdiff_t(std::min(damaged.size(), at + random.next() % 40)));
                    break;
                default:
                    damaged.insert(damaged.begin() + std::ptrdiff_t(at), 1 + random.next() % 8, damaged[at]);
                }
                if (damaged.empty())
                    damaged.push_back(0);
            }
            try {
                const auto text = recipeIn(damaged, "figure");
                if (!text) {
                    ++none;
                    continue;
                }
                const ReadFigure figure = readRecipe(*text, "figure");
                QVERIFY(figure.look.width >= minFigureWidth && figure.look.width <= maxFigureWidth);
                QVERIFY(figure.view.opacity >= 0 && figure.view.opacity <= 1);
                const auto patches = std::size_t(figure.trace->grid.patchCount());
                if (figure.trace->pruning)
                    QCOMPARE(figure.trace->pruning->combined.size(), patches);
                ++read;
            } catch (const Error &error) {
                // Even what says that it is a recipe may be what was damaged.
                QVERIFY(error.code() == ErrorCode::InvalidSession || error.code() == ErrorCode::InvalidArgument);
                ++refused;
            }
        }
    qInfo("%d read, %d refused, %d without a recipe", read, refused, none);
    QVERIFY(read > 50 && refused > 1000);
}

void TestFigureRecipe::damagedPartLeavesTheDefault_data()
{
    QTest::addColumn<QByteArray>("pointer");
    QTest::addColumn<QByteArray>("value");
    const auto row = [](const char *pointer, const char *value) {
        QTest::addRow("%s = %s", pointer, value) << QByteArray(pointer) << QByteArray(value);
    };
    row("/view", "[]");
    row("/view/overlay", "\"heat\"");
    row("/view/opacity", "2");
    row("/view/opacity", "null");
    row("/view/region", "[0, 0, 0, 10]");
    row("/view/region", "[0, 0, 10]");
    row("/view/region", "[0, null, 10, 10]");
    row("/view/region", "[0, 0, 1e300, 10]");
    row("/view/marks", "[{\"kind\": \"smell\"}]");
    row("/view/marks/1/branch", "\"deep\"");
    row("/view/marks/0/index", "1e9");
    row("/look/width", "100000000");
    row("/look/scale", "0");
    row("/look/panels", "[\"smell\"]");
    row("/look/caption", "1");
    row("/picture/bytes", "\"???\"");
    row("/picture/thumbnail/width", "1000000");
    row("/picture/thumbnail/rgb", "\"\"");
    row("/picture/sha256", "17");
}

void TestFigureRecipe::damagedPartLeavesTheDefault()
{
    QFETCH(QByteArray, pointer);
    QFETCH(QByteArray, value);
    ordered_json document = ordered_json::parse(recipeText(exampleRecipe()));
    document[ordered_json::json_pointer(pointer.toStdString())] = ordered_json::parse(value.toStdString());
    const ReadFigure figure = readRecipe(document.dump(), "a.png");
    QCOMPARE(figure.problems.size(), 1U);
    QVERIFY(figure.problems[0].starts_with("a.png: "));
    QVERIFY(figure.trace->grid.patchCount() > 0);
    QVERIFY(figure.look.width >= minFigureWidth && figure.look.width <= maxFigureWidth);
    QVERIFY(figure.view.overlay == "resampler" || figure.view.overlay == "kept");
}

void TestFigureRecipe::newerSchemaOpensAsFarAsItCan()
{
    ordered_json document = ordered_json::parse(recipeText(exampleRecipe()));
    document["schema"] = 7;
    document["view"]["overlay"] = "smell";
    document["view"]["future"] = {{"a", 1}};
    document["look"]["panels"] = {"answer", "smell"};
    const ReadFigure figure = readRecipe(document.dump(), "a.png");
    QCOMPARE(figure.problems.size(), 3U);
    QVERIFY(figure.newer);
    QVERIFY(figure.problems[0].find("newer version (schema 7)") != std::string::npos);
    QCOMPARE(figure.look.panels.size(), 1U);
    QCOMPARE(figure.view.overlay, std::string("kept"));
    QCOMPARE(figure.view.opacity, 0.35);
}

void TestFigureRecipe::withoutRunIsRefused_data()
{
    QTest::addColumn<QByteArray>("text");
    const ordered_json whole = ordered_json::parse(recipeText(exampleRecipe()));
    const auto without = [&](const char *key) {
        ordered_json document = whole;
        document.erase(key);
        return QByteArray::fromStdString(document.dump());
    };
    const auto with = [&](const char *key, const ordered_json &value) {
        ordered_json document = whole;
        document[key] = value;
        return QByteArray::fromStdString(document.dump());
    };
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("no object") << QByteArray("[1]");
    QTest::newRow("another format") << with("format", "training");
    QTest::newRow("no format") << without("format");
    QTest::newRow("no schema") << without("schema");
    QTest::newRow("schema 0") << with("schema", 0);
    QTest::newRow("no run") << without("run");
    QTest::newRow("run is text") << with("run", "x");
    QTest::newRow("run is empty") << with("run", ordered_json::object());
    QTest::newRow("no numbers") << without("numbers");
    QTest::newRow("numbers cut") << with("numbers", whole["numbers"].get<std::string>().substr(0, 40));
    QTest::newRow("deep") << QByteArray(100000, '[');
}

void TestFigureRecipe::withoutRunIsRefused()
{
    QFETCH(QByteArray, text);
    try {
        readRecipe(text.toStdString(), "a.png");
        QFAIL("was read");
    } catch (const Error &error) {
        // Intact, but something else; all others are damaged.
        const bool foreign = QByteArray(QTest::currentDataTag()).endsWith(" format");
        QCOMPARE(error.code(), foreign ? ErrorCode::InvalidArgument : ErrorCode::InvalidSession);
        QVERIFY(std::string(error.what()).starts_with("a.png: "));
        QVERIFY(!error.hint().empty());
    }
}

// A kilobyte that claims to hold gigabytes.
void TestFigureRecipe::lyingSizeIsRefused()
{
    const std::string recipe = recipeText(exampleRecipe());
    const std::string size = "size=\"" + std::to_string(recipe.size()) + "\"";
    for (const char *lie : {"size=\"99999999999\"", "size=\"67108864\"", "size=\"0\"", "size=\"-1\"", "size=\"x\"",
                            "size=\"", "seize=\"1\""}) {
        std::string svg = svgWithRecipe("<svg></svg>", recipeElement(recipe));
        svg.replace(svg.find(size), size.size(), lie);
        try {
            recipeIn(asBytes(svg), "a.svg");
            QFAIL(lie);
        } catch (const Error &error) {
            QCOMPARE(error.code(), ErrorCode::InvalidSession);
        }
    }
}

void TestFigureRecipe::strippedTellsNothing()
{
    FigureRecipe recipe = exampleRecipe();
    auto trace = fixture::makeTrace({.modelSize = 32});
    trace->request.image.path = "/secret-folder/private-name.png";
    trace->request.model = "/secret-folder/model";
    trace->imageName = "private-name.png";
    recipe.run = writeRecord(*trace);
    recipe.picture.name = "private-name.png";
    recipe.picture.path = "below/private-name.png";
    const std::string before = recipeText(recipe);
    stripNames(recipe, std::string(64, 'd'), {1, 2, 3});
    const std::string text = recipeText(recipe);
    for (const std::string &told :
         {std::string("secret-folder"), std::string("private-name"), std::string(64, 'b'), std::string(64, 'c')}) {
        QVERIFY2(before.find(told) != std::string::npos, told.c_str());
        QVERIFY2(text.find(told) == std::string::npos, told.c_str());
    }
    const ReadFigure read = readRecipe(text, "a.png");
    QCOMPARE(read.trace->request.question, trace->request.question);
    QCOMPARE(read.picture.bytes.size(), 3U);
}

void TestFigureRecipe::otherFilesHoldNone()
{
    QVERIFY(!recipeIn(onePixel, "a.png"));
    QVERIFY(!recipeIn(asBytes("<svg><metadata/></svg>"), "a.svg"));
    QVERIFY(!recipeIn(asBytes("%PDF-1.4 nothing"), "a.pdf"));
    QVERIFY(!recipeIn(asBytes("plain text with <qmop:recipe in it"), "a.txt"));
    QVERIFY_THROWS_EXCEPTION(Error, recipeInFile("there/is/none.png"));
}

QTEST_APPLESS_MAIN(TestFigureRecipe)
#include "tst_figure_recipe.moc"
