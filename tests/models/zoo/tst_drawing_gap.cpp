// SPDX-License-Identifier: GPL-3.0-or-later
//
// Training draws its pictures at the encoder's 128 px; people's pictures come
// at other sizes and are resized. What the embedded model gets right on held-out
// scenes must not depend on which of the two ways a scene came.
#include "core/pipeline/pipeline.h"
#include "core/scenes/scene.h"
#include "core/vtcbench/scorer.h"

#include <QTest>

#include <opencv2/imgcodecs.hpp>

#include <cmath>
#include <ctime>

using namespace qmop;

namespace {

constexpr int pictures = 120; // about 1,600 questions; half a minute of one core
constexpr double gapAllowed = 1.0; // points
constexpr double reachAllowed = 1.5; // points: of the gap's 95 % interval, to either side
constexpr double normal95 = 1.96;

std::vector<std::uint8_t> pngOf(const ImageU8 &image)
{
    cv::Mat bgr(image.height, image.width, CV_8UC3);
    for (int y = 0; y < image.height; ++y)
        for (int x = 0; x < image.width; ++x)
            for (int c = 0; c < 3; ++c)
                bgr.at<cv::Vec3b>(y, x)[2 - c] = image.at(x, y)[c];
    std::vector<std::uint8_t> bytes;
    cv::imencode(".png", bgr, bytes);
    return bytes;
}

// With 64 tokens, the window's first choice: a third of the time of all 256.
bool isRight(Pipeline &pipeline, const std::vector<std::uint8_t> &picture, const scenes::Question &question)
{
    RunRequest request;
    request.image = {"scene.png", picture};
    request.question = question.text;
    request.budget = 64;
    return exactScore(pipeline.run(request)->answer.text, {&question.answer, 1}) > 0;
}

} // namespace

class TestDrawingGap : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sameAccuracyFromBothSizes()
    {
        const std::filesystem::path root = QMOP_SOURCE_DIR;
        const scenes::Generator generator(root / "resources" / "scenes");
        // One thread: several would wait for each other on a machine with other work.
        Pipeline pipeline({root / "models" / "zoo" / "scenes-tiny", 1, 1'000'000});

        int asked = 0;
        int right[2] = {0, 0};
        double squares = 0; // of each picture's difference: questions about one picture go wrong together
        for (int n = 0; n < pictures; ++n) {
            const std::uint64_t seed = scenes::seedAt(50'000 + n, scenes::Split::HeldOut);
            const scenes::Scene scene = generator.make(seed, scenes::Split::HeldOut, 128);
            const std::vector<std::uint8_t> bytes[2]
                = {pngOf(scene.image), pngOf(generator.make(seed, scenes::Split::HeldOut, 512).image)};
            int here[2] = {0, 0};
            for (int way = 0; way < 2; ++way)
                for (const scenes::Question &question : scene.questions)
                    here[way] += isRight(pipeline, bytes[way], question);
            for (int way = 0; way < 2; ++way)
                right[way] += here[way];
            squares += std::pow(here[0] - here[1], 2);
            asked += int(scene.questions.size());
        }
        const double gap = 100.0 * (right[0] - right[1]) / asked;
        const double reach = normal95 * 100.0 * std::sqrt(squares) / asked;
        qInfo("%d questions about %d pictures: %.1f %% right at 128 px, %.1f %% from 512 px; gap %.2f points, "
              "95 %% interval %.2f ... %.2f; %.0f s of processor time",
              asked, pictures, 100.0 * right[0] / asked, 100.0 * right[1] / asked, gap, gap - reach, gap + reach,
              double(std::clock()) / CLOCKS_PER_SEC);
        QVERIFY(asked > 1000);
        QVERIFY2(reach <= reachAllowed, "too few questions to tell the two ways apart: ask about more pictures");
        QVERIFY2(std::abs(gap) <= gapAllowed,
                 "pictures drawn at 512 px are answered differently: train on resized ones");
    }
};

QTEST_GUILESS_MAIN(TestDrawingGap)
#include "tst_drawing_gap.moc"
