// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/traininglog/training_log_reader.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace qmop;

namespace {

const std::string header = R"({"recipe": "mine", "dtype": "f32"})"
                           "\n";
const std::string first
    = R"({"stage": "stage2", "step": 1, "loss": 2.5, "seconds": 1.5, "waited": 0.25, "tau": 5, "gamma": 1, "rate": 1e-3,)"
      R"( "alpha": {"GU": {"pool": 0.2, "resample": 0.3, "prune": 0.5}}})"
      "\n";
const std::string second = R"({"stage": "stage2", "step": 2, "loss": 2.25, "seconds": 0.5, "waited": 0.5, "pictures_per_s": 12.5})"
                           "\n";
const std::string examined = R"({"stage": "stage2", "step": 2, "seconds": 3, "evaluation": {"GU": 90, "average": 70.5,)"
                             R"( "hits": "1:8", "types": {"count": 3}, "alpha": {"GU": [1, 0, 0]}, "questions": 9}})"
                             "\n";
const std::string other = R"({"stage": "vision", "step": 7, "loss": 1})"
                          "\n";
const std::string all = header + first + "{\"stage\": \"stage2\", \"st\n" + second + examined + "[1]\n\n" + other;

void check(const TrainingCurves &curves)
{
    QCOMPARE(curves.name, std::string("mine"));
    QCOMPARE(curves.lines, std::int64_t(7));
    QCOMPARE(curves.damaged, std::int64_t(2));
    QCOMPARE(curves.stages.size(), std::size_t(2));
    const StageCurves &stage = curves.stages[0];
    QCOMPARE(stage.stage, std::string("stage2"));
    QCOMPARE(stage.steps, std::int64_t(2));
    QCOMPARE(stage.seconds, 5.0);
    QVERIFY(stage.timed);
    QCOMPARE(stage.waited, std::optional(0.75));
    QVERIFY(!curves.stages[1].timed && !curves.stages[1].waited);
    const auto is
        = [&](const char *key, const std::vector<CurvePoint> &points) { return stage.curves.at(key) == points; };
    QVERIFY(is("loss", {{1, 2.5}, {2, 2.25}}));
    QVERIFY(is("tau", {{1, 5}}));
    QVERIFY(is("gamma", {{1, 1}}));
    QVERIFY(is("alpha GU prune", {{1, 0.5}}));
    QVERIFY(is("accuracy", {{2, 70.5}}));
    QVERIFY(is("accuracy GU", {{2, 90}}));
    QVERIFY(is("pictures/s", {{2, 12.5}}));
    QCOMPARE(stage.curves.size(), std::size_t(10)); // with rate and two more alphas, and no more
}

} // namespace

class TestTrainingLogReader : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // However the bytes are cut, the same curves.
    void readsInPieces()
    {
        for (const std::size_t piece : {std::size_t(1), std::size_t(7), std::size_t(100), all.size()}) {
            TrainingLogReader reader;
            for (std::size_t at = 0; at < all.size(); at += piece)
                reader.feed(std::string_view(all).substr(at, piece));
            check(reader.curves());
        }
    }

    // A file that grows; half a line counts once it is whole.
    void followsAFile()
    {
        QTemporaryDir folder;
        const std::filesystem::path log = trainingLogOf(folder.path().toStdString());
        QCOMPARE(log.filename().string(), std::string("training.jsonl"));
        TrainingLogReader reader;
        QVERIFY(!reader.update(log));
        std::ofstream stream(log, std::ios::binary);
        const std::size_t half = header.size() + 20;
        stream << all.substr(0, half) << std::flush;
        QVERIFY(reader.update(log));
        QVERIFY(reader.curves().stages.empty());
        QVERIFY(!reader.update(log));
        stream << all.substr(half) << std::flush;
        QVERIFY(reader.update(log));
        check(reader.curves());
        stream.close();
        // Rewritten by a resumed run: read anew.
        std::ofstream(log, std::ios::binary) << header + first;
        QVERIFY(reader.update(log));
        QCOMPARE(reader.curves().lines, std::int64_t(2));
        QCOMPARE(reader.curves().stages[0].curves.at("loss").size(), std::size_t(1));
        std::filesystem::rename(log, folder.filePath("old").toStdString());
        std::ofstream(log, std::ios::binary) << all; // longer, but another file
        QVERIFY(reader.update(log));
        check(reader.curves());
    }

    void skipsWhatIsTooLong()
    {
        TrainingLogReader reader;
        reader.feed(header + std::string(3 << 20, 'x'));
        reader.feed(std::string(10, 'x') + "\n" + first);
        QCOMPARE(reader.curves().damaged, std::int64_t(1));
        QCOMPARE(reader.curves().stages.size(), std::size_t(1));
    }
};

QTEST_GUILESS_MAIN(TestTrainingLogReader)
#include "tst_training_log_reader.moc"
