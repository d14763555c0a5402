// SPDX-License-Identifier: GPL-3.0-or-later
//
// A run of the past comes with what it was asked with: the top bar says it.
#include "app/explorer/runs/run_status.h"
#include "app/explorer/window/sessions.h"
#include "tests/app/history_fixture.h"

#include <QComboBox>

using namespace qmop;

class TestRecall : public fixture::HistoryFixture {
    Q_OBJECT

private slots:
    void init() { begin(); }
    void cleanup() { m_window.reset(); }

    void aRunBringsItsSettings();
    void aMissingPictureIsOneRunsAffair();
    void aRecoveredRunBringsItsSettings_data();
    void aRecoveredRunBringsItsSettings();

private:
    // What the top bar shows.
    QStringList settings()
    {
        const RunControls *controls = m_window->controls();
        return {QString::fromStdString(controls->compressor()), QString::number(controls->budget()),
                controls->fusionBox()->currentText()};
    }
};

// Chosen in the list, or of a session that is opened.
void TestRecall::aRunBringsItsSettings()
{
    openPicture();
    ask("what does the sign say?", "fox");
    const QStringList first = settings();
    m_window->controls()->choose("prune", 16);
    m_window->controls()->fusionBox()->setCurrentIndex(1);
    ask("is it day?", "yes");
    const QStringList second = settings();
    QVERIFY2(m_window->runStatus()->text().startsWith("done after"), qPrintable(m_window->runStatus()->text()));
    click(1);
    QCOMPARE(settings(), first);
    QVERIFY(!m_window->runStatus()->text().contains("done")); // that was the other run
    click(0);
    QCOMPARE(settings(), second);
    const QString file = m_fixture->path("mine.qmops");
    QVERIFY(m_window->sessions()->save(file));
    m_window->controls()->choose("none", 64);
    m_window->sessions()->open(file);
    QCOMPARE(settings(), second);
}

void TestRecall::aMissingPictureIsOneRunsAffair()
{
    openPicture();
    ask("what does the sign say?", "fox");
    fixture::writePicture(m_fixture->path("other.png"), 300, 200, Qt::red);
    openPicture("other.png");
    ask("is it day?", "yes");
    m_window.reset();
    QFile::remove(m_fixture->path("other.png"));
    start();
    click(0);
    const MessageBar *message = m_window->messageBar();
    QVERIFY(!message->isHidden());
    QVERIFY2(message->text().contains("other.png"), qPrintable(message->text()));
    click(1);
    QCOMPARE(m_window->answerPanel()->answerText(), QStringLiteral("fox"));
    QVERIFY2(message->isHidden(), qPrintable(message->text()));
}

void TestRecall::aRecoveredRunBringsItsSettings_data()
{
    QTest::addColumn<std::string>("compressor");
    QTest::addColumn<int>("budget");
    QTest::newRow("none") << std::string("none") << 64;
    QTest::newRow("pooling") << std::string("pool") << 16;
}

void TestRecall::aRecoveredRunBringsItsSettings()
{
    QFETCH(std::string, compressor);
    QFETCH(int, budget);
    m_window->controls()->choose(compressor, budget);
    m_window->controls()->fusionBox()->setCurrentIndex(2);
    const QStringList asked = settings();
    openPicture();
    ask("what does the sign say?", "fox");
    m_window.reset();
    killAWindow([this](RunJournal &journal, const std::string &session) { journal.append(*m_last, {}, session); });
    start();
    QVERIFY(settings() != asked);
    QVERIFY(m_window->showRecoveredRun());
    QCOMPARE(settings(), asked);
    QCOMPARE(m_window->answerPanel()->question(), QStringLiteral("what does the sign say?"));
    QCOMPARE(engine().requests.size(), std::size_t(1)); // nothing was asked by itself
}

QTEST_MAIN(TestRecall)
#include "tst_recall.moc"
