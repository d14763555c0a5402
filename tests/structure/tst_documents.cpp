// SPDX-License-Identifier: GPL-3.0-or-later
//
// What README, guide, model card and architecture page say of things that are
// there to be looked at: measured figures, folders, what crosses the border.
#include "tests/structure/source_tree.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

using namespace qmop::structure;

namespace {

const QString root = QStringLiteral(QMOP_SOURCE_DIR "/");
const QStringList dimensions{"GU", "SC", "RC", "SE", "LD"};
constexpr int budgets[] = {64, 16, 4};

// Empty where it cannot be read, which no check here passes.
QString read(const QString &path)
{
    QFile file(root + path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

QString oneDecimal(const QJsonValue &value)
{
    return QString::number(value.toDouble(-1), 'f', 1);
}

QJsonArray shippedRuns()
{
    return QJsonDocument::fromJson(read("resources/suites/scenes-v1/results.json").toUtf8()).object()["runs"].toArray();
}

// 0: without tokens, or all of them
const QJsonObject runOf(const QString &compressor, int budget)
{
    for (const QJsonValue &run : shippedRuns())
        if (run["compressor"] == compressor && run["budget"].toInt() == budget)
            return run.toObject();
    return {};
}

QString averageOf(const QString &compressor, int budget = 0)
{
    return oneDecimal(runOf(compressor, budget)["scores"]["avg"]);
}

// One branch with nearly all the weight in every dimension is no mixture.
bool collapsed(int budget)
{
    const QJsonObject weights = runOf("qmop", budget)["mean_alpha"].toObject();
    for (const QString branch : {"pool", "resample", "prune"})
        if (std::all_of(dimensions.begin(), dimensions.end(),
                        [&](const QString &dimension) { return weights[dimension][branch].toDouble() > 0.9; }))
            return true;
    return false;
}

} // namespace

class TestDocuments : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readmeHasTheMeasuredScores();
    void readmeSaysWhereTheRouterCollapsed();
    void guideHasTheMeasuredScores();
    void modelCardHasTheMeasuredScores();
    void modelCardHasTheMeasuredWeights();
    void architectureNamesEveryFolder();
    void architectureNamesWhatCrosses();
};

void TestDocuments::readmeHasTheMeasuredScores()
{
    static const QRegularExpression sentence(
        "On the (\\d+) held-out questions of the shipped suite it scores ([\\d.]+) % with all 256 visual tokens, "
        "([\\d.]+) % with 64 of them, ([\\d.]+) % with 16, ([\\d.]+) % with 4, and ([\\d.]+) % blind\\.");
    const auto found = sentence.match(read("README.md").simplified());
    QVERIFY(found.hasMatch());
    QCOMPARE(found.captured(1).toInt(), runOf("none", 0)["n"].toInt());
    QCOMPARE(found.captured(2), averageOf("none"));
    for (int i = 0; i < int(std::size(budgets)); ++i)
        QCOMPARE(found.captured(3 + i), averageOf("qmop", budgets[i]));
    QCOMPARE(found.captured(6), averageOf("blind"));
}

void TestDocuments::readmeSaysWhereTheRouterCollapsed()
{
    for (const int budget : budgets) {
        QCOMPARE(runOf("qmop", budget)["mean_alpha"].toObject().keys().size(), dimensions.size());
        const QString words = QStringLiteral("collapsed at M = %1").arg(budget);
        QCOMPARE(read("README.md").contains(words), collapsed(budget));
        QCOMPARE(read("models/zoo/scenes-tiny/README.md").contains(words), collapsed(budget));
    }
}

// The table as `qmop bench` prints it.
void TestDocuments::guideHasTheMeasuredScores()
{
    const QStringList lines = read("resources/guide/command-line.md").split(u'\n');
    QCOMPARE(shippedRuns().size(), 2 + 4 * int(std::size(budgets)));
    for (const QJsonValue &run : shippedRuns()) {
        QString line = QStringLiteral("    ") + run["compressor"].toString().leftJustified(10) + u' '
            + (run["budget"].toInt() > 0 ? QString::number(run["budget"].toInt()) : QStringLiteral("-"))
                  .rightJustified(6);
        for (const QString &dimension : dimensions + QStringList{"avg"})
            line += u' ' + oneDecimal(run["scores"][dimension]).rightJustified(6);
        line += u' ' + oneDecimal(run["interval"][0]).rightJustified(6) + " - "
            + oneDecimal(run["interval"][1]).rightJustified(6) + QString::number(run["n"].toInt()).rightJustified(7)
            + u' ' + oneDecimal(run["retention"]).rightJustified(7) + " %";
        QVERIFY2(lines.contains(line), qPrintable(line));
    }
}

void TestDocuments::modelCardHasTheMeasuredScores()
{
    const QStringList lines = read("models/zoo/scenes-tiny/README.md").split(u'\n');
    for (const QJsonValue &run : shippedRuns()) {
        const int budget = run["budget"].toInt();
        QStringList cells{run["compressor"].toString(), budget > 0 ? QString::number(budget) : QStringLiteral("–")};
        for (const QString &dimension : dimensions)
            cells << oneDecimal(run["scores"][dimension]);
        cells << QStringLiteral("**%1** (%2 – %3)")
                     .arg(oneDecimal(run["scores"]["avg"]), oneDecimal(run["interval"][0]),
                          oneDecimal(run["interval"][1]));
        const QString row = "| " + cells.join(" | ") + " |";
        QVERIFY2(lines.contains(row), qPrintable(row));
    }
}

void TestDocuments::modelCardHasTheMeasuredWeights()
{
    const QStringList lines = read("models/zoo/scenes-tiny/README.md").split(u'\n');
    for (const int budget : budgets) {
        const QJsonObject weights = runOf("qmop", budget)["mean_alpha"].toObject();
        for (const QString branch : {"pool", "resample", "prune"}) {
            QStringList cells{QString::number(budget), branch};
            for (const QString &dimension : dimensions)
                cells << QString::number(weights[dimension][branch].toDouble(-1), 'f', 3);
            const QString row = "| " + cells.join(" | ") + " |";
            QVERIFY2(lines.contains(row), qPrintable(row));
        }
    }
}

void TestDocuments::architectureNamesEveryFolder()
{
    const QString page = read("core/README.md");
    QSet<QString> folders;
    for (const SourceFile &file : readSourceTree(QMOP_SOURCE_DIR)) {
        const QStringList parts = QString::fromStdString(file.path).split(u'/');
        if (isCpp(file.path) && parts.size() > 2 && (parts[0] == "core" || parts[0] == "models"))
            folders.insert(parts[0] == "core" && parts[1] == "include" ? "core/include/qmop"
                                                                       : parts[0] + u'/' + parts[1]);
    }
    QVERIFY(folders.size() >= 15);
    for (const QString &folder : folders)
        QVERIFY2(page.contains('`' + folder + '`'), qPrintable(folder));
}

// The functions of the engine's module, and the folders that the window's other
// sources include: all of them in the page's first section.
void TestDocuments::architectureNamesWhatCrosses()
{
    const QString border = read("core/README.md").section("\n## ", 0, 0);
    QSet<QString> crossing;
    static const QRegularExpression function("\\(\\*(\\w+)\\)\\(");
    static const QRegularExpression include("#include \"((?:core|models)/\\w+)/");
    for (const SourceFile &file : readSourceTree(QMOP_SOURCE_DIR)) {
        if (!file.path.starts_with("app/explorer/") || file.path == "app/explorer/engine/engine_module.cpp")
            continue;
        const bool module = file.path == "app/explorer/engine/engine_module.h";
        auto found = (module ? function : include).globalMatch(QString::fromStdString(file.text));
        while (found.hasNext())
            crossing.insert(found.next().captured(1));
    }
    QVERIFY(crossing.contains("summary") && crossing.contains("core/vtcbench"));
    for (const QString &what : crossing)
        QVERIFY2(border.contains('`' + what + '`'), qPrintable(what));
}

QTEST_APPLESS_MAIN(TestDocuments)
#include "tst_documents.moc"
