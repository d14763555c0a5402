// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "widgets/theme/elided_label.h"

using namespace qmop;

class TestElidedLabel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void oneLineIsCut();
    void severalLinesWrapThenAreCut();
    void heightDoesNotFollowTheText();
    void secondLineIsPainted();
    void ownLinesCount();

private:
    static QString words(int count) { return QStringLiteral("word ").repeated(count).trimmed(); }
};

void TestElidedLabel::oneLineIsCut()
{
    ElidedLabel label;
    label.setText(words(40));
    label.resize(200, 30);
    QCOMPARE(label.shownLines().size(), 1);
    QVERIFY(label.shownLines().first().endsWith(u'…'));
    QCOMPARE(label.toolTip(), words(40));
    label.setText("short");
    QCOMPARE(label.shownLines(), QStringList{"short"});
}

void TestElidedLabel::severalLinesWrapThenAreCut()
{
    ElidedLabel label;
    label.setLines(2);
    const QString text = words(12);
    label.setText(text);
    label.resize(label.fontMetrics().horizontalAdvance(words(8)), 60);
    QCOMPARE(label.shownLines().size(), 2);
    QCOMPARE(label.shownLines().join(u' '), text); // nothing is lost
    label.setText(words(40));
    QCOMPARE(label.shownLines().size(), 2);
    QVERIFY(!label.shownLines().first().contains(u'…'));
    QVERIFY(label.shownLines().last().endsWith(u'…'));
    label.setText({});
    QVERIFY(label.shownLines().isEmpty());
}

void TestElidedLabel::heightDoesNotFollowTheText()
{
    ElidedLabel label;
    const int one = label.sizeHint().height();
    label.setLines(2);
    const int two = label.sizeHint().height();
    QCOMPARE(two - one, label.fontMetrics().height());
    label.setText(words(40));
    QCOMPARE(label.sizeHint().height(), two);
}

void TestElidedLabel::secondLineIsPainted()
{
    ElidedLabel label;
    label.setLines(2);
    label.setText(words(12));
    label.resize(label.fontMetrics().horizontalAdvance(words(8)), label.sizeHint().height());
    const auto inkBelowTheFirstLine = [&] {
        const QImage drawn = label.grab().toImage();
        for (int y = label.fontMetrics().height() + 2; y < drawn.height(); ++y)
            for (int x = 0; x < drawn.width(); ++x)
                if (drawn.pixel(x, y) != drawn.pixel(0, 0))
                    return true;
        return false;
    };
    QVERIFY(inkBelowTheFirstLine());
    label.setText(words(3));
    QVERIFY(!inkBelowTheFirstLine());
}

void TestElidedLabel::ownLinesCount()
{
    ElidedLabel label;
    label.setText("first" + QString(QChar::LineSeparator) + "second and third");
    const int wide = label.fontMetrics().horizontalAdvance(words(8));
    QCOMPARE(label.neededLines(wide), 2);
    QCOMPARE(label.neededLines(label.fontMetrics().horizontalAdvance("second an")), 3);
    label.resize(wide, 60);
    label.setLines(2);
    QCOMPARE(label.shownLines(), (QStringList{"first", "second and third"}));
    label.setLines(1); // one after the other
    QCOMPARE(label.shownLines(), QStringList{"first second and third"});
}

QTEST_MAIN(TestElidedLabel)
#include "tst_elided_label.moc"
