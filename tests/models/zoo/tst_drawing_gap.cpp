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

using namespace qmop;

namespace {

constexpr int pictures = 120; // about 1,500 questions
constexpr double gapAllowed = 1.0; // points

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

} // namespace

class TestDrawingGap : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sameAccuracyFromBothSizes()
    {
        const std::filesystem::path root = QMOP_SOURCE_DIR;
        const scenes::Generator generator(root / "resources" / "scenes");
        Pipeline pipeline({root / "models" / "zoo" / "scenes-tiny", 0, 1'000'000});

        int asked = 0;
        int right[2] = {0, 0};
        int differ = 0; // questions right one way only: the paired difference's variance
        for (int n = 0; n < pictures; ++n) {
            const std::uint64_t seed = scenes::seedAt(50'000 + n, scenes::Split::HeldOut);
            const scenes::Scene scene = generator.make(seed, scenes::Split::HeldOut, 128);
            const std::vector<std::uint8_t> bytes[2]
                = {pngOf(scene.image), pngOf(generator.make(seed, scenes::Split::HeldOut, 512).image)};
            std::vector<bool> was(scene.questions.size());
            for (int way = 0; way < 2; ++way) {
                for (std::size_t q = 0; q < scene.questions.size(); ++q) {
                    RunRequest request;
                    request.image = {"scene.png", bytes[way]};
                    request.question = scene.questions[q].text;
                    request.compressor = "none";
                    const std::string &reference = scene.questions[q].answer;
                    const bool ok = exactScore(pipeline.run(request)->answer.text, {&reference, 1}) > 0;
                    right[way] += ok;
                    if (way == 0)
                        was[q] = ok;
                    else
                        differ += was[q] != ok;
                }
            }
            asked += int(scene.questions.size());
        }
        const double gap = 100.0 * (right[0] - right[1]) / asked;
        const double error = 100.0 * std::sqrt(double(differ)) / asked;
        qInfo("%d questions: %.1f %% right at 128 px, %.1f %% from 512 px, gap %.2f +- %.2f points", asked,
              100.0 * right[0] / asked, 100.0 * right[1] / asked, gap, error);
        QVERIFY(asked > 1000);
        QVERIFY2(std::abs(gap) <= gapAllowed,
                 "pictures drawn at 512 px are answered differently: train on resized ones");
    }
};

QTEST_GUILESS_MAIN(TestDrawingGap)
#include "tst_drawing_gap.moc"
