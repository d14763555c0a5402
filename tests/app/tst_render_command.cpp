// SPDX-License-Identifier: GPL-3.0-or-later
//
// `qmop render` and `qmop report` from outside. The window's program does their
// work; who typed them need not know.
#include "tests/app/program.h"
#include "tests/fixtures/random_checkpoint.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace qmop;

class TestRenderCommand : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    QByteArray file(const char *name) const { return m_folder.filePath(name).toUtf8(); }

private Q_SLOTS:
    void initTestCase()
    {
        const auto png = stripedPng(60, 40);
        std::ofstream(file("picture.png").toStdString(), std::ios::binary)
            .write(reinterpret_cast<const char *>(png.data()), std::streamsize(png.size()));
        std::ofstream(file("cut.svg").toStdString()) << "<svg><metadata><qmop:recipe size=\"9\"";
        std::ofstream(file("words.txt").toStdString()) << "no figure and no session";
    }

    void refused_data()
    {
        QTest::addColumn<QByteArrayList>("words");
        QTest::addColumn<int>("code");
        QTest::addColumn<QByteArray>("said");
        const QByteArray out = file("out.png");
        const auto row = [](const char *name, const QByteArrayList &words, int code, const QByteArray &said) {
            QTest::newRow(name) << words << code << said;
        };
        // Intact, but nothing that can be painted again: another code than damage.
        row("a plain picture", {"render", file("picture.png"), "--out", out}, 2, "holds no recipe of a figure");
        row("a plain picture's recipe", {"render", file("picture.png"), "--recipe"}, 2, "holds no recipe of a figure");
        row("words", {"render", file("words.txt"), "--recipe"}, 2, "holds no recipe of a figure");
        row("a folder", {"render", m_folder.path().toUtf8(), "--out", out}, 2, "is a folder");
        row("damaged", {"render", file("cut.svg"), "--out", out}, 11, "the recipe of this figure");
        row("damaged recipe", {"render", file("cut.svg"), "--recipe"}, 11, "the recipe of this figure");
        row("nothing", {"render", file("none.png"), "--out", out}, 11, "there is no such file");
        row("neither", {"render", file("picture.png")}, 2, "neither --out nor --recipe");
        row("no format", {"render", file("picture.png"), "--out", file("out.gif")}, 2, ".png, .svg or .pdf");
        row("report on a picture", {"report", file("picture.png"), "--out", file("out.html")}, 2, "is no session file");
        row("report on nothing", {"report", file("none.qmops"), "--out", file("out.html")}, 11, "no such file");
        row("report on a folder", {"report", m_folder.path().toUtf8(), "--out", file("out.html")}, 2, "is a folder");
    }

    void refused()
    {
        QFETCH(QByteArrayList, words);
        QFETCH(int, code);
        QFETCH(QByteArray, said);
        const ProgramResult result = runProgram(words);
        QCOMPARE(result.output, QByteArray());
        QVERIFY2(result.errors.startsWith("qmop " + words.front() + ": "), result.errors.constData());
        QVERIFY2(result.errors.count('\n') == 1 && result.errors.contains(said), result.errors.constData());
        QCOMPARE(result.exitCode, code);
        QVERIFY(!QFile::exists(file("out.png")) && !QFile::exists(file("out.html")));
    }
};

QTEST_APPLESS_MAIN(TestRenderCommand)
#include "tst_render_command.moc"
