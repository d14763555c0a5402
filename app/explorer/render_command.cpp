// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/render_command.h"

#include "app/explorer/engine/engine_module.h"
#include "app/explorer/figures/case_report.h"
#include "app/explorer/figures/figure_store.h"
#include "qmop/error.h"
#include "qmop/error_line.h"

#include <QGuiApplication>
#include <QTemporaryDir>

#include <cstdio>
#include <string>
#include <string_view>

namespace qmop {

namespace {

int fail(ErrorCode code, const std::string &what, const std::string &hint)
{
    std::fprintf(stderr, "qmop-explorer: %s\n", errorLine(what, hint).c_str());
    return exitCode(code);
}

}

std::optional<int> renderCommand(int argc, char **argv)
{
    const std::string_view command = argc > 1 ? argv[1] : "";
    if (command != "--render" && command != "--report")
        return std::nullopt;
    // FILE, then options with a value each.
    std::string from = argc > 2 ? argv[2] : "", to, tag;
    bool strip = false, understood = argc > 2;
    for (int i = 3; i < argc; ++i) {
        const std::string_view option = argv[i];
        if (option == "--strip")
            strip = true;
        else if (option == "--out" && i + 1 < argc)
            to = argv[++i];
        else if (option == "--tag" && i + 1 < argc && command == "--report")
            tag = argv[++i];
        else
            understood = false;
    }
    if (!understood || to.empty())
        return fail(ErrorCode::InvalidArgument,
                    std::string(command) + " takes a file, --out FILE"
                        + (command == "--report" ? ", --tag TAG and --strip" : " and --strip"),
                    "see --help");
    // Nothing is shown: no screen is needed.
    qputenv("QT_QPA_PLATFORM", "offscreen");
    // Qt complains of a session that has no folder for what lives as long as a login, as under sudo or cron.
    const QTemporaryDir runtime;
    if (qEnvironmentVariableIsEmpty("XDG_RUNTIME_DIR") && runtime.isValid())
        qputenv("XDG_RUNTIME_DIR", runtime.path().toUtf8());
    int qtArguments = 1;
    const QGuiApplication application(qtArguments, argv);
    const PictureDecoder decoder = [](const ImageSource &source) { return engineModule().decode(source); };
    try {
        QStringList notices;
        if (command == "--render") {
            notices = renderFigure(from, to, strip, decoder);
        } else {
            const CaseReport report = readCases(from, tag, strip, decoder);
            notices = report.problems;
            writeReport(report, to, decoder);
        }
        for (const QString &notice : notices)
            std::fprintf(stderr, "qmop-explorer: %s\n", qPrintable(notice));
        return 0;
    } catch (const Error &error) {
        return fail(error.code(), error.what(), error.hint());
    } catch (const std::bad_alloc &) {
        return fail(ErrorCode::OutOfMemory, from + ": not enough memory to paint this",
                    "close other programs, or choose fewer pixels per unit");
    } catch (const std::exception &error) {
        return fail(ErrorCode::Internal, error.what(), {});
    }
}

} // namespace qmop
