// SPDX-License-Identifier: GPL-3.0-or-later
//
// The table of commands: keys, the list of keys, the palette.
#include <QtTest>

#include "app/explorer/commands/command_palette.h"
#include "app/explorer/commands/commands.h"
#include "app/explorer/commands/fuzzy_match.h"
#include "app/explorer/commands/key_list.h"
#include "app/explorer/layout/panel_docks.h"
#include "tests/app/window_fixture.h"
#include "widgets/answer/answer_panel.h"
#include "widgets/image/image_panel.h"
#include "widgets/image/image_view.h"
#include "widgets/selection/selection.h"

#include <QAction>
#include <QDockWidget>
#include <QKeySequenceEdit>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QTreeWidget>

#include <set>

using namespace qmop;

class TestCommands : public QObject {
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void lettersFitOrDoNot_data();
    void lettersFitOrDoNot();
    void betterFitsComeFirst_data();
    void betterFitsComeFirst();
    void everyCommandIsNamedOnce();
    void shippedKeys_data();
    void shippedKeys();
    void questionMarkListsTheKeys();
    void questionMarkIsTextInTheQuestion();
    void otherKeysAreKept();
    void takenKeysAreRefused();
    void keysOfThePictureCanBeOthers();
    void paletteDoesWhatIsTyped();
    void paletteShowsWhatCannotBeDone();

private:
    template<typename Dialog> Dialog *dialog() { return m_window->findChild<Dialog *>(); }
    QAction *action(const char *id) { return m_window->commands()->action(QString::fromLatin1(id)); }

    std::unique_ptr<fixture::WindowFixture> m_fixture;
    MainWindow *m_window = nullptr;
};

void TestCommands::init()
{
    m_fixture = std::make_unique<fixture::WindowFixture>();
    m_window = &m_fixture->open();
    QVERIFY(QTest::qWaitForWindowExposed(m_window));
}

void TestCommands::cleanup()
{
    m_fixture.reset();
}

void TestCommands::lettersFitOrDoNot_data()
{
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("fits");
    QTest::newRow("nothing typed") << ""
                                   << "Run" << true;
    QTest::newRow("all") << "run"
                         << "Run" << true;
    QTest::newRow("in order") << "oap"
                              << "Open a picture…" << true;
    QTest::newRow("out of order") << "apo"
                                  << "Open a p" << false;
    QTest::newRow("twice a letter that is there once") << "rr"
                                                       << "Run" << false;
    QTest::newRow("spaces") << "o pic"
                            << "Open a picture…" << true;
    QTest::newRow("longer than the text") << "running"
                                          << "Run" << false;
    QTest::newRow("empty text") << "r"
                                << "" << false;
}

void TestCommands::lettersFitOrDoNot()
{
    QFETCH(QString, pattern);
    QFETCH(QString, text);
    QFETCH(bool, fits);
    QCOMPARE(fuzzyScore(pattern, text).has_value(), fits);
}

void TestCommands::betterFitsComeFirst_data()
{
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<QString>("better");
    QTest::addColumn<QString>("worse");
    QTest::newRow("starts of words") << "lc"
                                     << "Layout Compare"
                                     << "Unlock all";
    QTest::newRow("next to each other") << "run"
                                        << "Run"
                                        << "Resample until now";
    QTest::newRow("shorter") << "run"
                             << "Run"
                             << "Run everything again";
    // The first e, s and t are not the best ones.
    QTest::newRow("later place") << "set"
                                 << "Res, the set"
                                 << "Res, the s.e.t";
}

void TestCommands::betterFitsComeFirst()
{
    QFETCH(QString, pattern);
    QFETCH(QString, better);
    QFETCH(QString, worse);
    QVERIFY(fuzzyScore(pattern, better).value() > fuzzyScore(pattern, worse).value());
}

void TestCommands::everyCommandIsNamedOnce()
{
    std::set<QString> ids, keys;
    for (const Commands::Entry &entry : m_window->commands()->entries()) {
        QVERIFY2(ids.insert(entry.id).second, qPrintable(entry.id));
        QVERIFY2(!entry.label.isEmpty(), qPrintable(entry.id));
        for (const QKeySequence &key : entry.action->shortcuts())
            QVERIFY2(keys.insert(key.toString()).second, qPrintable(key.toString()));
    }
    QVERIFY(ids.size() >= 20);
}

void TestCommands::shippedKeys_data()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<QString>("key");
    const std::pair<const char *, const char *> rows[] = {
        {"file.open", "Ctrl+O"},          {"file.paste", "Ctrl+V"},
        {"run.start", "Ctrl+Return"},     {"run.cancel", "Esc"},
        {"suite.previous", "Alt+Left"},   {"suite.next", "Alt+Right"},
        {"help.palette", "Ctrl+Shift+P"}, {"help.keys", "?"},
        {"view.present", "F11"},          {"layout.inspect", "Ctrl+1"},
        {"layout.present", "Ctrl+4"},
    };
    for (const auto &[id, key] : rows)
        QTest::newRow(id) << id << key;
}

void TestCommands::shippedKeys()
{
    QFETCH(QString, id);
    QFETCH(QString, key);
    QVERIFY(m_window->commands()->action(id));
    QVERIFY2(m_window->commands()->action(id)->shortcuts().contains(QKeySequence(key)),
             qPrintable(keysText(m_window->commands()->action(id)->shortcuts())));
}

void TestCommands::questionMarkListsTheKeys()
{
    m_window->imagePanel()->view()->setFocus();
    QTest::keyClick(m_window->imagePanel()->view(), Qt::Key_Question);
    auto *list = dialog<KeyList>();
    QVERIFY(list && list->isVisible());
    QStringList shown;
    for (int i = 0; i < list->tree()->topLevelItemCount(); ++i)
        shown << list->tree()->topLevelItem(i)->text(0) + u'|' + list->tree()->topLevelItem(i)->text(1);
    for (const Commands::Entry &entry : m_window->commands()->entries())
        QVERIFY2(shown.contains(entry.label + u'|' + keysText(entry.action->shortcuts())), qPrintable(entry.label));
    QVERIFY(shown.contains(QStringLiteral("Hide the overlay while held|Space")));
}

void TestCommands::questionMarkIsTextInTheQuestion()
{
    QLineEdit *question = m_window->answerPanel()->questionEdit();
    question->setFocus();
    QTest::keyClicks(question, "day?");
    QCOMPARE(question->text(), QStringLiteral("day?"));
    QVERIFY(!dialog<KeyList>());
}

void TestCommands::otherKeysAreKept()
{
    action("help.keys")->trigger();
    auto *list = dialog<KeyList>();
    list->choose(QStringLiteral("layout.compare"));
    QTest::keyClick(list->keyEdit(), Qt::Key_K, Qt::ControlModifier);
    QTest::mouseClick(list->setButton(), Qt::LeftButton);
    QVERIFY2(list->message().contains("Ctrl+K"), qPrintable(list->message()));
    list->close();
    QTest::keyClick(m_window, Qt::Key_2, Qt::ControlModifier);
    QCOMPARE(m_window->docks()->layout(), LayoutId::Inspect);
    QTest::keyClick(m_window, Qt::Key_K, Qt::ControlModifier);
    QCOMPARE(m_window->docks()->layout(), LayoutId::Compare);
    // The next start knows them; "Reset all" brings the shipped ones.
    MainWindow again(m_fixture->config());
    QCOMPARE(again.commands()->action("layout.compare")->shortcut(), QKeySequence("Ctrl+K"));
    KeyList other(again.commands(), &again);
    other.setAttribute(Qt::WA_DeleteOnClose, false);
    QTest::mouseClick(other.resetButton(), Qt::LeftButton);
    QCOMPARE(again.commands()->action("layout.compare")->shortcut(), QKeySequence("Ctrl+2"));
    MainWindow third(m_fixture->config());
    QCOMPARE(third.commands()->action("layout.compare")->shortcut(), QKeySequence("Ctrl+2"));
}

void TestCommands::takenKeysAreRefused()
{
    const Commands::Entry *taken
        = m_window->commands()->setKeys(QStringLiteral("layout.compare"), {QKeySequence("Ctrl+O")});
    QVERIFY(taken);
    QCOMPARE(taken->id, QStringLiteral("file.open"));
    QCOMPARE(action("layout.compare")->shortcut(), QKeySequence("Ctrl+2"));
}

// Real keys, to whatever has the focus.
void TestCommands::keysOfThePictureCanBeOthers()
{
    QVERIFY(m_fixture->openSample());
    ImageView *view = m_window->imagePanel()->view();
    Selection *selection = m_window->selection();
    const auto press = [](auto... key) { QTest::keyClick(QApplication::focusWidget(), key...); };
    view->setFocus();
    press(Qt::Key_Down); // to the middle first
    const int middle = selection->hoveredPatch();
    press(Qt::Key_Right);
    QCOMPARE(selection->hoveredPatch(), middle + 1);
    const QList<QKeySequence> space{QKeySequence(Qt::Key_Space)}, none;
    QVERIFY(!m_window->commands()->setKeys("cursor.right", {QKeySequence("J")}));
    QVERIFY(!m_window->commands()->setKeys("cursor.lock", {QKeySequence("K")}));
    QVERIFY(m_window->commands()->setKeys("overlay.next", space)); // taken
    QVERIFY(!m_window->commands()->setKeys("overlay.hide", {QKeySequence("H")}));
    QVERIFY(!m_window->commands()->setKeys("overlay.next", space));

    press(Qt::Key_Right);
    press(Qt::Key_Return);
    QCOMPARE(selection->hoveredPatch(), middle + 1); // no longer its keys
    QCOMPARE(selection->lockedPatch(), -1);
    press(Qt::Key_J);
    QCOMPARE(selection->hoveredPatch(), middle + 2);
    press(Qt::Key_K);
    QCOMPARE(selection->lockedPatch(), middle + 2);
    const OverlayKind before = selection->overlay();
    press(Qt::Key_Space);
    QVERIFY(selection->overlay() != before);
    QTest::keyPress(view, Qt::Key_H);
    QVERIFY(view->overlayHidden());
    QTest::keyRelease(view, Qt::Key_H);
    QVERIFY(!view->overlayHidden());

    // In the question they are text.
    QLineEdit *question = m_window->answerPanel()->questionEdit();
    question->setFocus();
    question->clear();
    for (Qt::Key key : {Qt::Key_H, Qt::Key_J, Qt::Key_Space, Qt::Key_K})
        press(char(key == Qt::Key_Space ? ' ' : key + 'a' - 'A'));
    QCOMPARE(question->text(), QStringLiteral("hj k"));
    QCOMPARE(selection->hoveredPatch(), middle + 2);
    m_window->commands()->resetKeys();
    view->setFocus();
    press(Qt::Key_Left);
    QCOMPARE(selection->hoveredPatch(), middle + 1);
}

void TestCommands::paletteDoesWhatIsTyped()
{
    QTest::keyClick(m_window, Qt::Key_P, Qt::ControlModifier | Qt::ShiftModifier);
    auto *palette = dialog<CommandPalette>();
    QVERIFY(palette && palette->isVisible());
    QVERIFY(palette->list()->count() >= int(m_window->commands()->entries().size()));
    QTest::keyClicks(palette->edit(), "layfail");
    QVERIFY2(palette->list()->currentItem()->text().startsWith("Layout Failures"),
             qPrintable(palette->list()->currentItem()->text()));
    QTest::keyClick(palette->edit(), Qt::Key_Return);
    QTRY_COMPARE(m_window->docks()->layout(), LayoutId::Failures);
    QTRY_VERIFY(!dialog<CommandPalette>());
    // Down chooses the next one; panels are commands too.
    action("help.palette")->trigger();
    QTest::keyClicks(dialog<CommandPalette>()->edit(), "panelcosts");
    QTest::keyClick(dialog<CommandPalette>()->edit(), Qt::Key_Return);
    QTRY_VERIFY(m_window->docks()->dock(QStringLiteral("costs"))->isVisible());
    QTRY_VERIFY(!dialog<CommandPalette>());
    action("help.palette")->trigger();
    auto *third = dialog<CommandPalette>();
    const QString first = third->list()->currentItem()->text();
    QTest::keyClick(third->edit(), Qt::Key_Down);
    QVERIFY(third->list()->currentItem()->text() != first);
    QTest::keyClick(third->edit(), Qt::Key_Escape);
    QTRY_VERIFY(!dialog<CommandPalette>());
}

void TestCommands::paletteShowsWhatCannotBeDone()
{
    action("layout.compare")->setEnabled(false);
    action("help.palette")->trigger();
    QTest::keyClicks(dialog<CommandPalette>()->edit(), "laycomp");
    QTest::keyClick(dialog<CommandPalette>()->edit(), Qt::Key_Return);
    QVERIFY(dialog<CommandPalette>()->isVisible());
    QCOMPARE(m_window->docks()->layout(), LayoutId::Inspect);
}

QTEST_MAIN(TestCommands)
#include "tst_commands.moc"
