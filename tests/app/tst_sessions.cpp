// SPDX-License-Identifier: GPL-3.0-or-later
//
// Sessions and replay packs in the window.
#include "app/explorer/figures/figure_store.h"
#include "app/explorer/window/sessions.h"
#include "tests/app/history_fixture.h"

#include <QAction>
#include <QDockWidget>
#include <QDropEvent>
#include <QMimeData>

using namespace qmop;

class TestSessions : public fixture::HistoryFixture {
    Q_OBJECT

private slots:
    void init() { begin(); }
    void cleanup() { m_window.reset(); }

    void aSessionIsSavedAndOpened();
    void aSessionIsCompletedFromTheHistory();
    void aPackOpensElsewhere();
    void aRunOutOfAFigureIsPacked();
    void whatIsMissingFromAPackIsNumbered();
    void aBadSessionLeavesTheWindowAsItWas();

private:
    void drop(const QString &file)
    {
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(file)});
        QDragEnterEvent enter(QPoint(40, 40), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(m_window.get(), &enter);
        QDropEvent event(QPointF(40, 40), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(m_window.get(), &event);
    }
};

void TestSessions::aSessionIsSavedAndOpened()
{
    openPicture();
    ask("what does the sign say?", "fox");
    start(); // a run of another session
    openPicture();
    ask("is it day?", "yes");
    ask("is it night?", "no");
    click(1);
    QTest::keyClicks(panel()->tagsEdit(), "day");
    QTest::keyClick(panel()->tagsEdit(), Qt::Key_Return);
    m_window->docks()->showLayout(LayoutId::Compare);
    m_window->addDockWidget(Qt::LeftDockWidgetArea, m_window->docks()->dock("router"));
    m_window->docks()->dock("costs")->close();
    m_window->setQuestion("half a quest");
    const QString file = m_fixture->path("resources/mine.qmops");
    QVERIFY(m_window->sessions()->save(file));
    QVERIFY2(m_window->messageBar()->isHidden(), qPrintable(m_window->messageBar()->text()));
    // Ctrl+S from now on writes that file, without asking for a name.
    QVERIFY(QFile::remove(file));
    m_window->imagePanel()->view()->setFocus();
    QTest::keyClick(m_window.get(), Qt::Key_S, Qt::ControlModifier);
    QVERIFY(QFile::exists(file));

    start();
    m_window->docks()->showLayout(LayoutId::Compare);
    m_window->docks()->resetLayout();
    QVERIFY(m_window->docks()->dock("costs")->toggleViewAction()->isChecked());
    m_window->docks()->showLayout(LayoutId::Inspect);
    QCOMPARE(list()->model()->rowCount(), 3);
    m_window->sessions()->open(file);
    QVERIFY2(m_window->messageBar()->isHidden(), qPrintable(m_window->messageBar()->text()));
    QCOMPARE(list()->model()->rowCount(), 2);
    QCOMPARE(m_window->answerPanel()->answerText(), QStringLiteral("yes")); // the run that was shown
    QCOMPARE(m_window->answerPanel()->question(), QStringLiteral("half a quest"));
    QCOMPARE(m_window->docks()->layout(), LayoutId::Compare);
    QCOMPARE(m_window->dockWidgetArea(m_window->docks()->dock("router")), Qt::LeftDockWidgetArea);
    QVERIFY(!m_window->docks()->dock("costs")->toggleViewAction()->isChecked());
    QCOMPARE(panel()->tagsEdit()->text(), QStringLiteral("day"));
    QVERIFY(m_window->runObstacle().isEmpty());
    QVERIFY(panel()->allRunsButton()->isVisibleTo(panel()));
    QTest::mouseClick(panel()->allRunsButton(), Qt::LeftButton);
    QCOMPARE(list()->model()->rowCount(), 3);
    // The shown run is among them, and can be written on.
    QCOMPARE(list()->currentIndex().row(), 1);
    QVERIFY(list()->selectionModel()->isSelected(list()->currentIndex()));
    QVERIFY(panel()->pinButton()->isEnabled());
    QCOMPARE(panel()->tagsEdit()->text(), QStringLiteral("day"));
    QCOMPARE(panel()->shownRun(), panel()->model()->headline(panel()->model()->index(1))->uid);
}

// What came after the last Ctrl+S is in the journal and comes back with the file.
void TestSessions::aSessionIsCompletedFromTheHistory()
{
    openPicture();
    ask("what does the sign say?", "fox");
    const QString file = m_fixture->path("resources/mine.qmops");
    QVERIFY(m_window->sessions()->save(file));
    ask("is it day?", "yes");
    click(1);
    QTest::keyClicks(panel()->noteEdit(), "later");
    QTest::keyClick(panel()->noteEdit(), Qt::Key_Return);
    start();
    m_window->sessions()->open(file);
    QCOMPARE(list()->model()->rowCount(), 2);
    QVERIFY2(m_window->messageBar()->text().contains("not in the file came back from the history: 1."),
             qPrintable(m_window->messageBar()->text()));
    QCOMPARE(panel()->model()->headline(panel()->model()->index(1))->edits.note, std::string("later"));
    QVERIFY(m_window->sessions()->save(file));
    QCOMPARE(SessionReader(file.toStdString()).headlines().size(), std::size_t(2));
    QCOMPARE(SessionReader(file.toStdString()).headlines()[0].edits.note, std::string("later"));
}

// On a machine without the picture, the journal, the model and the engine.
void TestSessions::aPackOpensElsewhere()
{
    openPicture();
    ask("what does the sign say?", "fox");
    ask("is it day?", "yes");
    const auto before = m_last;
    panel()->filterEdit()->setText("day");
    const QString file = m_fixture->path("one.qmopz");
    QVERIFY(m_window->sessions()->savePack(file));
    QVERIFY2(m_window->messageBar()->isHidden(), qPrintable(m_window->messageBar()->text()));
    m_window.reset();
    QFile packed(file);
    QVERIFY(packed.open(QIODevice::ReadOnly));
    QVERIFY(!packed.readAll().contains(m_fixture->folder.path().toUtf8())); // nobody's folders
    QVERIFY(QFile::remove(m_fixture->path("resources/samples/market.png")));

    WindowConfig elsewhere = m_fixture->config();
    elsewhere.journal = m_fixture->path("elsewhere/journal.sqlite").toStdString();
    elsewhere.model = m_fixture->path("no-model").toStdString();
    elsewhere.backend = [](auto) -> std::unique_ptr<RunBackend> { throw Error(ErrorCode::Internal, "no engine"); };
    elsewhere.decoder = [](const ImageSource &) -> DecodedImage { throw Error(ErrorCode::Internal, "no engine"); };
    m_window = std::make_unique<MainWindow>(elsewhere);
    m_window->show();
    m_window->sessions()->open(file);
    QCOMPARE(list()->model()->rowCount(), 1);
    QCOMPARE(m_window->answerPanel()->answerText(), QStringLiteral("yes"));
    RunTrace expected = *before;
    expected.request.image.path = "market.png";
    expected.request.model = "model";
    QCOMPARE(fixture::firstDifference(*m_window->shownTrace(), expected), std::string());
    QCOMPARE(m_window->shownTrace()->image->rgb, before->image->rgb);
    // A pack is not written to.
    QVERIFY(m_window->history()->sessionFile().empty());
}

// It is in the list and in no history: the pack holds it all the same, with its picture.
void TestSessions::aRunOutOfAFigureIsPacked()
{
    openPicture();
    ask("what does the sign say?", "fox");
    const QString figure = m_fixture->path("figure.png");
    FigureRequest request;
    request.trace = m_window->shownTrace();
    request.source = m_window->shownSource();
    writeFigure(request, figure.toStdString(), config().decoder);
    m_window.reset();
    QVERIFY(QFile::remove(QString::fromStdString(journalFile().string()))); // somebody else's window
    start();
    QCOMPARE(list()->model()->rowCount(), 0);
    drop(figure);
    QTRY_COMPARE(list()->model()->rowCount(), 1);
    const QString pack = m_fixture->path("p.qmopz");
    for (int times = 0; times < 2; ++times) {
        QVERIFY(m_window->sessions()->savePack(pack));
        QVERIFY2(m_window->messageBar()->isHidden(), qPrintable(m_window->messageBar()->text()));
        const SessionReader reader(pack.toStdString());
        QVERIFY(reader.isComplete());
        QCOMPARE(reader.headlines().size(), std::size_t(1));
        QCOMPARE(reader.headlines()[0].answer, std::string("fox"));
        QCOMPARE(reader.pictureObstacle(reader.headlines()[0].pictureSha256), std::string());
    }
    start();
    m_window->sessions()->open(pack);
    QCOMPARE(m_window->answerPanel()->answerText(), QStringLiteral("fox"));
    QVERIFY2(m_window->messageBar()->isHidden(), qPrintable(m_window->messageBar()->text()));
}

// A run that is neither in the history nor at hand; what is said goes when something else is opened.
void TestSessions::whatIsMissingFromAPackIsNumbered()
{
    openPicture();
    ask("what does the sign say?", "fox");
    const QString whole = m_fixture->path("whole.qmopz"), part = m_fixture->path("part.qmopz");
    QVERIFY(m_window->sessions()->savePack(whole));
    RunHeadline lost = *panel()->model()->headline(panel()->model()->index(0));
    lost.uid = std::string(32, 'a');
    panel()->model()->setHistory({*panel()->model()->headline(panel()->model()->index(0)), lost}, {});
    QVERIFY(m_window->sessions()->savePack(part));
    QCOMPARE(m_window->messageBar()->text().section(u'\n', 0, 0),
             QStringLiteral("part.qmopz was saved without: run 2 “what does the sign say?”, which is no longer in the "
                            "history."));
    QCOMPARE(SessionReader(part.toStdString()).headlines().size(), std::size_t(1));
    m_window->sessions()->open(whole);
    QVERIFY2(m_window->messageBar()->isHidden(), qPrintable(m_window->messageBar()->text()));
}

void TestSessions::aBadSessionLeavesTheWindowAsItWas()
{
    openPicture();
    ask("what does the sign say?", "fox");
    fixture::writeFile(m_fixture->path("bad.qmops"), "these are words");
    m_window->sessions()->open(m_fixture->path("bad.qmops"));
    QVERIFY2(m_window->messageBar()->text().contains("bad.qmops: is no session file"),
             qPrintable(m_window->messageBar()->text()));
    QVERIFY(m_window->messageBar()->text().contains(u'\n')); // the remedy
    QCOMPARE(list()->model()->rowCount(), 1);
    QCOMPARE(m_window->answerPanel()->answerText(), QStringLiteral("fox"));
    // A folder that does not exist: said, and the session goes on.
    QVERIFY(!m_window->sessions()->save(m_fixture->path("nowhere/mine.qmops")));
    QVERIFY(m_window->messageBar()->text().contains("nowhere/mine.qmops"));
}

QTEST_MAIN(TestSessions)
#include "tst_sessions.moc"
