// SPDX-License-Identifier: GPL-3.0-or-later
//
// Runs of an earlier window, opened from the list: what is read for them.
#include "tests/app/history_fixture.h"
#include "widgets/counterfactual/what_if_panel.h"

#include <atomic>
#include <functional>
#include <semaphore>

using namespace qmop;

class TestReopenedRuns : public fixture::HistoryFixture {
    Q_OBJECT

private slots:
    void init()
    {
        begin();
        m_decoded = 0;
    }
    void cleanup() { m_window.reset(); }

    void aDoubleClickDecodesOnce_data();
    void aDoubleClickDecodesOnce();
    void anEditThatWasAnsweredIsNotAskedAgain();
    void theShownRunIsChosenWheneverItIsListed();

private:
    // A window whose pictures are counted as they are decoded.
    void startCounting()
    {
        m_window.reset();
        WindowConfig counting = config();
        counting.decoder = [this, inner = counting.decoder](const ImageSource &source) {
            if (source.path.filename() == "glass.png") {
                ++m_decoded;
                m_goOn.acquire();
            }
            return inner(source);
        };
        m_window = std::make_unique<MainWindow>(counting);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        QTRY_VERIFY(m_window->history()->journal());
    }
    // `between`: the two clicks.
    void doubleClick(
        int row, const std::function<void()> &between = [] {})
    {
        const QModelIndex index = list()->model()->index(row, 0);
        list()->scrollTo(index);
        const QPoint at = list()->visualRect(index).center();
        QTest::mouseClick(list()->viewport(), Qt::LeftButton, {}, at);
        between();
        QTest::mouseDClick(list()->viewport(), Qt::LeftButton, {}, at); // the second press alone
        QTest::mouseRelease(list()->viewport(), Qt::LeftButton, {}, at);
    }

    std::atomic<int> m_decoded = 0;
    std::counting_semaphore<> m_goOn{0}; // decoding ends only then
};

void TestReopenedRuns::aDoubleClickDecodesOnce_data()
{
    QTest::addColumn<QSize>("size");
    QTest::addColumn<bool>("beside"); // the window's thread
    QTest::newRow("in the window's thread") << QSize(320, 240) << false;
    QTest::newRow("beside it") << QSize(2500, 2000) << true;
}

// A click, an activation and the click of the second release: all about one run.
void TestReopenedRuns::aDoubleClickDecodesOnce()
{
    QFETCH(QSize, size);
    QFETCH(bool, beside);
    QImage glass(size, QImage::Format_ARGB32); // with alpha: our decoder's, not Qt's
    glass.fill(QColor(90, 160, 220, 128));
    QVERIFY(glass.save(m_fixture->path("glass.png")));
    openPicture("glass.png");
    ask("is it day?", "yes");
    ask("who is it?", "a fox");
    startCounting();
    QSignalSpy shown(m_window.get(), &MainWindow::traceShown);
    if (!beside)
        m_goOn.release(4);
    doubleClick(0, [this] { QTRY_COMPARE(m_decoded.load(), 1); }); // it has begun
    if (beside)
        m_goOn.release(4);
    QTRY_VERIFY(m_window->shownTrace());
    QTRY_VERIFY(!m_window->pictureIsOpening());
    QCOMPARE(m_window->answerPanel()->answerText(), QStringLiteral("a fox"));
    QCOMPARE(m_window->shownTrace()->image->width, size.width());
    QCOMPARE(m_decoded.load(), 1);
    // The other run is about the same picture, which is still there.
    doubleClick(1);
    QTRY_COMPARE(m_window->answerPanel()->answerText(), QStringLiteral("yes"));
    QCOMPARE(m_decoded.load(), 1);
}

void TestReopenedRuns::anEditThatWasAnsweredIsNotAskedAgain()
{
    const auto forcePruning = [this] {
        for (QPushButton *button : m_window->whatIfPanel()->findChildren<QPushButton *>())
            if (button->text() == "K only")
                QTest::mouseClick(button, Qt::LeftButton);
    };
    openPicture();
    ask("what does the sign say?", "fox");
    forcePruning();
    auto edited = std::make_shared<RunTrace>(*m_last);
    edited->request = engine().requests.back();
    edited->answer.text = "owl";
    engine().send(RunFinished{edited});
    QTRY_COMPARE(m_window->answerPanel()->answerText(), QStringLiteral("owl"));
    start();
    const std::size_t requests = engine().requests.size();
    click(1); // the original
    QCOMPARE(m_window->answerPanel()->answerText(), QStringLiteral("fox"));
    forcePruning();
    QCOMPARE(m_window->answerPanel()->answerText(), QStringLiteral("owl"));
    QCOMPARE(engine().requests.size(), requests);
    QCOMPARE(list()->model()->rowCount(), 2);
    QCOMPARE(list()->currentIndex().row(), 0);
}

// No other run stands for one that the filter hides.
void TestReopenedRuns::theShownRunIsChosenWheneverItIsListed()
{
    openPicture();
    ask("what does the sign say?", "fox");
    ask("is it day?", "yes");
    ask("is it night?", "no");
    click(1);
    QTRY_COMPARE(m_window->answerPanel()->answerText(), QStringLiteral("yes"));
    const auto choose = [&](const char *words) {
        QTest::mouseClick(panel()->filterEdit(), Qt::LeftButton);
        panel()->filterEdit()->selectAll();
        QTest::keyClick(panel()->filterEdit(), Qt::Key_Delete);
        QTest::keyClicks(panel()->filterEdit(), words);
    };
    const auto isShown = [&](int row) {
        return list()->currentIndex().row() == row && list()->selectionModel()->isSelected(list()->currentIndex())
            && panel()->noteEdit()->isEnabled() && panel()->pinButton()->isEnabled()
            && panel()->referenceAction()->isEnabled();
    };
    for (const char *words : {"nowhere", "night"}) {
        choose(words);
        QVERIFY(!list()->currentIndex().isValid());
        QVERIFY(!panel()->noteEdit()->isEnabled());
        QCOMPARE(panel()->noteEdit()->placeholderText(), QStringLiteral("Note: choose a run"));
        choose("");
        QVERIFY(isShown(1));
    }
    // What was chosen by keys stays as long as it is listed.
    choose("sign");
    QTest::keyClick(list(), Qt::Key_Down);
    QVERIFY(isShown(0));
    choose("");
    QVERIFY(isShown(2));
    choose("is it"); // hides it, and not the shown run
    QVERIFY(isShown(1));
}

QTEST_MAIN(TestReopenedRuns)
#include "tst_reopened_runs.moc"
