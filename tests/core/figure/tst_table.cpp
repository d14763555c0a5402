// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/figure/table.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <limits>

using namespace qmop;

class TestTable : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void csv();
    void json();
    void latex();
    void markdown();
    void html();
    void numbersReadBack();
    void numbersForReadingAreShort();

private:
    // A number, plain words, and what each format would take for something else.
    Table example() const
    {
        return {"A & B",
                {"name", "α"},
                {{"plain", TableCell::number(0.1F)},
                 {"a \"b\", c\nd", TableCell::number(-3)},
                 {"=1+1", TableCell()},
                 {"<i>50 % of #1_a</i> | *x* \\ {~^}", TableCell::number(1e-9)}}};
    }
};

void TestTable::csv()
{
    QCOMPARE(csvText(example()),
             std::string("name,α\nplain,0.1\n\"a \"\"b\"\", c\nd\",-3\n'=1+1,\n"
                         "<i>50 % of #1_a</i> | *x* \\ {~^},1e-09\n"));
}

void TestTable::json()
{
    const QJsonArray rows = QJsonDocument::fromJson(QByteArray::fromStdString(jsonText(example()))).array();
    QCOMPARE(rows.size(), 4);
    QCOMPARE(rows[0].toObject()["α"].toDouble(), 0.1);
    QCOMPARE(rows[1].toObject()["name"].toString(), QString("a \"b\", c\nd"));
    QCOMPARE(rows[1].toObject()["α"].toDouble(), -3.0);
    QVERIFY(rows[2].toObject()["α"].isNull());
    QCOMPARE(rows[2].toObject()["name"].toString(), QString("=1+1"));
}

void TestTable::latex()
{
    QCOMPARE(latexText(example()),
             std::string("% A \\& B\n\\begin{tabular}{lr}\n\\hline\nname & α \\\\\n\\hline\nplain & 0.1 \\\\\n"
                         "a \"b\", c d & -3 \\\\\n=1+1 &  \\\\\n\\textless{}i\\textgreater{}50 \\% of "
                         "\\#1\\_a\\textless{}/i\\textgreater{} | *x* \\textbackslash{} "
                         "\\{\\textasciitilde{}\\textasciicircum{}\\} & 1e-09 \\\\\n\\hline\n\\end{tabular}\n"));
}

void TestTable::markdown()
{
    QCOMPARE(markdownText(example()),
             std::string("| name | α |\n|---|---:|\n| plain | 0.1 |\n| a \"b\", c d | -3 |\n| =1+1 |  |\n"
                         "| \\<i\\>50 % of \\#1\\_a\\</i\\> \\| \\*x\\* \\\\ \\{\\~^\\} | 1e-09 |\n"));
}

void TestTable::html()
{
    const std::string text = htmlText(example());
    QVERIFY(text.find("<caption>A &amp; B</caption>") != std::string::npos);
    QVERIFY(text.find("&lt;i&gt;50 %") != std::string::npos);
    QVERIFY(text.find("<i>") == std::string::npos);
    QVERIFY(text.find("<td class=\"number\">0.1</td>") != std::string::npos);
}

void TestTable::numbersReadBack()
{
    for (double value : {0.1, 1.0 / 3, 1e300, -2.5, 0.0})
        QCOMPARE(std::stod(TableCell::number(value).text), value);
    QCOMPARE(TableCell::number(0.1F).text, std::string("0.1"));
    QVERIFY(!TableCell::number(std::numeric_limits<double>::quiet_NaN()).isNumber);
    QCOMPARE(TableCell::number(std::numeric_limits<float>::infinity()).text, std::string());
}

void TestTable::numbersForReadingAreShort()
{
    const Table table{"t", {"a"}, {{TableCell::number(0.99855169743869)}, {TableCell::number(943718400)}}};
    QVERIFY(markdownText(table).find("| 0.9986 |\n| 943718400 |") != std::string::npos);
    QVERIFY(htmlText(table).find(">0.9986<") != std::string::npos);
    QVERIFY(latexText(table).find("\n0.9986 ") != std::string::npos);
    QVERIFY(csvText(table).find("0.99855169743869") != std::string::npos);
}

QTEST_APPLESS_MAIN(TestTable)
#include "tst_table.moc"
