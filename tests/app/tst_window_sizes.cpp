// SPDX-License-Identifier: GPL-3.0-or-later
//
// What fits small windows with large text, and what large windows do with their room.
#include <QtTest>

#include "app/explorer/experiments/comparison.h"
#include "app/explorer/layout/message_bar.h"
#include "app/explorer/layout/panel_docks.h"
#include "app/explorer/runs/run_status.h"
#include "tests/app/window_fixture.h"
#include "widgets/answer/answer_panel.h"
#include "widgets/answer/token_bars.h"
#include "widgets/image/image_panel.h"
#include "widgets/image/image_view.h"
#include "widgets/theme/elided_label.h"
#include "widgets/theme/theme.h"
#include "widgets/theme/whole_rows.h"

#include <QAbstractButton>
#include <QDockWidget>
#include <QHeaderView>
#include <QScrollBar>
#include <QStatusBar>
#include <QTableView>
#include <QToolButton>

using namespace qmop;

namespace {

const std::vector<std::string> twoNotices{
    "turned upright by its EXIF orientation 6",
    "this picture looks unlike the pictures that the model was trained on (distance 2.49, limit 1.00): its answers "
    "may mean little"};

// Every timer and every layout that was asked for.
void settle()
{
    for (int i = 0; i < 5; ++i) {
        QTest::qWait(1);
        QCoreApplication::sendPostedEvents();
    }
}

class PaintCount : public QObject {
public:
    explicit PaintCount(QWidget *widget) { widget->installEventFilter(this); }
    int count = 0;

protected:
    bool eventFilter(QObject *, QEvent *event) override
    {
        count += event->type() == QEvent::Paint;
        return false;
    }
};

}

class TestWindowSizes : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { applyTheme(*qApp, ThemeMode::Light); } // as the program does: its style has the sizes
    void init();
    void cleanup() { m_fixture.reset(); }
    void largeTextFitsTheWindow_data();
    void largeTextFitsTheWindow();
    void probabilityIsInSightBelowNotices_data();
    void probabilityIsInSightBelowNotices();
    void dockButtonsFollowTheTextSize();
    void largeWindowShowsMorePanels();
    void changedLayoutStaysInALargeWindow_data();
    void changedLayoutStaysInALargeWindow();
    void layoutChangePaintsThePictureOnce_data();
    void layoutChangePaintsThePictureOnce();

private:
    QDockWidget *dock(const char *id) { return m_window->docks()->dock(QString::fromLatin1(id)); }
    bool open(const char *id) { return dock(id)->toggleViewAction()->isChecked(); }
    // Two runs on the sample with notices, as a picture of one's own may have them.
    void runTwice();

    std::unique_ptr<fixture::WindowFixture> m_fixture;
    MainWindow *m_window = nullptr;
};

void TestWindowSizes::init()
{
    m_fixture = std::make_unique<fixture::WindowFixture>();
    m_window = &m_fixture->open();
    QVERIFY(QTest::qWaitForWindowExposed(m_window));
    const auto isBuilt = [](const QDockWidget *each) { return each->widget() != nullptr; };
    QTRY_VERIFY(std::ranges::all_of(m_window->docks()->docks(), isBuilt));
    settle();
}

void TestWindowSizes::runTwice()
{
    QVERIFY(m_fixture->openSample());
    for (int run = 0; run < 2; ++run) {
        m_window->setQuestion(run == 0 ? "is it day?" : "what does the sign say?");
        m_window->startRun();
        auto trace = fixture::makeTrace({});
        trace->request = m_fixture->engine->requests.back();
        trace->request.image.bytes.clear();
        trace->notices = twoNotices;
        m_fixture->engine->send(RunFinished{trace});
        QTRY_COMPARE(m_window->shownTrace(), std::shared_ptr<const RunTrace>(trace));
        if (run == 0)
            m_window->comparison()->setA(trace);
        settle();
    }
}

void TestWindowSizes::largeTextFitsTheWindow_data()
{
    QTest::addColumn<int>("layout");
    QTest::addColumn<int>("scale");
    for (int scale : {100, 150, 200})
        for (LayoutId layout : allLayouts)
            QTest::addRow("%s at %d %%", qPrintable(layoutTitle(layout)), scale) << int(layout) << scale;
}

// Whatever panel is in front, with two runs, notices and a message.
void TestWindowSizes::largeTextFitsTheWindow()
{
    QFETCH(int, layout);
    QFETCH(int, scale);
    applyTextScale(*qApp, scale);
    const auto restore = qScopeGuard([] { applyTextScale(*qApp, 100); });
    const QSize size(1280, 800);
    m_window->resize(size);
    m_window->docks()->resetLayout();
    runTwice();
    m_window->docks()->showLayout(LayoutId(layout));
    m_window->docks()->resetLayout();
    settle();
    m_window->openPaths({m_fixture->path("a picture that is not there, in a folder of a long name.png")});
    QTRY_VERIFY(m_window->findChild<MessageBar *>()->isVisible());
    settle();
    QCOMPARE(m_window->size(), size);
    for (QDockWidget *panel : m_window->docks()->docks()) {
        if (panel->isHidden())
            continue;
        panel->raise();
        settle();
        QVERIFY2(m_window->size() == size,
                 qPrintable(QStringLiteral("%1 high for %2").arg(m_window->height()).arg(panel->objectName())));
        for (const QTableView *table : panel->findChildren<QTableView *>())
            if (qobject_cast<WholeRows *>(table->parentWidget()) && !table->visibleRegion().isEmpty()
                && table->verticalScrollBar()->maximum() > 0)
                QVERIFY2(table->viewport()->height() % table->verticalHeader()->defaultSectionSize() == 0,
                         qPrintable(table->accessibleName()));
        for (const QToolButton *button : panel->findChildren<QToolButton *>())
            if (const int right = button->mapTo(panel, button->rect().topRight()).x(); button->isVisible())
                QVERIFY2(right < panel->width(), qPrintable(panel->objectName() + u' ' + button->text()));
        const int needed = m_window->minimumSizeHint().height();
        QVERIFY2(needed <= size.height(), qPrintable(QStringLiteral("%1 for %2").arg(needed).arg(panel->objectName())));
    }
    for (const ElidedLabel *label : m_window->statusBar()->findChildren<ElidedLabel *>()) {
        const QString shown = label->shownLines().value(0);
        QVERIFY(shown.endsWith(u'…') || shown == label->text());
        QVERIFY(label->toolTip().startsWith(label->text()));
    }
    const QString status = m_window->runStatus()->text();
    QVERIFY(!status.isEmpty());
    QVERIFY2(m_window->runStatus()->width() >= m_window->runStatus()->fontMetrics().horizontalAdvance(status),
             "the times have room beside the hint");
}

void TestWindowSizes::probabilityIsInSightBelowNotices_data()
{
    largeTextFitsTheWindow_data();
}

void TestWindowSizes::probabilityIsInSightBelowNotices()
{
    QFETCH(int, layout);
    QFETCH(int, scale);
    applyTextScale(*qApp, scale);
    const auto restore = qScopeGuard([] { applyTextScale(*qApp, 100); });
    m_window->resize(1280, 800);
    m_window->docks()->resetLayout();
    runTwice();
    m_window->docks()->showLayout(LayoutId(layout));
    m_window->docks()->resetLayout();
    settle();
    const TokenBars *tokens = m_window->answerPanel()->tokenBars();
    QVERIFY(!tokens->tokenRect(0).isEmpty());
    QVERIFY2(tokens->visibleRegion().boundingRect().contains(tokens->tokenRect(0)), "the probability is cut");
    // The notice is shortened, and whole where one looks for it.
    QVERIFY(m_window->answerPanel()->noticesText().contains(QStringLiteral("mean little")));
}

void TestWindowSizes::dockButtonsFollowTheTextSize()
{
    const auto buttons = [this] {
        return dock("answer")->findChildren<QAbstractButton *>(QString(), Qt::FindDirectChildrenOnly);
    };
    settle();
    const int text = m_window->fontMetrics().height();
    QCOMPARE(buttons().size(), 2);
    std::vector<int> small;
    for (const QAbstractButton *button : buttons())
        small.push_back(button->width());
    applyTextScale(*qApp, 200);
    const auto restore = qScopeGuard([] { applyTextScale(*qApp, 100); });
    settle();
    for (int i = 0; i < 2; ++i) {
        QAbstractButton *button = buttons()[i];
        QVERIFY2(button->width() > small[std::size_t(i)] * 3 / 2 && button->height() > text,
                 qPrintable(QStringLiteral("%1 wide, %2 before").arg(button->width()).arg(small[std::size_t(i)])));
        QVERIFY(button->geometry().bottom() < dock("answer")->widget()->y());
        // Painted as large.
        const QImage image = button->grab().toImage();
        QRect drawn;
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x)
                if (image.pixel(x, y) != image.pixel(0, 0))
                    drawn |= QRect(x, y, 1, 1);
        QVERIFY(drawn.width() > text && drawn.height() > text);
    }
}

void TestWindowSizes::largeWindowShowsMorePanels()
{
    const auto share = [this](const char *id, const char *other) {
        return m_window->tabifiedDockWidgets(dock(id)).contains(dock(other));
    };
    QVERIFY(share("bench", "whatif"));
    QVERIFY(share("resampler", "pruning"));
    m_window->docks()->resetLayout();
    const int column = dock("answer")->width();
    const QSize small = m_window->size();
    for (LayoutId layout : {LayoutId::Inspect, LayoutId::Compare}) {
        m_window->docks()->showLayout(layout);
        m_window->resize(3840, 2160);
        settle();
        QVERIFY(!share("bench", "whatif"));
        QVERIFY(!share("costs", "whatif"));
        QVERIFY(!dock("whatif")->visibleRegion().isEmpty());
        QVERIFY(dock("answer")->width() > column * 3 / 2);
        m_window->resize(small);
        settle();
        QVERIFY(share(layout == LayoutId::Inspect ? "bench" : "costs", "whatif"));
        QVERIFY2(dock("answer")->width() < column * 5 / 4,
                 qPrintable(QStringLiteral("%1 in %2").arg(dock("answer")->width()).arg(layoutTitle(layout))));
    }
    // A layout that was placed in the small window is placed anew when it is shown in the large one.
    m_window->resize(3840, 2160);
    settle();
    m_window->docks()->showLayout(LayoutId::Inspect);
    settle();
    QVERIFY(!share("resampler", "pruning"));
    QVERIFY(!dock("pruning")->visibleRegion().isEmpty());
}

void TestWindowSizes::changedLayoutStaysInALargeWindow_data()
{
    QTest::addColumn<bool>("drags");
    QTest::newRow("a panel closed") << false;
    QTest::newRow("a column widened") << true;
}

void TestWindowSizes::changedLayoutStaysInALargeWindow()
{
    QFETCH(bool, drags);
    const int before = dock("answer")->width();
    if (drags) {
        const QPoint edge(dock("answer")->x() - 2, dock("answer")->geometry().center().y());
        QTest::mousePress(m_window, Qt::LeftButton, {}, edge);
        QTest::mouseMove(m_window, edge - QPoint(60, 0));
        settle(); // Qt moves it with a timer
        QTest::mouseRelease(m_window, Qt::LeftButton, {}, edge - QPoint(60, 0));
        settle();
        QVERIFY(dock("answer")->width() > before + 40);
    } else {
        dock("costs")->close();
    }
    const int column = dock("answer")->width();
    settle();
    m_window->resize(3840, 2160);
    settle();
    QCOMPARE(open("costs"), drags);
    QCOMPARE(dock("answer")->width(), column);
    QVERIFY(m_window->tabifiedDockWidgets(dock("bench")).contains(dock("whatif")));
    m_window->docks()->showLayout(LayoutId::Compare);
    m_window->docks()->showLayout(LayoutId::Inspect);
    QCOMPARE(open("costs"), drags);
    QCOMPARE(dock("answer")->width(), column);
    m_window->docks()->resetLayout();
    QVERIFY(open("costs"));
    QVERIFY(!m_window->tabifiedDockWidgets(dock("bench")).contains(dock("whatif")));
}

void TestWindowSizes::layoutChangePaintsThePictureOnce_data()
{
    QTest::addColumn<QSize>("size");
    QTest::newRow("1280x800") << QSize(1280, 800);
    QTest::newRow("3840x2160") << QSize(3840, 2160);
}

void TestWindowSizes::layoutChangePaintsThePictureOnce()
{
    QFETCH(QSize, size);
    m_window->resize(size);
    runTwice();
    for (int round = 0; round < 2; ++round) // placed, then brought back
        for (LayoutId layout : {LayoutId::Compare, LayoutId::Failures, LayoutId::Present, LayoutId::Inspect}) {
            PaintCount painted(m_window->imagePanel()->view());
            m_window->docks()->showLayout(layout);
            settle();
            if (round > 0)
                QVERIFY2(painted.count == (layout == LayoutId::Compare ? 0 : 1),
                         qPrintable(QStringLiteral("%1 times in %2").arg(painted.count).arg(layoutTitle(layout))));
        }
}

QTEST_MAIN(TestWindowSizes)
#include "tst_window_sizes.moc"
