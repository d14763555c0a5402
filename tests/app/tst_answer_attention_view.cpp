// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which patches the answer's tokens attended to, in the window over a scripted engine.
#include <QtTest>

#include "tests/app/window_fixture.h"
#include "widgets/answer/answer_panel.h"
#include "widgets/answer/token_bars.h"
#include "widgets/image/attention_bar.h"
#include "widgets/image/image_panel.h"
#include "widgets/image/image_view.h"
#include "widgets/runs/runs_model.h"
#include "widgets/runs/runs_panel.h"
#include "widgets/selection/selection.h"

#include <QComboBox>
#include <QToolButton>

using namespace qmop;

class TestAnswerAttentionView : public QObject {
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void askedForItRunsAgain();
    void pointingAtATokenDrawsItsMap();
    void patchesLightTheirTokens();
    void plainRunsAskForItWhileChecked();
    void layerAndHeadAreChosenAbove();

private:
    fixture::ScriptedBackend::Log &engine() { return *m_fixture->engine; }
    ImageView *view() { return m_window->imagePanel()->view(); }
    QToolButton *button() { return m_window->answerPanel()->attentionButton(); }
    TokenBars *tokens() { return m_window->answerPanel()->tokenBars(); }
    // Checks the button and answers with attention.
    void ask()
    {
        QTest::mouseClick(button(), Qt::LeftButton);
        QCOMPARE(engine().requests.size(), std::size_t(2));
        engine().finish({.attention = true});
        QTRY_VERIFY(m_window->shownTrace() && m_window->shownTrace()->attention);
    }

    std::unique_ptr<fixture::WindowFixture> m_fixture;
    MainWindow *m_window = nullptr;
};

void TestAnswerAttentionView::init()
{
    m_fixture = std::make_unique<fixture::WindowFixture>();
    QVERIFY(m_fixture->openAnswered());
    m_window = m_fixture->window.get();
}

void TestAnswerAttentionView::cleanup()
{
    m_fixture.reset();
}

void TestAnswerAttentionView::askedForItRunsAgain()
{
    QVERIFY(!engine().requests.front().answerAttention);
    m_window->setQuestion("is it day?"); // typed, not asked: the run shown is the one that is run again
    ask();
    const RunRequest &again = engine().requests.back();
    QCOMPARE(again.question, std::string("what does the sign say?"));
    QCOMPARE(again.answerAttention, std::optional(AttentionChoice{}));
    QVERIFY(!again.image.path.empty());
    QCOMPARE(m_window->selection()->overlay(), OverlayKind::Answer);
    QCOMPARE(m_window->runsPanel()->model()->rowCount(), 2); // a run like any other
    QTest::mouseClick(button(), Qt::LeftButton);
    QCOMPARE(m_window->selection()->overlay(), OverlayKind::Kept);
    QTest::mouseClick(button(), Qt::LeftButton); // it is there already
    QCOMPARE(engine().requests.size(), std::size_t(2));
    QCOMPARE(m_window->selection()->overlay(), OverlayKind::Answer);
}

void TestAnswerAttentionView::pointingAtATokenDrawsItsMap()
{
    ask();
    QVERIFY2(view()->trustStrip().contains("the only token"), qPrintable(view()->trustStrip()));
    const QImage before = view()->grab().toImage();
    QTest::mouseMove(tokens(), tokens()->tokenRect(0).center());
    QTRY_VERIFY(!view()->hoverMarks().empty());
    QVERIFY(view()->trustStrip().contains("not proof of use"));
    QVERIFY(view()->grab().toImage() != before);
    QTest::mouseClick(tokens(), Qt::LeftButton, {}, tokens()->tokenRect(0).center());
    QTest::mouseMove(m_window, QPoint(1, 1));
    QTRY_VERIFY(view()->hoverMarks().empty());
    QVERIFY(m_window->selection()->hasLock());
    m_window->selection()->unlock();
    QCOMPARE(m_window->selection()->answerToken(), -1);
}

void TestAnswerAttentionView::patchesLightTheirTokens()
{
    ask();
    const std::vector<int> patches = m_window->selection()->links().answerPatches(0);
    QVERIFY(!patches.empty());
    const RectF box = m_window->shownTrace()->grid.patchInImage(patches.front());
    const QPointF centre = view()->widgetFromImage().map(QPointF(box.x + box.width / 2, box.y + box.height / 2));
    QTest::mouseMove(view(), centre.toPoint());
    QTRY_COMPARE(tokens()->highlighted(false), std::vector<int>{0});
}

void TestAnswerAttentionView::plainRunsAskForItWhileChecked()
{
    ask();
    m_window->startRun();
    QCOMPARE(engine().requests.size(), std::size_t(3));
    QCOMPARE(engine().requests.back().answerAttention, std::optional(AttentionChoice{}));
    engine().finish();
    QTRY_VERIFY(m_window->shownTrace() && !m_window->shownTrace()->attention);
    // A run without it, opened from the list say, shows what it has; asked for it, it
    // tells why there is nothing to draw.
    QCOMPARE(m_window->selection()->overlay(), OverlayKind::Kept);
    m_window->selection()->setOverlay(OverlayKind::Answer);
    QVERIFY2(view()->overlayProblem().contains("Not recorded"), qPrintable(view()->overlayProblem()));
    QTest::mouseClick(button(), Qt::LeftButton);
    m_window->startRun();
    QVERIFY(!engine().requests.back().answerAttention);
}

void TestAnswerAttentionView::layerAndHeadAreChosenAbove()
{
    AttentionBar *bar = m_window->imagePanel()->attentionBar();
    QVERIFY(!bar->isVisible());
    ask();
    QVERIFY(bar->isVisible());
    QCOMPARE(bar->layerBox()->count(), 4);
    QCOMPARE(bar->headBox()->count(), 9);
    QCOMPARE(bar->choice(), AttentionChoice{});
    // Another layer is another run, and is drawn from it.
    bar->layerBox()->setFocus();
    QTest::keyClick(bar->layerBox(), Qt::Key_Home);
    QCOMPARE(engine().requests.size(), std::size_t(3));
    QCOMPARE(engine().requests.back().answerAttention, std::optional(AttentionChoice{0, -1}));
    QVERIFY(!bar->layerBox()->isEnabled());
    QVERIFY(bar->layerBox()->toolTip().contains("Esc"));
    engine().finish({.attention = true, .attended = {0, -1}});
    QTRY_VERIFY(view()->trustStrip().contains("layer 0 of 0–3, mean of 8 heads"));
    QVERIFY(bar->headBox()->isEnabled());
    QTest::keyClick(bar->headBox(), Qt::Key_End);
    QCOMPARE(engine().requests.back().answerAttention, std::optional(AttentionChoice{0, 7}));
    engine().finish({.attention = true, .attended = {0, 7}});
    QTRY_VERIFY(view()->trustStrip().contains("layer 0 of 0–3, head 7 of 8"));
    // The next question is asked with it.
    m_window->startRun();
    QCOMPARE(engine().requests.back().answerAttention, std::optional(AttentionChoice{0, 7}));
    engine().finish({.attention = true, .attended = {0, 7}});
    QTRY_COMPARE(m_window->runsPanel()->model()->rowCount(), 5);
    // A run of the list shows what it was drawn from, and starts nothing.
    emit m_window->runsPanel()->runActivated(
        m_window->runsPanel()->model()->trace(m_window->runsPanel()->model()->index(3)));
    QCOMPARE(bar->choice(), AttentionChoice{});
    QCOMPARE(engine().requests.size(), std::size_t(5));
    QTest::mouseClick(button(), Qt::LeftButton);
    QVERIFY(!bar->isVisible());
}

QTEST_MAIN(TestAnswerAttentionView)
#include "tst_answer_attention_view.moc"
