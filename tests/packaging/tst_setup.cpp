// SPDX-License-Identifier: GPL-3.0-or-later
//
// packaging/setup.sh beside a CMake that only notes how it was called, and the
// find module in a project of its own: which LibTorch is taken, also after another.
#include "tests/packaging/write_file.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace qmop;

namespace {

const QString source = QStringLiteral(QMOP_SOURCE_DIR);

QByteArray contents(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

// Header and libraries as the find module looks for them.
void writeLibTorch(const QString &folder)
{
    writeFile(folder + "/include/ATen/ATen.h", "");
    writeFile(folder + "/include/torch/headeronly/version.h",
              "#define TORCH_VERSION_MAJOR 2\n#define TORCH_VERSION_MINOR 6\n#define TORCH_VERSION_PATCH 0\n");
    writeFile(folder + "/lib/libtorch_cpu.so", "");
    writeFile(folder + "/lib/libc10.so", "");
}

} // namespace

class TestSetup : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    QString path(const QString &name) const { return m_folder.filePath(name); }

    // Standard output; fails where the program does.
    QByteArray run(const QString &program, const QStringList &arguments, const QString &libTorch = {},
                   bool withPackages = false)
    {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("QMOP_SKIP_APT", withPackages ? "0" : "1");
        environment.insert("XDG_CACHE_HOME", path("cache"));
        environment.insert("CALLS", path("calls"));
        environment.remove("QMOP_LIBTORCH_DIR");
        if (!libTorch.isEmpty())
            environment.insert("QMOP_LIBTORCH_DIR", libTorch);
        if (program.endsWith("setup.sh"))
            environment.insert("PATH", path("bin") + ":" + environment.value("PATH"));
        process.setProcessEnvironment(environment);
        process.start(program, arguments);
        const bool ended = process.waitForFinished(60'000) && process.exitCode() == 0;
        if (!ended)
            QTest::qFail(process.readAllStandardError().constData(), __FILE__, __LINE__);
        return process.readAllStandardOutput();
    }

private Q_SLOTS:
    void initTestCase()
    {
        writeLibTorch(path("other"));
        writeLibTorch(path("cache/qmop-explorer/libtorch-2.11.0/torch"));
    }

    // Given once, an own LibTorch must not stay behind in CMake's cache.
    void ownLibTorchIsForgotten()
    {
        writeFile(path("tree/packaging/setup.sh"), contents(source + "/packaging/setup.sh"), true);
        writeFile(path("tree/packaging/fetch-libtorch.sh"), "#!/bin/sh\n", true);
        writeFile(path("tree/CMakePresets.json"), "{}");
        writeFile(path("bin/cmake"),
                  "#!/bin/sh\n"
                  "echo \"$@\" >> \"$CALLS\"\n"
                  "mkdir -p build\n"
                  "for word; do\n"
                  "    case $word in -DQMOP_LIBTORCH_DIR=*)\n"
                  "        echo \"QMOP_LIBTORCH_DIR:PATH=${word#*=}\" > build/CMakeCache.txt ;;\n"
                  "    esac\n"
                  "done\n"
                  "touch -d '1 hour' build/build.ninja\n",
                  true);
        const QString setup = path("tree/packaging/setup.sh");
        const auto calls = [&] { return contents(path("calls")).split('\n'); };
        run(setup, {}, path("other"));
        QCOMPARE(int(calls().size()) - 1, 1);
        QVERIFY2(calls()[0].endsWith("-DQMOP_LIBTORCH_DIR=" + path("other").toUtf8()), calls()[0].constData());
        run(setup, {}, path("other")); // nothing changed
        QCOMPARE(int(calls().size()) - 1, 1);
        run(setup, {});
        QCOMPARE(int(calls().size()) - 1, 2);
        QVERIFY2(calls()[1].endsWith("-DQMOP_LIBTORCH_DIR="), calls()[1].constData());
        run(setup, {});
        QCOMPARE(int(calls().size()) - 1, 2);
    }

    // Who only wants the program is not made to fetch what the tests need.
    void packagesOfTheTests()
    {
        const QString setup = path("tree/packaging/setup.sh");
        for (const char *list : {"debian-packages.txt", "debian-test-packages.txt"})
            writeFile(path("tree/packaging/") + list, contents(source + "/packaging/" + list));
        writeFile(path("bin/dpkg-query"), "#!/bin/sh\necho not-installed\n", true);
        writeFile(path("bin/apt-get"), "#!/bin/sh\necho apt-get \"$@\"\n", true);
        writeFile(path("bin/sudo"), "#!/bin/sh\nexec \"$@\"\n", true);
        const QByteArray program = run(setup, {"qmop"}, path("other"), true);
        QVERIFY2(program.contains(" qt6-base-dev") && !program.contains("xvfb"), program.constData());
        const QByteArray all = run(setup, {"all"}, path("other"), true);
        QVERIFY2(all.contains(" qt6-base-dev") && all.contains(" xvfb"), all.constData());
    }

    void moduleLooksAgain()
    {
        writeFile(path("project/CMakeLists.txt"),
                  "cmake_minimum_required(VERSION 3.25)\n"
                  "project(test LANGUAGES NONE)\n"
                  "set(CMAKE_FIND_LIBRARY_PREFIXES lib)\n"
                  "set(CMAKE_FIND_LIBRARY_SUFFIXES .so)\n"
                  "list(APPEND CMAKE_MODULE_PATH \""
                      + source.toUtf8()
                      + "/packaging/cmake\")\n"
                        "find_package(LibTorch 2.6 REQUIRED)\n"
                        "message(STATUS \"library ${LibTorch_CPU_LIBRARY} headers ${LibTorch_INCLUDE_DIR}\")\n");
        const QStringList arguments{"-G", "Ninja", "-S", path("project"), "-B", path("project/build")};
        const auto found = [&](const QString &option) {
            const QByteArray output = run("cmake", arguments + QStringList{"-DQMOP_LIBTORCH_DIR=" + option});
            const int at = int(output.indexOf("library "));
            return at < 0 ? output : output.mid(at, output.indexOf('\n', at) - at);
        };
        const auto expected = [](const QString &folder) {
            return QStringLiteral("library %1/lib/libtorch_cpu.so headers %1/include").arg(folder).toUtf8();
        };
        QCOMPARE(found(path("other")), expected(path("other")));
        QCOMPARE(found({}), expected(path("cache/qmop-explorer/libtorch-2.11.0/torch")));
        QCOMPARE(found(path("other")), expected(path("other")));
    }
};

QTEST_GUILESS_MAIN(TestSetup)
#include "tst_setup.moc"
