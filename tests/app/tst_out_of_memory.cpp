// SPDX-License-Identifier: GPL-3.0-or-later
//
// When a run does not fit into memory the window lives on and offers ones that may.
#include <QtTest>

#include "app/explorer/commands/commands.h"
#include "app/explorer/layout/message_bar.h"
#include "app/explorer/runs/budget_slider.h"
#include "app/explorer/runs/numbers_button.h"
#include "app/explorer/runs/run_controls.h"
#include "tests/app/window_fixture.h"

#include <QComboBox>
#include <QMenu>
#include <QToolButton>

using namespace qmop;

class TestOutOfMemory : public QObject {
    Q_OBJECT

private slots:
    void init();
    void offersASmallerRun();
    void offersALowerPrecision();
    void theWayBackIsInSight();

private:
    void fail(ErrorCode code, std::vector<Precision> smaller = {})
    {
        engine().send(RunFailed{code, "not enough memory", "use a smaller picture", std::move(smaller)});
        QTRY_VERIFY(!m_window->runIsUnderWay());
    }
    QStringList offers() const
    {
        QStringList titles;
        for (const QToolButton *button : m_window->messageBar()->offers())
            if (button->isVisible())
                titles << button->text();
        return titles;
    }
    void take(std::size_t offer)
    {
        const std::size_t before = engine().requests.size();
        QTest::mouseClick(m_window->messageBar()->offers().at(offer), Qt::LeftButton);
        QVERIFY(m_window->messageBar()->isHidden());
        QCOMPARE(engine().requests.size(), before + 1);
    }
    fixture::ScriptedBackend::Log &engine() const { return *m_fixture->engine; }

    std::unique_ptr<fixture::WindowFixture> m_fixture;
    MainWindow *m_window = nullptr;
};

void TestOutOfMemory::init()
{
    m_fixture = std::make_unique<fixture::WindowFixture>();
    m_window = &m_fixture->open();
    QVERIFY(QTest::qWaitForWindowExposed(m_window));
    QVERIFY(m_fixture->openSample());
    m_window->setQuestion("is it day?");
}

// Each time the next smaller run, until there is none.
void TestOutOfMemory::offersASmallerRun()
{
    m_window->controls()->budgetSlider()->setValue(m_window->controls()->budgetSlider()->maximum());
    m_window->controls()->compressorBox()->setCurrentIndex(m_window->controls()->compressorBox()->findData("none"));
    m_window->startRun();
    for (const char *title : {"Run with 64 tokens", "Run with 16 tokens", "Run without maps of unused branches"}) {
        fail(ErrorCode::OutOfMemory);
        QCOMPARE(offers(), QStringList{QString::fromLatin1(title)});
        take(0);
        QCOMPARE(engine().requests.back().question, std::string("is it day?"));
    }
    const RunRequest &last = engine().requests.back();
    QCOMPARE(last.compressor, std::string("qmop"));
    QCOMPARE(last.budget, 16);
    QVERIFY(!last.withUncompressed && last.trace == TraceLevel::Answer);
    fail(ErrorCode::OutOfMemory);
    QVERIFY(!m_window->messageBar()->isHidden());
    QCOMPARE(offers(), QStringList());
    // Another failure offers nothing.
    m_window->startRun();
    fail(ErrorCode::InvalidModel);
    QCOMPARE(offers(), QStringList());
}

// Only what the engine says that it has; later runs of this model keep it.
void TestOutOfMemory::offersALowerPrecision()
{
    m_window->startRun();
    QVERIFY(engine().requests.back().precision == Precision::Automatic);
    fail(ErrorCode::OutOfMemory, {Precision::BFloat16});
    QCOMPARE(offers(), (QStringList{"Run without the uncompressed answer", "Run in bfloat16"}));
    for (const QToolButton *button : m_window->messageBar()->offers())
        QVERIFY(button->focusPolicy() != Qt::NoFocus && !button->accessibleDescription().isEmpty());
    take(1);
    const RunRequest asked = engine().requests.back();
    QVERIFY(asked.precision == Precision::BFloat16);
    QVERIFY(asked.withUncompressed); // nothing else is left out
    fail(ErrorCode::OutOfMemory);
    QCOMPARE(offers(), QStringList{"Run without the uncompressed answer"});
    take(0);
    QVERIFY(engine().requests.back().precision == Precision::BFloat16);
    engine().finish();
    QTRY_VERIFY(m_window->shownTrace());
    m_window->startRun();
    QVERIFY(engine().requests.back().precision == Precision::BFloat16);
}

// Where the numbers are shown, by keys, and in the menu Run.
void TestOutOfMemory::theWayBackIsInSight()
{
    NumbersButton *button = m_window->numbersButton();
    m_window->startRun();
    fail(ErrorCode::OutOfMemory, {Precision::BFloat16});
    take(1);
    engine().finish();
    QTRY_VERIFY(m_window->shownTrace());
    QCOMPARE(button->accessibleName(), QStringLiteral("Numbers of the next runs: bfloat16"));
    QVERIFY(button->isVisible() && button->focusPolicy() & Qt::TabFocus);
    button->setFocus();
    connect(button->menu(), &QMenu::aboutToShow, button, [button] {
        QTimer::singleShot(0, button, [button] {
            QTest::keyClick(button->menu(), Qt::Key_Down); // Automatic
            QTest::keyClick(button->menu(), Qt::Key_Return);
        });
    });
    QTest::keyClick(button, Qt::Key_Space); // until the menu closes
    QCOMPARE(button->accessibleName(), QStringLiteral("Numbers of the next runs: automatic"));
    QVERIFY2(button->text().contains("→ automatic"), qPrintable(button->text()));
    m_window->startRun();
    QVERIFY(engine().requests.back().precision == Precision::Automatic);
    engine().finish();
    QTRY_VERIFY(!m_window->runIsUnderWay());
    QVERIFY2(!button->text().contains("→"), qPrintable(button->text()));
    // The same from the menu, for exact numbers.
    m_window->commands()->action("numbers.float32")->trigger();
    QVERIFY(button->action(Precision::Float32)->isChecked());
    m_window->startRun();
    QVERIFY(engine().requests.back().precision == Precision::Float32);
}

QTEST_MAIN(TestOutOfMemory)
#include "tst_out_of_memory.moc"
