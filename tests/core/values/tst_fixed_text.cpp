// SPDX-License-Identifier: GPL-3.0-or-later
#include "qmop/fixed_text.h"

#include <QTest>

#include <limits>

using namespace qmop;

class TestFixedText : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void byHand_data();
    void byHand();
    void changesHaveASign();
};

void TestFixedText::byHand_data()
{
    QTest::addColumn<double>("value");
    QTest::addColumn<int>("digits");
    QTest::addColumn<QString>("text");
    QTest::newRow("rounded") << -1.23456 << 4 << "-1.2346";
    QTest::newRow("too small for four digits") << -0.00004 << 4 << "-4.0e-05";
    QTest::newRow("tiny") << 3.14e-12 << 2 << "3.1e-12";
    QTest::newRow("nothing") << 0.0 << 4 << "0";
    QTest::newRow("just below") << -0.00006 << 4 << "-0.0001";
    QTest::newRow("minus zero itself") << -0.0 << 2 << "0";
    QTest::newRow("whole") << -0.6 << 0 << "-1";
    QTest::newRow("positive") << 0.5 << 3 << "0.500";
    QTest::newRow("none") << -std::numeric_limits<double>::infinity() << 4 << "-inf";
    QTest::newRow("longest") << -std::numeric_limits<double>::max() << 0
                             << QString::number(-std::numeric_limits<double>::max(), 'f', 0);
}

void TestFixedText::byHand()
{
    QFETCH(double, value);
    QFETCH(int, digits);
    QFETCH(QString, text);
    QCOMPARE(QString::fromStdString(fixedText(value, digits)), text);
}

void TestFixedText::changesHaveASign()
{
    QCOMPARE(changeText(0.11, 4), std::string("+0.1100"));
    QCOMPARE(changeText(-0.11, 4), std::string("-0.1100"));
    QCOMPARE(changeText(2e-6, 4), std::string("+2.0e-06"));
    QCOMPARE(changeText(-2e-6, 4), std::string("-2.0e-06"));
    QCOMPARE(changeText(-0.0, 4), std::string("0"));
}

QTEST_APPLESS_MAIN(TestFixedText)
#include "tst_fixed_text.moc"
