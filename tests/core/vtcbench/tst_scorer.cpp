// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "core/vtcbench/scorer.h"

using namespace qmop;

class TestScorer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void normalForm_data();
    void normalForm();
    void exact();
    void soft_data();
    void soft();
    void softWithOtherCounts();
    void scorerOfTheSuite();
};

void TestScorer::normalForm_data()
{
    QTest::addColumn<QString>("answer");
    QTest::addColumn<QString>("normal");
    QTest::newRow("plain") << "fox"
                           << "fox";
    QTest::newRow("case, trim") << "  A Red FOX.\n"
                                << "red fox";
    QTest::newRow("number word") << "Three"
                                 << "3";
    QTest::newRow("number in words") << "about twenty cars"
                                     << "about 20 cars";
    QTest::newRow("none") << "none"
                          << "0";
    QTest::newRow("digits") << "007"
                            << "007";
    QTest::newRow("inner spaces") << "left \t of"
                                  << "left of";
    QTest::newRow("hyphen") << "T-shirt"
                            << "t shirt";
    QTest::newRow("decimal") << "3.5"
                             << "3.5";
    QTest::newRow("thousands") << "1,000"
                               << "1000";
    QTest::newRow("time") << "10:30!"
                          << "10:30";
    QTest::newRow("negative") << "it is -3"
                              << "it is -3";
    QTest::newRow("contraction") << "don't"
                                 << "dont";
    QTest::newRow("abbreviation") << "U.S."
                                  << "us";
    QTest::newRow("quotes") << "\"stop\""
                            << "stop";
    QTest::newRow("list") << "red, green"
                          << "red green";
    QTest::newRow("article alone") << "A"
                                   << "a";
    QTest::newRow("articles") << "the end of an era"
                              << "end of era";
    QTest::newRow("letter in a word") << "theatre"
                                      << "theatre";
    QTest::newRow("accent") << "Café"
                            << "café";
    QTest::newRow("empty") << ""
                           << "";
    QTest::newRow("only punctuation") << "?!"
                                      << "";
}

void TestScorer::normalForm()
{
    QFETCH(QString, answer);
    QFETCH(QString, normal);
    QCOMPARE(QString::fromStdString(normaliseAnswer(answer.toStdString())), normal);
    QCOMPARE(QString::fromStdString(normaliseAnswer(normal.toStdString())), normal); // settled
}

void TestScorer::exact()
{
    const std::vector<std::string> references{"two", "a pair"};
    QCOMPARE(exactScore("2", references), 1.0);
    QCOMPARE(exactScore("Pair.", references), 1.0);
    QCOMPARE(exactScore("22", references), 0.0);
    QCOMPARE(exactScore("", references), 0.0);
    QCOMPARE(exactScore("pair of", references), 0.0);
}

void TestScorer::soft_data()
{
    QTest::addColumn<int>("matches");
    QTest::addColumn<double>("score");
    QTest::newRow("none") << 0 << 0.0;
    QTest::newRow("one") << 1 << 1.0 / 3;
    QTest::newRow("two") << 2 << 2.0 / 3;
    QTest::newRow("three") << 3 << 1.0;
    QTest::newRow("ten") << 10 << 1.0;
}

void TestScorer::soft()
{
    QFETCH(int, matches);
    QFETCH(double, score);
    std::vector<std::string> references(10, "something else");
    for (int i = 0; i < matches; ++i)
        references[std::size_t(i)] = i % 2 ? "the Stop" : "stop!";
    QCOMPARE(softScore("STOP", references), score);
}

void TestScorer::softWithOtherCounts()
{
    // One agreed answer is not a third of one.
    QCOMPARE(softScore("yes", std::vector<std::string>{"yes"}), 1.0);
    QCOMPARE(softScore("yes", std::vector<std::string>(9, "yes")), 1.0);
    QCOMPARE(softScore("yes", std::vector<std::string>{"no"}), 0.0);
}

void TestScorer::scorerOfTheSuite()
{
    SuiteSample sample;
    sample.answers.assign(10, "no");
    sample.answers[4] = "yes";
    QCOMPARE(scoreSample("soft", "yes", sample), 1.0 / 3);
    QCOMPARE(scoreSample("exact", "yes", sample), 1.0);
}

QTEST_APPLESS_MAIN(TestScorer)
#include "tst_scorer.moc"
