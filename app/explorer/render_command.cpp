// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/render_command.h"

#include "app/explorer/engine_module.h"
#include "app/explorer/figure_store.h"
#include "qmop/error.h"

#include <QGuiApplication>

#include <cstdio>
#include <cstring>
#include <string>

namespace qmop {

namespace {

int fail(ErrorCode code, const std::string &what, const std::string &hint)
{
    std::fprintf(stderr, "qmop-explorer: %s%s%s\n", what.c_str(), hint.empty() ? "" : "; ", hint.c_str());
    return exitCode(code);
}

}

std::optional<int> renderCommand(int argc, char **argv)
{
    if (argc < 2 || std::strcmp(argv[1], "--render") != 0)
        return std::nullopt;
    if (argc != 5 || std::strcmp(argv[3], "--out") != 0)
        return fail(ErrorCode::InvalidArgument, "--render takes FIGURE --out FILE and nothing else", "see --help");
    // Nothing is shown: no screen is needed.
    qputenv("QT_QPA_PLATFORM", "offscreen");
    const std::string from = argv[2], to = argv[4];
    int qtArguments = 1;
    const QGuiApplication application(qtArguments, argv);
    try {
        const QStringList notices
            = renderFigure(from, to, [](const ImageSource &source) { return engineModule().decode(source); });
        for (const QString &notice : notices)
            std::fprintf(stderr, "qmop-explorer: %s\n", qPrintable(notice));
        return 0;
    } catch (const Error &error) {
        return fail(error.code(), error.what(), error.hint());
    } catch (const std::bad_alloc &) {
        return fail(ErrorCode::OutOfMemory, from + ": not enough memory to paint this figure",
                    "close other programs, or choose fewer pixels per unit");
    } catch (const std::exception &error) {
        return fail(ErrorCode::Internal, error.what(), {});
    }
}

} // namespace qmop
