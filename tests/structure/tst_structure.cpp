// SPDX-License-Identifier: GPL-3.0-or-later
//
// The rules of the house, checked over the repository's own sources; and the
// rules themselves, checked over small files that break them.
#include "tests/structure/layer_rules.h"
#include "tests/structure/source_tree.h"
#include "tests/structure/text_rules.h"

#include <QTest>

#include <algorithm>

using namespace qmop::structure;
using Rule = std::vector<Violation> (*)(const SourceTree &);

Q_DECLARE_METATYPE(Rule)
Q_DECLARE_METATYPE(SourceTree)

namespace {

const std::string kLicence = std::string("// SPDX-License-") + "Identifier: GPL-3.0-or-later\n";

std::string repeated(const std::string &line, int times)
{
    std::string text;
    for (int i = 0; i < times; ++i)
        text += line;
    return text;
}

SourceTree oneFile(const std::string &path, const std::string &text)
{
    return {{path, text}};
}

} // namespace

class TestStructure : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void repositoryFollows_data();
    void repositoryFollows();
    void repositoryIsRead();
    void fileRules_data();
    void fileRules();
    void functionRule_data();
    void functionRule();
    void includeRules_data();
    void includeRules();
    void circleIsNamed();
    void blanksKeepLinesAndBraces();
};

void TestStructure::repositoryFollows_data()
{
    QTest::addColumn<Rule>("rule");
    QTest::newRow("files are short") << Rule(filesAreShort);
    QTest::newRow("files name their licence") << Rule(filesNameTheirLicence);
    QTest::newRow("names say what things are") << Rule(namesSayWhatThingsAre);
    QTest::newRow("no private paths") << Rule(noPrivatePaths);
    QTest::newRow("functions are short") << Rule(functionsAreShort);
    QTest::newRow("layers include only what they may") << Rule(layersIncludeOnlyWhatTheyMay);
    QTest::newRow("layer table is used") << Rule(layerTableIsUsed);
    QTest::newRow("nothing speaks to a network") << Rule(nothingSpeaksToANetwork);
    QTest::newRow("Qt and torch stay apart") << Rule(qtAndTorchStayApart);
    QTest::newRow("plots alone see QCustomPlot") << Rule(plotsAloneSeeQCustomPlot);
    QTest::newRow("folders have no cycles") << Rule(foldersHaveNoCycles);
}

void TestStructure::repositoryFollows()
{
    QFETCH(Rule, rule);
    const std::vector<Violation> violations = rule(readSourceTree(QMOP_SOURCE_DIR));
    for (const Violation &violation : violations)
        qWarning("%s:%d: %s", violation.path.c_str(), violation.line, violation.what.c_str());
    QCOMPARE(violations.size(), 0U);
}

void TestStructure::repositoryIsRead()
{
    const SourceTree tree = readSourceTree(QMOP_SOURCE_DIR);
    for (const char *path : {"core/include/qmop/engine.h", "models/llama/decoder.h", "packaging/run.sh",
                             "packaging/cmake/FindLibTorch.cmake", "tests/structure/CMakeLists.txt"})
        QVERIFY2(std::any_of(tree.begin(), tree.end(),
                             [&](const SourceFile &file) { return file.path == path && !file.text.empty(); }),
                 path);
    QVERIFY(
        std::none_of(tree.begin(), tree.end(), [](const SourceFile &file) { return file.path.starts_with("build"); }));
}

void TestStructure::fileRules_data()
{
    QTest::addColumn<Rule>("rule");
    QTest::addColumn<SourceTree>("tree");
    QTest::addColumn<std::vector<int>>("lines"); // of the violations
    const auto row = [](const char *name, Rule rule, const std::string &path, const std::string &text,
                        std::vector<int> lines) { QTest::newRow(name) << rule << oneFile(path, text) << lines; };
    row("400 lines", filesAreShort, "core/a.cpp", repeated("\n", 400), {});
    row("401 lines", filesAreShort, "packaging/a.sh", repeated("\n", 401), {0});
    row("licence", filesNameTheirLicence, "core/a.cpp", kLicence, {});
    row("licence after #!", filesNameTheirLicence, "packaging/a.sh", "#!/bin/sh\n" + kLicence, {});
    row("licence too late", filesNameTheirLicence, "core/a.cpp", "\n" + kLicence, {1});
    row("no licence", filesNameTheirLicence, "packaging/a.sh", "#!/bin/sh\n", {2});
    row("empty file", filesNameTheirLicence, "core/CMakeLists.txt", "", {1});
    row("good names", namesSayWhatThingsAre, "core/run_request.h", "\n#pragma once\nstruct Utility;\n", {});
    row("camel-case file", namesSayWhatThingsAre, "core/RunRequest.cpp", "", {0});
    row("helper file", namesSayWhatThingsAre, "core/image_helpers.cpp", "", {0});
    row("utils folder", namesSayWhatThingsAre, "core/utils/image.cpp", "", {0});
    row("manager type", namesSayWhatThingsAre, "core/runs.cpp", "\nclass RunManager {};\n", {2});
    row("manager in a comment", namesSayWhatThingsAre, "core/runs.cpp", "// no class RunManager\n", {});
    row("no pragma once", namesSayWhatThingsAre, "core/runs.h", "#ifndef RUNS_H\n", {0});
    row("private path", noPrivatePaths, "core/a.cpp", std::string("\nopen(\"/ho") + "me/me/x\");\n", {2});
    row("relative path", noPrivatePaths, "core/a.cpp", std::string("open(\"models/wo") + "rk/x\");\n", {});
}

void TestStructure::fileRules()
{
    QFETCH(Rule, rule);
    QFETCH(SourceTree, tree);
    QFETCH(std::vector<int>, lines);
    std::vector<int> found;
    for (const Violation &violation : rule(tree))
        found.push_back(violation.line);
    QCOMPARE(found, lines);
}

void TestStructure::functionRule_data()
{
    QTest::addColumn<std::string>("before"); // up to and with the opening brace, at line 1 or later
    QTest::addColumn<int>("statements");
    QTest::addColumn<int>("violations");
    QTest::newRow("60 lines") << std::string("int f(int a)\n{\n") << 58 << 0;
    QTest::newRow("61 lines") << std::string("int f(int a)\n{\n") << 59 << 1;
    QTest::newRow("method in a class") << std::string("class A : B {\n void f() const {\n") << 59 << 1;
    QTest::newRow("in a namespace") << std::string("namespace n {\nvoid f() noexcept\n{\n") << 59 << 1;
    QTest::newRow("template") << std::string("template<typename T>\nT f(T a = {}, int b = 1) {\n") << 59 << 1;
    QTest::newRow("returns a struct") << std::string("struct A f(int a)\n{\n") << 59 << 1;
    QTest::newRow("operator ==") << std::string("bool operator==(A a, A b)\n{\n") << 59 << 1;
    QTest::newRow("constructor's list") << std::string("A::A(int a) : m_a(a) {\n") << 59 << 1;
    QTest::newRow("braces in the list") << std::string("A::A(int a)\n : m_a{a}, m_b{a}\n{\n") << 59 << 1;
    QTest::newRow("nested braces") << std::string("void f()\n{\n if (a) { b(); } else { c(); }\n") << 58 << 1;
    QTest::newRow("brace in a literal") << std::string("void f()\n{\n g(\"}\", '}', R\"x(}\")\" }})x\"); // }\n") << 58
                                        << 1;
    QTest::newRow("long class") << std::string("class alignas(64) A {\n") << 200 << 0;
    QTest::newRow("long table") << std::string("const A table[] = {\n") << 200 << 0;
    QTest::newRow("macro before a namespace") << std::string("Q_DECLARE_METATYPE(A)\n\nnamespace {\n") << 200 << 0;
    QTest::newRow("macro before a function") << std::string("Q_DECLARE_METATYPE(A)\nvoid f()\n{\n") << 59 << 1;
    QTest::newRow("long namespace") << std::string("void f();\nnamespace {\n") << 200 << 0;
}

void TestStructure::functionRule()
{
    QFETCH(std::string, before);
    QFETCH(int, statements);
    QFETCH(int, violations);
    const std::string text = before + repeated(" x;\n", statements) + "}\n";
    QCOMPARE(static_cast<int>(functionsAreShort(oneFile("core/a.cpp", text)).size()), violations);
}

void TestStructure::includeRules_data()
{
    QTest::addColumn<Rule>("rule");
    QTest::addColumn<std::string>("path");
    QTest::addColumn<std::string>("includes"); // of that file, separated by spaces
    QTest::addColumn<int>("violations");
    const auto row = [](Rule rule, const char *path, const char *includes, int violations) {
        QTest::addRow("%s: %s", path, includes) << rule << std::string(path) << std::string(includes) << violations;
    };
    const Rule layers = layersIncludeOnlyWhatTheyMay;
    row(layers, "core/include/qmop/a.h", "vector qmop/branch.h", 0);
    row(layers, "core/include/qmop/a.h", "core/values/a.h nlohmann/json.hpp QString", 3);
    row(layers, "core/engine/a.cpp", "thread qmop/engine.h core/engine/b.h unistd.h sys/mman.h", 0);
    row(layers, "core/include/qmop/a.h", "core/values/a.h", 1);
    row(layers, "core/image/a.cpp", "core/values/sha256.h", 0);
    row(layers, "core/engine/a.cpp", "core/pipeline/a.h ATen/ATen.h", 2);
    row(layers, "core/pipeline/a.cpp", "ATen/ATen.h models/clip/vision_tower.h core/image/a.h", 0);
    row(layers, "core/pipeline/a.cpp", "QString widgets/image/a.h app/cli/a.h", 3);
    row(layers, "core/image/a.cpp", "opencv2/core.hpp models/clip/vision_tower.h ATen/ATen.h", 2);
    row(layers, "core/store/a.cpp", "sqlite3.h ATen/ATen.h", 1);
    row(layers, "models/clip/a.cpp", "ATen/ATen.h models/checkpoint/weights.h", 0);
    row(layers, "models/clip/a.cpp", "models/llama/decoder.h opencv2/core.hpp", 2);
    row(layers, "models/llama/a.cpp", "models/clip/vision_tower.h core/image/a.h", 2);
    row(layers, "models/projector/a.cpp", "models/llama/decoder.h models/clip/text_tower.h", 2);
    row(layers, "models/tokenizer/a.cpp", "utf8proc.h ATen/ATen.h torch/torch.h c10/core/Device.h", 3);
    row(layers, "widgets/router/a.cpp", "QWidget QtTest/QtTest qmop/run_trace.h widgets/plots/a.h", 0);
    row(layers, "widgets/router/a.cpp", "opencv2/core.hpp ATen/ATen.h core/engine/a.h", 3);
    row(layers, "app/cli/a.cpp", "CLI/CLI.hpp QWidget", 1);
    row(layers, "app/explorer/a.cpp", "QWidget qmop/engine.h widgets/image/a.h ATen/ATen.h", 1);
    row(layers, "core/newfolder/a.cpp", "vector", 1);
    row(layers, "models/tokenizer/a.cpp", "models/checkpoint/plain.h", 0);
    row(layers, "models/tokenizer/a.cpp", "models/checkpoint/tensors.h", 1); // torch through a header
    row(layers, "app/explorer/a.cpp", "QWidget core/pipeline/outer.h", 1);
    row(layers, "core/image/a.cpp", "boost/any.hpp", 1);
    row(layers, "tests/core/a.cpp", "QTest ATen/ATen.h widgets/image/a.h", 0);
    row(plotsAloneSeeQCustomPlot, "widgets/plots/a.cpp", "qcustomplot.h", 0);
    row(plotsAloneSeeQCustomPlot, "widgets/router/a.cpp", "qcustomplot.h", 1);
    row(plotsAloneSeeQCustomPlot, "app/explorer/a.cpp", "qcustomplot.h", 1);
    row(nothingSpeaksToANetwork, "core/engine/a.cpp", "sys/eventfd.h poll.h network.h QWidget qmop/engine.h", 0);
    row(nothingSpeaksToANetwork, "core/engine/a.cpp", "sys/socket.h netdb.h netinet/in.h curl/curl.h", 4);
    row(nothingSpeaksToANetwork, "app/explorer/a.cpp", "QTcpSocket QNetworkAccessManager QtNetwork/QSslSocket", 3);
    row(nothingSpeaksToANetwork, "app/explorer/CMakeLists.txt", "Qt6::Network Qt6::Widgets", 1);
    row(qtAndTorchStayApart, "app/explorer/a.cpp", "QWidget core/pipeline/plain.h", 0);
    row(qtAndTorchStayApart, "app/explorer/a.cpp", "QWidget core/pipeline/outer.h", 1);
    row(qtAndTorchStayApart, "app/explorer/a.cpp", "QWidget ATen/ATen.h", 1);
    row(qtAndTorchStayApart, "tests/core/a.cpp", "core/pipeline/outer.h QTest", 0);
    row(qtAndTorchStayApart, "tests/core/a.cpp", "QTest core/pipeline/outer.h", 1);
}

void TestStructure::includeRules()
{
    QFETCH(Rule, rule);
    QFETCH(std::string, path);
    QFETCH(std::string, includes);
    QFETCH(int, violations);
    std::string text;
    for (const QString &include : QString::fromStdString(includes).split(' '))
        text += "#include <" + include.toStdString() + ">\n";
    const SourceTree tree{{path, text},
                          {"core/pipeline/outer.h", "#include \"core/pipeline/inner.h\"\n"},
                          {"core/pipeline/inner.h", "# include <ATen/ATen.h>\n"},
                          {"core/pipeline/plain.h", "#include <vector>\n"},
                          {"models/checkpoint/plain.h", "#include <nlohmann/json.hpp>\n"},
                          {"models/checkpoint/tensors.h", "#include <c10/core/Device.h>\n"}};
    QCOMPARE(static_cast<int>(rule(tree).size()), violations);
}

void TestStructure::circleIsNamed()
{
    SourceTree tree{{"core/a/x.h", "#include \"models/b/y.h\"\n"}, {"models/b/y.h", "#include \"core/c/z.h\"\n"}};
    QCOMPARE(foldersHaveNoCycles(tree).size(), 0U);
    tree.push_back({"core/c/z.cpp", "#include \"core/a/w.h\"\n"});
    const std::vector<Violation> violations = foldersHaveNoCycles(tree);
    QCOMPARE(violations.size(), 1U);
    QCOMPARE(violations[0].what, std::string("includes in a circle: core/a -> models/b -> core/c -> core/a"));
}

void TestStructure::blanksKeepLinesAndBraces()
{
    const std::string text
        = "#define A {\\\n {\nint a = 1'000; /* {\n */ char c = '{'; f(\"\\\"{\"); // {\n{R\"({\n)\"}\n";
    const std::string blanked = blankCommentsAndLiterals(text);
    QCOMPARE(blanked.size(), text.size());
    QCOMPARE(std::count(blanked.begin(), blanked.end(), '\n'), std::count(text.begin(), text.end(), '\n'));
    QCOMPARE(std::count(blanked.begin(), blanked.end(), '{'), 1);
    QVERIFY(blanked.find("1'000; ") != std::string::npos);
}

QTEST_APPLESS_MAIN(TestStructure)
#include "tst_structure.moc"
