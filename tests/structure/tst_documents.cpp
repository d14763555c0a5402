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

const QJsonObject runOf(const QString &compressor)
{
    for (const QJsonValue &run : shippedRuns())
        if (run["compressor"] == compressor)
            return run.toObject();
    return {};
}

QString averageOf(const QString &compressor)
{
    return oneDecimal(runOf(compressor)["scores"]["avg"]);
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
    static const QRegularExpression sentence("On the (\\d+) held-out questions of the shipped suite it scores "
                                             "([\\d.]+) % with all 256 visual tokens, ([\\d.]+) % with (\\d+) of them"
                                             ".*? and ([\\d.]+) % blind\\.");
    const auto found = sentence.match(read("README.md").simplified());
    QVERIFY(found.hasMatch());
    QCOMPARE(found.captured(1).toInt(), runOf("none")["n"].toInt());
    QCOMPARE(found.captured(2), averageOf("none"));
    QCOMPARE(found.captured(3), averageOf("qmop"));
    QCOMPARE(found.captured(4).toInt(), runOf("qmop")["budget"].toInt());
    QCOMPARE(found.captured(5), averageOf("blind"));
}

// One branch with nearly all the weight in every dimension is no mixture.
void TestDocuments::readmeSaysWhereTheRouterCollapsed()
{
    const QJsonObject weights = runOf("qmop")["mean_alpha"].toObject();
    QCOMPARE(weights.keys().size(), dimensions.size());
    bool collapsed = false;
    for (const QString branch : {"pool", "resample", "prune"})
        collapsed = collapsed || std::all_of(dimensions.begin(), dimensions.end(), [&](const QString &dimension) {
                        return weights[dimension][branch].toDouble() > 0.9;
                    });
    QCOMPARE(read("README.md").contains("collapsed"), collapsed);
    QCOMPARE(read("models/zoo/scenes-tiny/README.md").contains("The router has collapsed"), collapsed);
}

// The table as `qmop bench` prints it.
void TestDocuments::guideHasTheMeasuredScores()
{
    const QStringList lines = read("resources/guide/command-line.md").split(u'\n');
    QCOMPARE(shippedRuns().size(), 6);
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
    const QJsonObject weights = runOf("qmop")["mean_alpha"].toObject();
    for (const QString branch : {"pool", "resample", "prune"}) {
        QStringList cells{branch};
        for (const QString &dimension : dimensions)
            cells << QString::number(weights[dimension][branch].toDouble(-1), 'f', 3);
        const QString row = "| " + cells.join(" | ") + " |";
        QVERIFY2(lines.contains(row), qPrintable(row));
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
