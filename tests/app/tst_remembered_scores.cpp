// SPDX-License-Identifier: GPL-3.0-or-later
//
// Scores of one's own questions outlive the window, and say which weights they
// are of.
#include <QtTest>

#include "app/explorer/engine/model_hash.h"
#include "app/explorer/suite/own_suite.h"
#include "qmop/sha256.h"
#include "tests/app/window_fixture.h"
#include "widgets/bench/bench_panel.h"
#include "widgets/bench/own_suite_panel.h"

#include <QTableWidget>

using namespace qmop;

class TestRememberedScores : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { m_fixture.reset(); }

    void scoresOutliveTheWindow();
    void otherWeightsAreMarked();
    void questionsAskedBeforeTheyWereAdded();
    void nothingIsKeptWithoutAFolder();

private:
    QString market() const { return m_fixture->path("resources/samples/market.png"); }
    void addQuestion(const std::string &question)
    {
        QFile picture(market());
        QVERIFY(picture.open(QIODevice::ReadOnly));
        const QByteArray bytes = picture.readAll();
        const auto *first = reinterpret_cast<const std::uint8_t *>(bytes.constData());
        SuiteEditor(m_fixture->path("own").toStdString())
            .add({question, {"yes"}, Dimension::GU, ""}, {first, std::size_t(bytes.size())}, ".png");
    }
    void start(bool journal = true)
    {
        WindowConfig config = m_fixture->config();
        if (journal)
            config.journal = m_fixture->path("data/journal-1.sqlite").toStdString();
        m_fixture->window = std::make_unique<MainWindow>(config);
        m_window = m_fixture->window.get();
        QSignalSpy ready(m_window->modelHash(), &ModelHash::ready);
        m_window->show();
        QVERIFY(ready.wait());
        m_hashes = ready.last()[0].value<std::set<std::string>>();
        QVERIFY(!m_hashes.empty());
        QTRY_VERIFY(m_window->ownSuite()->editor());
    }
    // By the model that is open, with all tokens: "no".
    void ask(const QString &question, const std::string &answer)
    {
        QVERIFY(m_fixture->openSample());
        m_window->setQuestion(question);
        m_window->startRun();
        auto trace = fixture::makeTrace({.answer = answer, .uncompressed = "no"});
        trace->request = m_fixture->engine->requests.back();
        trace->imageSha256 = sha256OfFile(market().toStdString());
        trace->environment.modelHash = *m_hashes.begin();
        QSignalSpy ended(m_window, &MainWindow::runEnded);
        m_fixture->engine->send(RunFinished{trace});
        QVERIFY(ended.wait());
    }
    // Methods in the table of scores, with their average.
    QStringList scores() const
    {
        const QTableWidget *table = m_window->ownSuite()->panel()->bench()->scores();
        QStringList rows;
        for (int row = 0; row < table->rowCount(); ++row)
            rows << table->item(row, 0)->text() + u' ' + table->item(row, int(dimensionCount) + 1)->text();
        return rows;
    }

    std::unique_ptr<fixture::WindowFixture> m_fixture;
    MainWindow *m_window = nullptr;
    std::set<std::string> m_hashes;
};

void TestRememberedScores::init()
{
    m_fixture = std::make_unique<fixture::WindowFixture>();
    for (const char *file : {"model.safetensors", "qmop-16/config.json", "qmop-16/model.safetensors",
                             "qmop-64/config.json", "qmop-64/model.safetensors"})
        fixture::writeFile(m_fixture->path("model/") + file, "{}");
    addQuestion("is it day?");
}

void TestRememberedScores::scoresOutliveTheWindow()
{
    start();
    QCOMPARE(scores(), QStringList());
    ask("is it day?", "yes");
    const QStringList asked = scores();
    QCOMPARE(asked.size(), 2);
    QVERIFY2(asked[0].startsWith("qmop · 64 100"), qPrintable(asked[0]));
    QVERIFY2(asked[1].startsWith("none 0"), qPrintable(asked[1]));
    start();
    QTRY_COMPARE(scores(), asked);
    ask("is it day?", "no"); // a later answer replaces it, here and in the file
    QVERIFY2(scores()[0].startsWith("qmop · 64 0"), qPrintable(scores()[0]));
    const auto sorted = [](QStringList rows) {
        rows.sort();
        return rows;
    };
    const QStringList later = sorted(scores());
    start();
    QTRY_COMPARE(sorted(scores()), later);
}

void TestRememberedScores::otherWeightsAreMarked()
{
    start();
    ask("is it day?", "yes");
    const QString hash = QString::fromStdString(*m_hashes.begin()).left(8);
    fixture::writeFile(m_fixture->path("model/model.safetensors"), "others");
    start();
    QTRY_COMPARE(scores().size(), 2);
    QVERIFY2(scores()[0].startsWith(QStringLiteral("qmop · 64 (other weights %1) 100").arg(hash)),
             qPrintable(scores()[0]));
    // These weights' own answer stands beside it, under its plain name.
    ask("is it day?", "no");
    const QStringList rows = scores();
    QCOMPARE(rows.filter(QStringLiteral("other weights")).size(), 2);
    QCOMPARE(rows.size(), 4);
    QVERIFY(rows.filter(QStringLiteral("qmop · 64 0")).size() == 1);
}

void TestRememberedScores::questionsAskedBeforeTheyWereAdded()
{
    addQuestion("where is this?");
    start();
    ask("where is this?", "yes");
    QCOMPARE(scores().filter(QStringLiteral("(1 of 2)")).size(), 2);
    const std::string id = m_window->ownSuite()->editor()->suite().samples[1].id;
    // Taken out and put back: its answers are known.
    emit m_window->ownSuite()->panel()->removeRequested(QString::fromStdString(id));
    QCOMPARE(scores(), QStringList());
    start();
    QTest::keyClick(m_window, Qt::Key_Z, Qt::ControlModifier); // nothing to undo in a new window
    addQuestion("where is this?");
    m_window->ownSuite()->open(m_fixture->path("own").toStdString());
    QCOMPARE(scores().filter(QStringLiteral("(1 of 2)")).size(), 2);
}

void TestRememberedScores::nothingIsKeptWithoutAFolder()
{
    start(false);
    ask("is it day?", "yes");
    QCOMPARE(scores().size(), 2);
    start(false);
    QCOMPARE(scores(), QStringList());
    QVERIFY(!QFile::exists(m_fixture->path("data/answers-1.sqlite")));
}

QTEST_MAIN(TestRememberedScores)
#include "tst_remembered_scores.moc"
