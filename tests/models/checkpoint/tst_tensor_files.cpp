// SPDX-License-Identifier: GPL-3.0-or-later
//
// Tensors through files and back: no copy on reading, nothing half written.
#include "models/checkpoint/compute_type.h"
#include "models/checkpoint/tensor_reader.h"
#include "models/checkpoint/tensor_writer.h"
#include "qmop/atomic_file.h"
#include "qmop/error.h"
#include "qmop/sha256.h"
#include "tests/fixtures/full_disk.h"

#include <ATen/ATen.h>

#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <sstream>

using namespace qmop;
namespace fs = std::filesystem;

namespace {

std::string contents(const fs::path &file)
{
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return text.str();
}

TensorMap sample()
{
    TensorMap tensors;
    tensors["a.weight"] = at::arange(6, at::kFloat).reshape({2, 3});
    tensors["b"] = at::arange(5, at::kFloat).to(at::kBFloat16);
    tensors["c.odd"] = at::arange(3, at::kByte);
    tensors["d.ids"] = at::arange(4, at::kLong);
    tensors["e.scalar"] = at::scalar_tensor(2.5, at::kDouble);
    tensors["f.empty"] = at::empty({0, 4}, at::kHalf);
    tensors["g.flag"] = at::ones({2}, at::kBool);
    return tensors;
}

}

class TestTensorFiles : public QObject {
    Q_OBJECT

    template<typename Action> void expectError(Action action, ErrorCode code, const QString &part)
    {
        try {
            action();
            QFAIL("no exception");
        } catch (const Error &error) {
            QCOMPARE(int(error.code()), int(code));
            QVERIFY2(QString(error.what()).contains(part), error.what());
            QVERIFY(!error.hint().empty());
        }
    }

private Q_SLOTS:
    void roundTrip()
    {
        const QTemporaryDir folder;
        const fs::path file = folder.filePath("model.safetensors").toStdString();
        const TensorMap written = sample();
        writeSafetensors(file, written, {{"format", "pt"}});
        const TensorMap read = readTensorFile(file);
        QCOMPARE(read.size(), written.size());
        for (const auto &[name, tensor] : written) {
            const at::Tensor &other = read.find(name)->second;
            QCOMPARE(int(other.scalar_type()), int(tensor.scalar_type()));
            QVERIFY(other.sizes() == tensor.sizes());
            QVERIFY(at::equal(other, tensor));
        }
        // The same tensors give the same bytes, whatever their strides.
        TensorMap strided = written;
        strided["a.weight"] = written.at("a.weight").t().contiguous().t();
        writeSafetensors(folder.filePath("again").toStdString(), strided, {{"format", "pt"}});
        QCOMPARE(contents(folder.filePath("again").toStdString()), contents(file));
    }

    void convertsWhileWriting()
    {
        const QTemporaryDir folder;
        const fs::path file = folder.filePath("m").toStdString();
        writeSafetensors(file, sample(), {}, at::kBFloat16);
        const TensorMap read = readTensorFile(file);
        QCOMPARE(int(read.find("a.weight")->second.scalar_type()), int(at::kBFloat16));
        QCOMPARE(int(read.find("d.ids")->second.scalar_type()), int(at::kLong));
        QVERIFY(at::equal(read.find("a.weight")->second.to(at::kFloat), sample().at("a.weight")));
    }

    void readingMapsAndOutlivesTheFile()
    {
        const QTemporaryDir folder;
        const fs::path file = folder.filePath("model.safetensors").toStdString();
        TensorMap large;
        large["x"] = at::arange(1 << 20, at::kFloat);
        large["y"] = at::ones({16}, at::kFloat);
        writeSafetensors(file, large);
        TensorMap read = readTensors(folder.path().toStdString());
        at::Tensor x = read.find("x")->second;
        const at::Tensor y = read.find("y")->second;
        // Both lie over one map: their distance in memory is that in the file.
        QCOMPARE(static_cast<const char *>(y.const_data_ptr()) - static_cast<const char *>(x.const_data_ptr()),
                 std::ptrdiff_t(4 << 20));
        read.clear();
        fs::remove(file);
        QCOMPARE(x[12345].item<float>(), 12345.0F);
    }

    void unalignedTensorsAreCopied()
    {
        const QTemporaryDir folder;
        const fs::path file = folder.filePath("m").toStdString();
        const std::string header = R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
                                   R"("b":{"dtype":"F32","shape":[2],"data_offsets":[1,9]}})";
        std::string bytes(8, '\0');
        bytes[0] = char(header.size());
        bytes += header;
        const float values[2] = {1.5F, -2.0F};
        bytes += 'x';
        bytes.append(reinterpret_cast<const char *>(values), sizeof values);
        std::ofstream(file, std::ios::binary) << bytes;
        const at::Tensor b = readTensorFile(file).find("b")->second;
        QCOMPARE(reinterpret_cast<std::uintptr_t>(b.const_data_ptr()) % alignof(float), std::uintptr_t(0));
        QCOMPARE(b[0].item<float>(), 1.5F);
        QCOMPARE(b[1].item<float>(), -2.0F);
    }

    void shards()
    {
        const QTemporaryDir folder;
        const fs::path path = folder.path().toStdString();
        writeSafetensors(path / "one.safetensors", {{"a", at::ones({2})}, {"not in the index", at::ones({1})}});
        writeSafetensors(path / "two.safetensors", {{"b", at::zeros({3})}});
        writeFileAtomically(path / "model.safetensors.index.json",
                            R"({"weight_map":{"a":"one.safetensors","b":"two.safetensors"}})");
        std::vector<std::pair<std::int64_t, std::int64_t>> progress;
        int polls = 0;
        const TensorMap read = readTensors(
            path, [&](std::int64_t done, std::int64_t total) { progress.emplace_back(done, total); }, [&] { ++polls; });
        QCOMPARE(int(read.size()), 2);
        QVERIFY(at::equal(read.find("b")->second, at::zeros({3})));
        QCOMPARE(polls, 2);
        QCOMPARE(progress.front().first, std::int64_t(0));
        QCOMPARE(progress.back().first, progress.back().second);

        writeFileAtomically(path / "model.safetensors.index.json",
                            R"({"weight_map":{"a":"one.safetensors","b":"one.safetensors"}})");
        expectError([&] { readTensors(path); }, ErrorCode::InvalidModel, "lacks tensor b");
        writeFileAtomically(path / "model.safetensors.index.json", R"({"weight_map":{"a":"three.safetensors"}})");
        expectError([&] { readTensors(path); }, ErrorCode::InvalidModel, "three.safetensors: No such file");
    }

    void stopsBetweenShards()
    {
        const QTemporaryDir folder;
        const fs::path path = folder.path().toStdString();
        writeSafetensors(path / "model.safetensors", sample());
        expectError([&] { readTensors(path, {}, [] { throw Error(ErrorCode::Cancelled, "stopped", "x"); }); },
                    ErrorCode::Cancelled, "stopped");
    }

    void notRegularFiles()
    {
        const QTemporaryDir folder;
        const fs::path path = folder.path().toStdString();
        fs::create_directory(path / "model.safetensors");
        expectError([&] { readTensors(path); }, ErrorCode::InvalidModel, "not a regular file");
        expectError([&] { readTensorFile("/dev/null"); }, ErrorCode::InvalidModel, "not a regular file");
        expectError([&] { readTensorFile(path / "none"); }, ErrorCode::InvalidModel, "No such file");
    }

    void overlayReplacesAndAdds()
    {
        const TensorMap base{{"a", at::ones({1})}, {"b", at::ones({2})}};
        const TensorMap over{{"b", at::zeros({3})}, {"c", at::zeros({4})}};
        const TensorMap both = overlay(base, over);
        QCOMPARE(int(both.size()), 3);
        QVERIFY(both.at("a").is_same(base.at("a")));
        QVERIFY(both.at("b").is_same(over.at("b")));
        QVERIFY(base.at("b").size(0) == 2);
    }

    void computeTypeKeepsWholeNumbers()
    {
        std::int64_t last = 0;
        const TensorMap tensors = sample();
        const TensorMap converted
            = toComputeType(tensors, at::kFloat, [&](std::int64_t done, std::int64_t) { last = done; });
        QCOMPARE(int(converted.at("b").scalar_type()), int(at::kFloat));
        QCOMPARE(int(converted.at("d.ids").scalar_type()), int(at::kLong));
        QVERIFY(converted.at("a.weight").is_same(tensors.at("a.weight"))); // no copy
        QCOMPARE(last, totalBytes(tensors));
        QCOMPARE(totalBytes(tensors), std::int64_t(24 + 10 + 3 + 32 + 8 + 0 + 2));
    }

    // The kernel lists what the CPU has and what it saves for a process.
    void bfloat16AsTheKernelSees()
    {
        const std::string cpu = contents("/proc/cpuinfo");
        QVERIFY(!cpu.empty());
        QCOMPARE(multipliesBfloat16(), cpu.find(" avx512_bf16") != std::string::npos);
        QCOMPARE(multipliesBfloat16Tiles(), cpu.find(" amx_bf16") != std::string::npos);
    }

    void shapesAreRequired()
    {
        const TensorMap tensors{{"x.w", at::ones({2, 3})}, {"x.i", at::ones({2}, at::kLong)}};
        const WeightScope scope = WeightScope(tensors) / "x";
        requireShape(scope, "w", {2, 3});
        expectError(
            [&] {
                requireShape(scope, "w", {3, 2});
            },
            ErrorCode::InvalidModel, "x.w has shape [2, 3], expected [3, 2]");
        expectError([&] { requireShape(scope, "v", {1}); }, ErrorCode::InvalidModel, "no tensor x.v");
        expectError([&] { requireShape(scope, "i", {2}); }, ErrorCode::InvalidModel, "x.i has dtype Long");
        QVERIFY(!scope.find("v").defined());
        QCOMPARE((WeightScope(tensors) / "layers" / 3).prefix(), std::string("layers.3."));
    }

    void fullDiskLeavesTheOldFile()
    {
        const QTemporaryDir folder;
        const fs::path file = folder.filePath("model.safetensors").toStdString();
        writeSafetensors(file, sample());
        const std::string before = contents(file);
        {
            const FullDisk disk(4096);
            expectError(
                [&] {
                    writeSafetensors(file, {{"x", at::ones({100'000})}});
                },
                ErrorCode::OutputFailed, "model.safetensors: cannot be written");
        }
        QCOMPARE(contents(file), before);
        QCOMPARE(std::distance(fs::directory_iterator(file.parent_path()), {}), std::ptrdiff_t(1)); // no remains
    }

    void checkpointHash()
    {
        const QTemporaryDir folder;
        const fs::path path = folder.path().toStdString();
        writeSafetensors(path / "model.safetensors", sample());
        writeFileAtomically(path / "config.json", "{}");
        const std::string expected = sha256Hex(sha256Hex(std::string_view("{}")) + "  config.json\n"
                                               + sha256OfFile(path / "model.safetensors") + "  model.safetensors\n");
        QCOMPARE(checkpointSha256(path), expected);
        writeFileAtomically(path / "README.md", "a model card changes nothing");
        QCOMPARE(checkpointSha256(path), expected);
        QCOMPARE(budgetSha256("base", path), sha256Hex("base\n" + expected + "\n"));
        writeFileAtomically(path / "config.json", "{ }");
        QVERIFY(checkpointSha256(path) != expected);
    }
};

QTEST_APPLESS_MAIN(TestTensorFiles)
#include "tst_tensor_files.moc"
