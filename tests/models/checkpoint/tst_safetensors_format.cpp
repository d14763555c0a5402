// SPDX-License-Identifier: GPL-3.0-or-later
//
// The container's bytes: one by hand, then everything that must be refused.
#include "models/checkpoint/safetensors_format.h"
#include "qmop/error.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <random>

using namespace qmop;

namespace {

std::string fileOf(const std::string &header, std::size_t dataBytes)
{
    std::string file;
    for (int i = 0; i < 8; ++i)
        file += char((std::uint64_t(header.size()) >> (8 * i)) & 0xff);
    return file + header + std::string(dataBytes, 'x');
}

SafetensorsHeader parse(const std::string &file)
{
    return parseSafetensors(std::as_bytes(std::span(file)), "m/model.safetensors");
}

const char *const twoTensors = R"({"__metadata__":{"format":"pt"},)"
                               R"("a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},)"
                               R"("b":{"dtype":"BF16","shape":[5],"data_offsets":[24,34]}})";

}

class TestSafetensorsFormat : public QObject {
    Q_OBJECT

    void expectRefused(const std::string &file, const QString &part)
    {
        try {
            parse(file);
            QFAIL("no exception");
        } catch (const Error &error) {
            QCOMPARE(int(error.code()), int(ErrorCode::InvalidModel));
            const QString what = QString::fromStdString(error.what());
            QVERIFY2(what.startsWith("m/model.safetensors: ") && what.contains(part), error.what());
            QVERIFY(!what.contains('\n') && !error.hint().empty());
        }
    }

private Q_SLOTS:
    void byHand()
    {
        const std::string header = twoTensors;
        const SafetensorsHeader parsed = parse(fileOf(header, 34));
        QCOMPARE(parsed.metadata.at("format"), std::string("pt"));
        QCOMPARE(int(parsed.entries.size()), 2);
        const SafetensorsEntry &b = parsed.entries.find("b")->second;
        QCOMPARE(int(b.type), int(SafetensorsType::BF16));
        QVERIFY(b.shape == std::vector<std::int64_t>{5});
        QCOMPARE(b.begin, 8 + header.size() + 24);
        QCOMPARE(b.bytes, std::size_t(10));
    }

    void emptyAndScalarTensors()
    {
        const auto parsed = parse(fileOf(R"({"none":{"dtype":"F32","shape":[0,7],"data_offsets":[0,0]},)"
                                         R"("one":{"dtype":"I64","shape":[],"data_offsets":[0,8]}})",
                                         8));
        QCOMPARE(parsed.entries.find("none")->second.bytes, std::size_t(0));
        QCOMPARE(parsed.entries.find("one")->second.bytes, std::size_t(8));
        QVERIFY(parse(fileOf("{}", 0)).entries.empty());
    }

    void headerRoundTrip()
    {
        SafetensorsEntry first{SafetensorsType::F64, {2, 2}, 0, 32};
        SafetensorsEntry second{SafetensorsType::U8, {3}, 0, 3};
        const std::string header = makeSafetensorsHeader({{"x", first}, {"y", second}}, {{"k", "v"}});
        QCOMPARE(header.size() % 8, std::size_t(0));
        const SafetensorsHeader parsed = parse(header + std::string(35, '\0'));
        QCOMPARE(parsed.entries.find("x")->second.begin, header.size());
        QCOMPARE(parsed.entries.find("y")->second.begin, header.size() + 32);
        QCOMPARE(parsed.metadata.at("k"), std::string("v"));
    }

    void badHeaders_data()
    {
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<int>("dataBytes");
        QTest::addColumn<QString>("part");
        auto row = [](const char *name, const char *entry, int bytes, const char *part) {
            QTest::newRow(name) << QByteArray("{\"a\":") + entry + "}" << bytes << QString(part);
        };
        row("truncated data", R"({"dtype":"F32","shape":[2],"data_offsets":[0,8]})", 7, "reaches beyond the file");
        row("trailing bytes", R"({"dtype":"F32","shape":[2],"data_offsets":[0,8]})", 9, "belong to none");
        row("gap at the start", R"({"dtype":"U8","shape":[2],"data_offsets":[1,3]})", 3, "gap");
        row("end before begin", R"({"dtype":"U8","shape":[2],"data_offsets":[2,0]})", 2, "end before they begin");
        row("shape too large", R"({"dtype":"F32","shape":[3],"data_offsets":[0,8]})", 8, "shape needs");
        row("shape too small", R"({"dtype":"F32","shape":[1],"data_offsets":[0,8]})", 8, "shape needs");
        row("unknown dtype", R"({"dtype":"F8_E4M3","shape":[2],"data_offsets":[0,2]})", 2, "unsupported dtype");
        row("dtype is a number", R"({"dtype":4,"shape":[2],"data_offsets":[0,2]})", 2, "unsupported dtype");
        row("negative size", R"({"dtype":"U8","shape":[-2],"data_offsets":[0,2]})", 2, "not a size");
        row("fractional size", R"({"dtype":"U8","shape":[2.0],"data_offsets":[0,2]})", 2, "not a size");
        row("huge size", R"({"dtype":"U8","shape":[18446744073709551615],"data_offsets":[0,2]})", 2, "not a size");
        row("overflowing product", R"({"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]})", 0,
            "overflows");
        row("overflow hidden by a zero", R"({"dtype":"F32","shape":[9223372036854775807,9,0],"data_offsets":[0,0]})", 0,
            "overflows");
        row("many dimensions", R"({"dtype":"U8","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,1]})", 1, "at most 8");
        row("negative offset", R"({"dtype":"U8","shape":[2],"data_offsets":[-1,1]})", 2, "pair of positions");
        row("offset beyond 64 bits", R"({"dtype":"U8","shape":[2],"data_offsets":[0,36893488147419103232]})", 2,
            "pair of positions");
        row("three offsets", R"({"dtype":"U8","shape":[2],"data_offsets":[0,1,2]})", 2, "pair of positions");
        row("no offsets", R"({"dtype":"U8","shape":[2]})", 2, "exactly dtype");
        row("unknown field", R"({"dtype":"U8","shape":[2],"data_offsets":[0,2],"x":1})", 2, "exactly dtype");
        row("entry is a list", "[]", 0, "exactly dtype");
        QTest::newRow("overlap") << QByteArray(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},)"
                                               R"("b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}})")
                                 << 6 << "overlaps";
        QTest::newRow("same range twice") << QByteArray(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},)"
                                                        R"("b":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}})")
                                          << 4 << "overlaps";
        QTest::newRow("gap") << QByteArray(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},)"
                                           R"("b":{"dtype":"U8","shape":[2],"data_offsets":[3,5]}})")
                             << 5 << "gap";
        QTest::newRow("same name twice") << QByteArray(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},)"
                                                       R"("a":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}})")
                                         << 4 << "twice";
        QTest::newRow("name is not UTF-8") << QByteArray("{\"\xff\":{}}") << 0 << "not valid JSON";
        QTest::newRow("not JSON") << QByteArray("{nonsense}") << 0 << "not valid JSON";
        QTest::newRow("list") << QByteArray("[]") << 0 << "does not begin";
        QTest::newRow("two documents") << QByteArray("{}{}") << 0 << "not valid JSON";
        QTest::newRow("deep") << QByteArray("{\"a\":") + QByteArray(200'000, '[') << 0 << "nested deeper";
        QTest::newRow("metadata is a list") << QByteArray(R"({"__metadata__":[]})") << 0 << "__metadata__";
        QTest::newRow("metadata with numbers") << QByteArray(R"({"__metadata__":{"a":1}})") << 0 << "__metadata__";
    }

    void badHeaders()
    {
        QFETCH(QByteArray, header);
        QFETCH(int, dataBytes);
        QFETCH(QString, part);
        expectRefused(fileOf(header.toStdString(), std::size_t(dataBytes)), part);
    }

    void badFiles_data()
    {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QString>("part");
        const QByteArray valid = QByteArray::fromStdString(fileOf(twoTensors, 34));
        QTest::newRow("empty") << QByteArray() << "empty";
        QTest::newRow("seven bytes") << valid.left(7) << "truncated";
        QTest::newRow("cut in the header") << valid.left(40) << "reaches beyond the file";
        QTest::newRow("cut in the data") << valid.chopped(1) << "reaches beyond the file";
        QTest::newRow("header length all ones") << QByteArray(8, '\xff') + "{}"
                                                << "over the limit of 100 MB";
        QByteArray huge = valid;
        huge[3] = 0x10; // 256 MiB
        QTest::newRow("header over 100 MB") << huge << "over the limit of 100 MB";
        QTest::newRow("zero-length header") << QByteArray(8, '\0') << "does not begin";
        QTest::newRow("zip") << QByteArray("PK\x03\x04 archive/data.pkl") << "zip archive";
        QTest::newRow("pickle") << QByteArray("\x80\x02\x8a\nl\xfc\x9c"
                                              "F\xf9 j\xa8P\x19.")
                                << "Python pickle";
        QTest::newRow("pickle protocol 4")
            << QByteArray("\x80\x04\x95\x00\x00\x00\x00\x00\x00\x00\x00}.", 13) << "Python pickle";
        QTest::newRow("GGUF") << QByteArray("GGUF\x03\x00\x00\x00xxxx", 12) << "GGUF";
        QTest::newRow("LFS pointer") << QByteArray("version https://git-lfs.github.com/spec/v1\noid sha256:0")
                                     << "Git LFS pointer";
    }

    void badFiles()
    {
        QFETCH(QByteArray, file);
        QFETCH(QString, part);
        expectRefused(file.toStdString(), part);
    }

    // Every flipped header byte is refused with our own error or still describes
    // ranges inside the file.
    void flippedBytes()
    {
        const std::string valid = fileOf(twoTensors, 34);
        std::mt19937 random(23);
        int refused = 0;
        for (int round = 0; round < 20'000; ++round) {
            std::string damaged = valid;
            for (unsigned flips = 1 + random() % 3; flips > 0; --flips)
                damaged[random() % (valid.size() - 34)] ^= char(1 << random() % 8);
            try {
                for (const auto &[name, entry] : parse(damaged).entries)
                    QVERIFY(entry.begin <= damaged.size() && entry.bytes <= damaged.size() - entry.begin);
            } catch (const Error &error) {
                QCOMPARE(int(error.code()), int(ErrorCode::InvalidModel));
                ++refused;
            }
        }
        QVERIFY(refused > 10'000);
    }

    void folders_data()
    {
        QTest::addColumn<QStringList>("files");
        QTest::addColumn<QByteArray>("index");
        QTest::addColumn<QString>("part");
        const QStringList none;
        QTest::newRow("nothing") << none << QByteArray() << "has no model.safetensors";
        QTest::newRow("pickle") << QStringList{"pytorch_model.bin"} << QByteArray() << "only this pickle";
        QTest::newRow("TorchScript") << QStringList{"model.pt"} << QByteArray() << "only this pickle";
        QTest::newRow("index is no object") << none << QByteArray("[]") << "no weight_map";
        QTest::newRow("index without map") << none << QByteArray("{}") << "no weight_map";
        QTest::newRow("index to a pickle")
            << none << QByteArray(R"({"weight_map":{"a":"pytorch_model-1.bin"}})") << "names the pickle";
        QTest::newRow("index upwards") << none << QByteArray(R"({"weight_map":{"a":"../other.safetensors"}})")
                                       << "of this folder";
        QTest::newRow("index to an absolute path")
            << none << QByteArray(R"({"weight_map":{"a":"/etc/passwd.safetensors"}})") << "of this folder";
        QTest::newRow("index to a number") << none << QByteArray(R"({"weight_map":{"a":3}})") << "not a file";
        QTest::newRow("index is damaged") << none << QByteArray("{\"weight_map\"") << "not valid JSON";
    }

    void folders()
    {
        QFETCH(QStringList, files);
        QFETCH(QByteArray, index);
        QFETCH(QString, part);
        const QTemporaryDir folder;
        for (const QString &file : files)
            std::ofstream(folder.filePath(file).toStdString()) << "PK";
        if (!index.isEmpty())
            std::ofstream(folder.filePath("model.safetensors.index.json").toStdString()) << index.toStdString();
        try {
            findSafetensors(folder.path().toStdString());
            QFAIL("no exception");
        } catch (const Error &error) {
            QCOMPARE(int(error.code()), int(ErrorCode::InvalidModel));
            QVERIFY2(QString(error.what()).contains(part), error.what());
            QVERIFY(QString(error.what()).startsWith(folder.path()));
        }
    }

    void missingFolders()
    {
        QVERIFY_THROWS_EXCEPTION(Error, findSafetensors("no/such/folder"));
        QVERIFY_THROWS_EXCEPTION(Error, findSafetensors("some/model.pth"));
    }

    void shards()
    {
        const QTemporaryDir folder;
        std::ofstream(folder.filePath("model.safetensors.index.json").toStdString())
            << R"({"metadata":{"total_size":1},"weight_map":{"a":"m-1.safetensors","c":"m-2.safetensors","b":"m-1.safetensors"}})";
        const auto found = findSafetensors(folder.path().toStdString());
        QCOMPARE(int(found.size()), 2);
        QCOMPARE(found[0].file.filename().string(), std::string("m-1.safetensors"));
        QVERIFY((found[0].tensors == std::vector<std::string>{"a", "b"}));
        QVERIFY((found[1].tensors == std::vector<std::string>{"c"}));
    }
};

QTEST_APPLESS_MAIN(TestSafetensorsFormat)
#include "tst_safetensors_format.moc"
