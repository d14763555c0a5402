// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/render_command.h"

#include "app/explorer/engine/engine_module.h"
#include "app/explorer/figures/case_report.h"
#include "app/explorer/figures/figure_store.h"
#include "app/explorer/quiet_platform.h"
#include "qmop/error.h"
#include "qmop/error_line.h"

#include <QGuiApplication>

#include <cstdio>
#include <string>
#include <string_view>

namespace qmop {

namespace {

struct Words {
    std::string_view command; // --render or --report
    std::string from, to, tag;
    std::string signature = "qmop-explorer"; // of what is printed: `qmop render` and `qmop report` start us
    bool strip = false;
    bool understood = false;
};

// FILE, then options with a value each.
Words readWords(int argc, char **argv)
{
    Words words{argv[1], argc > 2 ? argv[2] : "", {}, {}};
    words.understood = argc > 2;
    for (int i = 3; i < argc; ++i) {
        const std::string_view option = argv[i];
        const bool hasValue = i + 1 < argc;
        if (option == "--strip")
            words.strip = true;
        else if (option == "--out" && hasValue)
            words.to = argv[++i];
        else if (option == "--signed" && hasValue)
            words.signature = argv[++i];
        else if (option == "--tag" && hasValue && words.command == "--report")
            words.tag = argv[++i];
        else
            words.understood = false;
    }
    return words;
}

void print(const Words &words, const std::string &line)
{
    std::fprintf(stderr, "%s: %s\n", words.signature.c_str(), line.c_str());
}

int fail(const Words &words, ErrorCode code, const std::string &what, const std::string &hint)
{
    print(words, errorLine(what, hint));
    return exitCode(code);
}

}

std::optional<int> renderCommand(int argc, char **argv)
{
    const std::string_view command = argc > 1 ? argv[1] : "";
    if (command != "--render" && command != "--report")
        return std::nullopt;
    const Words words = readWords(argc, argv);
    if (!words.understood || words.to.empty())
        return fail(words, ErrorCode::InvalidArgument,
                    std::string(command) + " takes a file, --out FILE"
                        + (command == "--report" ? ", --tag TAG and --strip" : " and --strip"),
                    "see --help");
    // Nothing is shown: no screen is needed.
    qputenv("QT_QPA_PLATFORM", "offscreen");
    silencePlatform();
    int qtArguments = 1;
    const QGuiApplication application(qtArguments, argv);
    const PictureDecoder decoder = [](const ImageSource &source) { return engineModule().decode(source); };
    try {
        if (command == "--render") {
            const RenderedFigure figure = renderFigure(words.from, words.to, words.strip, decoder);
            for (const QString &problem : figure.problems)
                print(words, errorLine(problem.toStdString(), figure.hint.toStdString()));
            for (const QString &notice : figure.notices)
                print(words, notice.toStdString());
            return figure.problems.isEmpty() ? 0 : exitCode(ErrorCode::InvalidSession);
        }
        const CaseReport report = readCases(words.from, words.tag, words.strip, decoder);
        writeReport(report, words.to, decoder);
        for (const QString &problem : report.problems)
            print(words, errorLine(problem.toStdString(), report.hints.value(problem).toStdString()));
        return report.complete ? 0 : exitCode(ErrorCode::InvalidSession);
    } catch (const Error &error) {
        return fail(words, error.code(), error.what(), error.hint());
    } catch (const std::bad_alloc &) {
        return fail(words, ErrorCode::OutOfMemory, words.from + ": not enough memory to paint this",
                    "close other programs, or choose fewer pixels per unit");
    } catch (const std::exception &error) {
        return fail(words, ErrorCode::Internal, error.what(), {});
    }
}

} // namespace qmop
