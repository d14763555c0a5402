// SPDX-License-Identifier: GPL-3.0-or-later
//
// Sessions that are damaged where their tables are listed.
#include "core/store/session_file.h"
#include "core/store/store_format.h"
#include "qmop/error.h"
#include "tests/widgets/trace_fixture.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace qmop;

class TestFirstPage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        save(SessionWriter::Begin::Anew, {"where is this?", "is it night?"});
        save(SessionWriter::Begin::WithItsRuns, {"who is there?"}); // as `qmop run --session` adds it
        m_whole = read();
        QVERIFY(m_whole.size() > 3 * 4096);
    }

    // All but the letters by which a file is known for a session.
    void everyLetterOfIt()
    {
        for (qsizetype at = 16; at < 4096; at += at < 200 ? 1 : 13) {
            if (at >= 68 && at < 72)
                continue;
            QByteArray changed = m_whole;
            changed[at] = char(changed[at] ^ 0xFF);
            write(changed);
            try {
                const SessionReader reader(file());
                QVERIFY2(reader.headlines().size() == 3, qPrintable(QString::number(at)));
                for (std::size_t i = 0; i < 3; ++i) {
                    QCOMPARE(reader.headlines()[i].question, m_questions[i]);
                    QCOMPARE(reader.trace(reader.headlines()[i].uid)->answer.text, reader.headlines()[i].answer);
                }
            } catch (const Error &error) {
                QFAIL(qPrintable(QString::number(at) + ": " + error.what()));
            }
        }
    }

    void itIsSaid()
    {
        for (const int length : {1, 3000}) {
            QByteArray changed = m_whole;
            for (int i = 0; i < length; ++i)
                changed[100 + i] = char(changed[100 + i] ^ 0x55);
            write(changed);
            const SessionReader reader(file());
            QCOMPARE(reader.problems(),
                     std::vector<std::string>{file() + ": is damaged: all of its 3 runs can be read"});
        }
    }

    // Further damage is found as it is elsewhere.
    void aRunIsDamagedAsWell()
    {
        QByteArray changed = m_whole;
        changed[100] = '\x55';
        write(changed.replace("is it night?", "is it nighs?"));
        const SessionReader reader(file());
        QCOMPARE(reader.headlines().size(), std::size_t(2));
        QVERIFY(!reader.isComplete() && reader.problems().at(0).find("1 of its 3 runs") != std::string::npos);
    }

    // Without sums nobody knows whether the tables were found.
    void olderFilesAreLost()
    {
        write(m_whole);
        Database(file(), Database::Access::ReadWrite).execute("DROP TABLE sums; VACUUM");
        QByteArray changed = read();
        changed[100] = '\x55';
        write(changed);
        try {
            const SessionReader reader(file());
            QFAIL("was opened");
        } catch (const Error &error) {
            QCOMPARE(error.code(), ErrorCode::InvalidSession);
            QCOMPARE(QString(error.what()),
                     QString::fromStdString(file())
                         + ": is damaged: its first page, which lists its tables, cannot be read, and so no run");
            QCOMPARE(error.hint(), std::string("take the file from a backup"));
        }
    }

private:
    std::string file() const { return m_folder.filePath("one.qmops").toStdString(); }
    QByteArray read() const
    {
        QFile stored(QString::fromStdString(file()));
        return stored.open(QIODevice::ReadOnly) ? stored.readAll() : QByteArray();
    }
    void write(const QByteArray &content) const
    {
        QFile stored(QString::fromStdString(file()));
        QVERIFY(stored.open(QIODevice::WriteOnly) && stored.write(content) == content.size());
    }
    void save(SessionWriter::Begin begin, const std::vector<std::string> &questions)
    {
        SessionWriter writer(file(), SessionKind::Session, begin);
        for (const std::string &question : questions) {
            auto trace = *fixture::makeTrace({.width = 64, .height = 64, .modelSize = 64});
            trace.request.question = question;
            writer.addRun(storedRun(trace, std::string(32, 'a')));
            m_questions.push_back(question);
        }
        writer.commit();
    }

    QTemporaryDir m_folder;
    QByteArray m_whole;
    std::vector<std::string> m_questions;
};

QTEST_GUILESS_MAIN(TestFirstPage)
#include "tst_first_page.moc"
