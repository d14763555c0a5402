// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/checkpoint/tensor_writer.h"
#include "models/clip/picture_statistics.h"
#include "qmop/error.h"

#include <ATen/ATen.h>

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace qmop;

namespace {

at::Tensor rowsOf(const std::vector<std::array<float, 2>> &points)
{
    at::Tensor rows = at::empty({std::int64_t(points.size()), 2});
    for (std::size_t i = 0; i < points.size(); ++i)
        for (int k = 0; k < 2; ++k)
            rows[std::int64_t(i)][k] = points[i][std::size_t(k)];
    return rows;
}

// Features that depend on one another, of very different sizes.
at::Tensor correlatedRows(std::int64_t count, std::uint64_t seed)
{
    at::Generator random = at::detail::createCPUGenerator(seed);
    const at::Tensor free = at::randn({count, 5}, random);
    const at::Tensor sizes = at::tensor({1e-3, 0.1, 1.0, 10.0, 300.0}, at::kFloat);
    return (free + 0.7 * free.roll(1, 1)) * sizes + 2;
}

} // namespace

class TestPictureStatistics : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // Corners of a rectangle: means (0, 10), variances 4/3 and 16 * 4/3, no correlation.
    void byHand()
    {
        const at::Tensor corners = rowsOf({{-1, 6}, {1, 6}, {-1, 14}, {1, 14}});
        const at::Tensor heldOut = rowsOf({{2, 10}}).expand({100, 2});
        const PictureStatistics statistics = fitPictureStatistics(corners, heldOut);
        // Two units beside the mean: 4 / (4/3) over two features.
        QVERIFY(std::abs(statistics.limit - std::sqrt(1.5)) < 1e-5);
        const at::Tensor distance = pictureDistance(statistics, rowsOf({{0, 10}, {2, 10}, {0, 18}, {4, 10}, {2, 18}}));
        const std::vector<double> expected{0, 1, 1, 2, std::sqrt(2.0)};
        for (std::size_t i = 0; i < expected.size(); ++i)
            QVERIFY(std::abs(distance[std::int64_t(i)].item<double>() - expected[i]) < 1e-5);
    }

    // d' C^-1 d with loops.
    void naiveLoops()
    {
        const at::Tensor training = correlatedRows(400, 1), heldOut = correlatedRows(1000, 2),
                         asked = correlatedRows(20, 3) * 1.5;
        const PictureStatistics statistics = fitPictureStatistics(training, heldOut);
        const std::int64_t n = training.size(0), width = training.size(1);
        const at::Tensor rows = training.to(at::kDouble);
        const auto at
            = [](const at::Tensor &matrix, std::int64_t i, std::int64_t k) { return matrix[i][k].item<double>(); };
        std::vector<double> mean(std::size_t(width), 0.0);
        for (std::int64_t i = 0; i < n; ++i)
            for (std::int64_t k = 0; k < width; ++k)
                mean[std::size_t(k)] += at(rows, i, k) / double(n);
        at::Tensor covariance = at::zeros({width, width}, at::kDouble);
        for (std::int64_t a = 0; a < width; ++a)
            for (std::int64_t b = 0; b < width; ++b) {
                double sum = 0;
                for (std::int64_t i = 0; i < n; ++i)
                    sum += (at(rows, i, a) - mean[std::size_t(a)]) * (at(rows, i, b) - mean[std::size_t(b)]);
                covariance[a][b] = sum / double(n - 1);
            }
        const at::Tensor inverse = at::linalg_inv(covariance);
        const at::Tensor distance = pictureDistance(statistics, asked);
        for (std::int64_t i = 0; i < asked.size(0); ++i) {
            double square = 0;
            for (std::int64_t a = 0; a < width; ++a)
                for (std::int64_t b = 0; b < width; ++b)
                    square += (at(asked, i, a) - mean[std::size_t(a)]) * at(inverse, a, b)
                        * (at(asked, i, b) - mean[std::size_t(b)]);
            const double expected = std::sqrt(square / double(width)) / statistics.limit;
            QVERIFY(std::abs(distance[i].item<double>() - expected) < 1e-3 * expected);
        }
        // 10 of 1,000 held-out pictures lie beyond the limit.
        const at::Tensor held = pictureDistance(statistics, heldOut);
        QCOMPARE(held.gt(1 + 1e-6).sum().item<std::int64_t>(), std::int64_t(10));
    }

    void featuresLeavePaddingOut()
    {
        VisionOutput vision;
        at::Generator random = at::detail::createCPUGenerator(4);
        for (int layer = 0; layer < 2; ++layer)
            vision.lastInputs.push_back(at::randn({1, 1 + 3, 2}, random));
        const at::Tensor padding = at::tensor({0, 1, 0}, at::kByte).to(at::kBool).unsqueeze(0);
        const at::Tensor all = pictureFeatures(vision), picture = pictureFeatures(vision, padding);
        QCOMPARE(all.sizes(), (at::IntArrayRef{1, 4}));
        for (int layer = 0; layer < 2; ++layer)
            for (int c = 0; c < 2; ++c) {
                const auto value
                    = [&](int patch) { return vision.lastInputs[std::size_t(layer)][0][1 + patch][c].item<float>(); };
                QVERIFY(std::abs(all[0][2 * layer + c].item<float>() - (value(0) + value(1) + value(2)) / 3) < 1e-6);
                QVERIFY(std::abs(picture[0][2 * layer + c].item<float>() - (value(0) + value(2)) / 2) < 1e-6);
            }
    }

    void tooFewPictures()
    {
        QVERIFY_EXCEPTION_THROWN(fitPictureStatistics(correlatedRows(5, 1), correlatedRows(100, 2)), Error);
        QVERIFY_EXCEPTION_THROWN(fitPictureStatistics(correlatedRows(50, 1), correlatedRows(99, 2)), Error);
    }

    void fileComesBack()
    {
        QTemporaryDir folder;
        const std::filesystem::path model = folder.path().toStdString();
        QVERIFY(!readPictureStatistics(model, "abc"));
        PictureStatistics statistics = fitPictureStatistics(correlatedRows(400, 1), correlatedRows(100, 2));
        statistics.modelHash = "abc";
        writePictureStatistics(model, statistics);
        QVERIFY(!readPictureStatistics(model, "abd")); // of other weights: nothing is said
        const auto read = readPictureStatistics(model, "abc");
        QVERIFY(read && at::equal(read->mean, statistics.mean) && at::equal(read->whitening, statistics.whitening));
        QVERIFY(std::abs(read->limit - statistics.limit) < 1e-6 * statistics.limit);
    }

    void damagedFile_data()
    {
        QTest::addColumn<QByteArray>("tensor");
        for (const char *name : {"mean", "whitening", "limit", "not a number", "cut"})
            QTest::newRow(name) << QByteArray(name);
    }

    void damagedFile()
    {
        QFETCH(QByteArray, tensor);
        QTemporaryDir folder;
        const std::filesystem::path model = folder.path().toStdString();
        PictureStatistics statistics = fitPictureStatistics(correlatedRows(400, 1), correlatedRows(100, 2));
        statistics.modelHash = "abc";
        if (tensor == "mean")
            statistics.mean = statistics.mean.narrow(0, 0, 4);
        else if (tensor == "whitening")
            statistics.whitening = statistics.whitening.narrow(0, 0, 4);
        else if (tensor == "limit")
            statistics.limit = 0;
        else if (tensor == "not a number")
            statistics.mean[0] = NAN;
        writePictureStatistics(model, statistics);
        if (tensor == "cut")
            std::filesystem::resize_file(model / pictureStatisticsFile, 100);
        try {
            readPictureStatistics(model, "abc");
            QFAIL("was read");
        } catch (const Error &error) {
            QCOMPARE(error.code(), ErrorCode::InvalidModel);
            QVERIFY2(QByteArray(error.what()).contains(pictureStatisticsFile), error.what());
        }
    }
};

QTEST_GUILESS_MAIN(TestPictureStatistics)
#include "tst_picture_statistics.moc"
