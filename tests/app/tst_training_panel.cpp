// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/layout/panel_docks.h"
#include "app/explorer/training/training_logs.h"
#include "qmop/resources.h"
#include "tests/app/copied_command.h"
#include "tests/app/window_fixture.h"
#include "widgets/plots/training_plot.h"
#include "widgets/theme/theme.h"
#include "widgets/training/training_panel.h"

#include <QClipboard>
#include <QComboBox>
#include <QCryptographicHash>
#include <QDockWidget>
#include <QListWidget>
#include <QTest>
#include <QToolButton>
#include <QWheelEvent>

using namespace qmop;
using namespace qmop::fixture;

// Logs that grow on the disk, as the training panel shows them.
class TestTrainingPanel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void drawsWhatALogHolds();
    void followsALogThatGrows();
    void keepsWhatIsLookedAt();
    void followsALogThatIsRewritten();
    void overlaysRuns();
    void opensBeforeTheLogIsThere();
    void curvesHaveRoomInALowPanel();
    void numbersAtTheAxesStayApart();
    void theCopiedCommandIsOfThisTraining();
    void isAPanelOfTheWindow();
    void screenshot();

private:
    QString folder(const char *name) const { return m_folder->filePath(name); }
    void append(const char *run, const QByteArray &lines) const;

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<TrainingPanel> m_panel;
    std::unique_ptr<TrainingLogs> m_logs;
};

namespace {

QByteArray step(int number, double loss)
{
    return QStringLiteral(
               "{\"stage\": \"stage2\", \"step\": %1, \"loss\": %2, \"seconds\": 1, \"tau\": 5, \"gamma\": 1, "
               "\"alpha\": {\"GU\": {\"pool\": 0.25, \"resample\": 0.25, \"prune\": 0.5}}}\n")
        .arg(number)
        .arg(loss)
        .toUtf8();
}

const QByteArray header("{\"recipe\": \"mine\"}\n");
const QByteArray
    examined("{\"stage\": \"stage2\", \"step\": 2, \"seconds\": 1, \"evaluation\": {\"GU\": 90, \"average\": 70}}\n");

QStringList items(const QComboBox *box)
{
    QStringList texts;
    for (int i = 0; i < box->count(); ++i)
        texts << box->itemText(i);
    return texts;
}

// Chooses with the keyboard.
void choose(QComboBox *box, const QString &text)
{
    box->setFocus();
    QTest::keyClick(box, Qt::Key_Home);
    for (int i = 0; i < box->count() && box->currentText() != text; ++i)
        QTest::keyClick(box, Qt::Key_Down);
    QCOMPARE(box->currentText(), text);
}

}

void TestTrainingPanel::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_logs.reset();
    m_panel = std::make_unique<TrainingPanel>();
    m_panel->resize(600, 500);
    m_logs = std::make_unique<TrainingLogs>(m_panel.get(), nullptr);
    for (const char *run : {"one", "two"})
        QVERIFY(QDir(m_folder->path()).mkpath(run));
}

void TestTrainingPanel::append(const char *run, const QByteArray &lines) const
{
    QFile file(folder(run) + "/training.jsonl");
    QVERIFY(file.open(QIODevice::Append));
    file.write(lines);
}

void TestTrainingPanel::drawsWhatALogHolds()
{
    append("one", header + step(1, 3) + "{\"half\n" + step(2, 2.5) + examined);
    m_logs->open(folder("one"));
    QCOMPARE(m_panel->runs()->count(), 1);
    QCOMPARE(m_panel->runs()->item(0)->text(), QString("one (mine): stage2, step 2; 1 damaged line(s) skipped"));
    QCOMPARE(items(m_panel->stages()), QStringList{"stage2"});
    QCOMPARE(items(m_panel->quantities()), (QStringList{"Loss", "Accuracy", "Mean α, GU", "τ and γ"}));
    QCOMPARE(m_panel->plot()->curveCount(), 1);
    QVERIFY(m_panel->plot()->lastPoint(0) == (CurvePoint{2, 2.5}));
    choose(m_panel->quantities(), "Accuracy");
    QCOMPARE(m_panel->plot()->curveCount(), 2);
    QCOMPARE(m_panel->plot()->label(0), QString("average  70"));
    QCOMPARE(m_panel->plot()->label(1), QString("GU  90"));
    choose(m_panel->quantities(), "Mean α, GU");
    QCOMPARE(m_panel->plot()->curveCount(), 3);
    choose(m_panel->quantities(), "τ and γ");
    QCOMPARE(m_panel->plot()->curveCount(), 2);
}

// The choice stays while points are added.
void TestTrainingPanel::followsALogThatGrows()
{
    append("one", header + step(1, 3));
    m_logs->open(folder("one"));
    choose(m_panel->quantities(), "τ and γ");
    append("one", step(2, 2.5).left(30));
    append("one", step(2, 2.5).mid(30) + step(3, 2));
    QTRY_COMPARE(m_panel->plot()->lastPoint(0).step, 3.0);
    QCOMPARE(m_panel->quantities()->currentText(), QString("τ and γ"));
    choose(m_panel->quantities(), "Loss");
    append("one", step(4, 1.5));
    QTRY_COMPARE(m_panel->plot()->lastPoint(0).value, 1.5);
    QCOMPARE(m_panel->runs()->item(0)->text(), QString("one (mine): stage2, step 4"));
}

// A closer look is not lost when the log grows; a double click or another quantity shows all.
void TestTrainingPanel::keepsWhatIsLookedAt()
{
    append("one", header + step(1, 3) + step(100, 2));
    m_logs->open(folder("one"));
    m_panel->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_panel.get()));
    TrainingPlot *plot = m_panel->plot();
    QCOMPARE(plot->stepsShown(), std::make_pair(1.0, 100.0));
    QWidget *canvas = plot->findChild<QWidget *>();
    const QPointF middle = canvas->rect().center();
    QWheelEvent wheel(middle, canvas->mapToGlobal(middle), {}, {0, 240}, Qt::NoButton, Qt::NoModifier,
                      Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(canvas, &wheel);
    const auto closer = plot->stepsShown();
    QVERIFY(closer.first > 1 && closer.second < 100);
    append("one", step(200, 1));
    QTRY_COMPARE(plot->lastPoint(0).step, 200.0);
    QCOMPARE(plot->stepsShown(), closer);
    QTest::mouseDClick(canvas, Qt::LeftButton, {}, middle.toPoint());
    QCOMPARE(plot->stepsShown(), std::make_pair(1.0, 200.0));
    QCoreApplication::sendEvent(canvas, &wheel);
    choose(m_panel->quantities(), "τ and γ");
    QCOMPARE(plot->stepsShown(), std::make_pair(1.0, 200.0));
}

// A run that goes on puts a new file in the log's place, without the steps that it will do again.
void TestTrainingPanel::followsALogThatIsRewritten()
{
    append("one", header + step(1, 3) + step(2, 2.5) + step(3, 2));
    m_logs->open(folder("one"));
    append("two", header + step(1, 3) + step(2, 2.25));
    QVERIFY(QFile::remove(folder("one") + "/training.jsonl"));
    QVERIFY(QFile::rename(folder("two") + "/training.jsonl", folder("one") + "/training.jsonl"));
    QTRY_COMPARE(m_panel->plot()->lastPoint(0).value, 2.25);
    append("one", step(3, 1.75));
    QTRY_COMPARE(m_panel->plot()->lastPoint(0).value, 1.75);
}

void TestTrainingPanel::overlaysRuns()
{
    append("one", header + step(1, 3));
    append("two", header + step(1, 4) + "{\"stage\": \"vision\", \"step\": 1, \"loss\": 9}\n");
    m_logs->open(folder("one"));
    m_logs->open(folder("two") + "/training.jsonl");
    m_logs->open(folder("one")); // once
    QCOMPARE(m_panel->runs()->count(), 2);
    QCOMPARE(items(m_panel->stages()), (QStringList{"stage2", "vision"}));
    QCOMPARE(m_panel->plot()->curveCount(), 2);
    QCOMPARE(m_panel->plot()->label(0), QString("one (mine): loss  3"));
    QCOMPARE(m_panel->plot()->label(1), QString("two (mine): loss  4"));
    // Untick the first, take the second out.
    m_panel->runs()->setCurrentRow(0);
    QTest::keyClick(m_panel->runs(), Qt::Key_Space);
    QCOMPARE(m_panel->plot()->curveCount(), 1);
    QCOMPARE(m_panel->plot()->lastPoint(0).value, 4.0);
    m_panel->runs()->setCurrentRow(1);
    QTest::mouseClick(m_panel->removeButton(), Qt::LeftButton);
    QCOMPARE(m_panel->runs()->count(), 1);
    QCOMPARE(m_panel->plot()->curveCount(), 0);
    QTest::keyClick(m_panel->runs(), Qt::Key_Space);
    QCOMPARE(m_panel->plot()->curveCount(), 1);
    QVERIFY(QFile::exists(folder("two") + "/training.jsonl"));
}

void TestTrainingPanel::opensBeforeTheLogIsThere()
{
    m_logs->open(folder("one"));
    QCOMPARE(m_panel->runs()->item(0)->text(), QString("one: training.jsonl is not there"));
    QVERIFY(!m_panel->quantities()->isEnabled());
    append("one", header + step(1, 3));
    QTRY_COMPARE(m_panel->plot()->curveCount(), 1);
}

// At a small window's foot beside the controls, in a narrow column below them, to be scrolled to.
void TestTrainingPanel::curvesHaveRoomInALowPanel()
{
    append("one", header + step(1, 3) + step(2, 2.5));
    m_logs->open(folder("one"));
    m_panel->show();
    for (const bool wide : {true, false}) {
        m_panel->resize((wide ? 85 : 45) * m_panel->fontMetrics().averageCharWidth(), 190);
        QCoreApplication::processEvents();
        const QRect plot(m_panel->plot()->mapTo(m_panel.get(), QPoint()), m_panel->plot()->size());
        const QRect list(m_panel->runs()->mapTo(m_panel.get(), QPoint()), m_panel->runs()->size());
        QVERIFY(plot.height() >= 8 * m_panel->fontMetrics().height());
        QVERIFY(wide ? plot.left() > list.right() : plot.top() > list.bottom());
    }
}

void TestTrainingPanel::numbersAtTheAxesStayApart()
{
    QByteArray log = header;
    for (int i = 0; i <= 60; ++i)
        log += step(100 * i, 15 - 0.2 * i);
    append("one", log);
    m_logs->open(folder("one"));
    m_panel->show();
    for (int width : {420, 470, 520, 600, 700, 900}) {
        m_panel->resize(width, 190);
        QTRY_VERIFY2(m_panel->plot()->leastGap() > m_panel->fontMetrics().averageCharWidth(),
                     qPrintable(QStringLiteral("%1: %2").arg(width).arg(m_panel->plot()->leastGap())));
    }
}

// The command, with --report behind it, reads this log with its recipe: it trains nothing.
void TestTrainingPanel::theCopiedCommandIsOfThisTraining()
{
    QFile recipe(QString::fromStdString((resourceDir() / "recipes/embedded.json").string()));
    QVERIFY(recipe.open(QIODevice::ReadOnly));
    const QByteArray text = recipe.readAll() + "\n"; // another one than the shipped
    const QByteArray sha256 = QCryptographicHash::hash(text, QCryptographicHash::Sha256).toHex();
    const char *name = "it's mine";
    QVERIFY(QDir().mkpath(folder(name)) && QDir().mkpath(folder("many")));
    append(name,
           "{\"recipe\": \"mine\", \"recipe_sha256\": \"" + sha256 + "\", \"dtype\": \"f32\"}\n"
               + step(1, 4).replace("\"stage2\"", "\"stage2-64\"")); // as that recipe's stage is called
    m_logs->open(folder(name));
    QVERIFY(!m_panel->copyButton()->isEnabled());
    m_panel->runs()->setCurrentRow(0);
    QVERIFY(!m_panel->copyButton()->isEnabled());
    QVERIFY2(m_panel->copyButton()->toolTip().contains("mine"), qPrintable(m_panel->copyButton()->toolTip()));
    writeFile(folder(name) + "/other.json", "{}");
    writeFile(folder(name) + "/recipe.json", text);
    m_logs->open(folder(name)); // looks again
    m_panel->runs()->setCurrentRow(0);
    QVERIFY2(m_panel->copyButton()->isEnabled(), qPrintable(m_panel->copyButton()->toolTip()));
    QTest::mouseClick(m_panel->copyButton(), Qt::LeftButton);
    const QString command = QGuiApplication::clipboard()->text();
    QVERIFY2(command.startsWith("qmop train ") && command.endsWith("--dtype f32"), qPrintable(command));
    QByteArray printed;
    QCOMPARE(runInShell(command + " --report", &printed), QByteArray());
    QVERIFY2(printed.contains("stage2"), printed);
    // Several processes are started by several commands.
    append("many", "{\"recipe\": \"mine\", \"recipe_sha256\": \"" + sha256 + "\", \"processes\": 2}\n" + step(1, 4));
    m_logs->open(folder("many"));
    m_panel->runs()->setCurrentRow(1);
    QVERIFY(!m_panel->copyButton()->isEnabled());
    QVERIFY(m_panel->copyButton()->toolTip().contains("2 processes"));
}

void TestTrainingPanel::isAPanelOfTheWindow()
{
    append("one", header + step(1, 3) + step(2, 2));
    WindowFixture fixture;
    MainWindow &window = fixture.open();
    window.docks()->open("training");
    TrainingPanel *panel = window.trainingLogs()->panel();
    QTRY_VERIFY(panel->isVisible());
    window.trainingLogs()->open(folder("one"));
    QCOMPARE(panel->plot()->curveCount(), 1);
}

// Pictures for people: QMOP_SCREENSHOTS names a folder.
void TestTrainingPanel::screenshot()
{
    const QString target = qEnvironmentVariable("QMOP_SCREENSHOTS"), run = qEnvironmentVariable("QMOP_TRAINING_LOG");
    if (target.isEmpty() || run.isEmpty())
        QSKIP("QMOP_SCREENSHOTS and QMOP_TRAINING_LOG are not set");
    for (const ThemeMode theme : {ThemeMode::Light, ThemeMode::Dark}) {
        applyTheme(*qApp, theme);
        WindowFixture fixture;
        MainWindow &window = fixture.open();
        window.resize(1280, 800);
        window.docks()->open("training");
        TrainingPanel *panel = window.trainingLogs()->panel();
        QTRY_VERIFY(panel->isVisible());
        const QString name = QString("%1/training-%2-").arg(target).arg(theme == ThemeMode::Dark ? "dark" : "light");
        QVERIFY(window.grab().save(name + "empty.png"));
        for (const QString &each : run.split(u':'))
            window.trainingLogs()->open(each);
        for (const QString &quantity : items(panel->quantities())) {
            choose(panel->quantities(), quantity);
            QVERIFY(window.grab().save(QString("%1%2.png").arg(name).arg(panel->quantities()->currentIndex())));
        }
    }
}

QTEST_MAIN(TestTrainingPanel)
#include "tst_training_panel.moc"
