// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/compare_command.h"

#include "app/cli/engine_session.h"
#include "app/cli/progress_line.h"
#include "app/cli/run_options.h"
#include "core/store/comparison_json.h"
#include "core/store/trace_json.h"
#include "qmop/error.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Option.hpp>

#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

namespace qmop {

namespace {

using Words = std::vector<std::string>;

constexpr const char *separator = "--with";

// The words of one run, read as `qmop run` reads them.
void parseRun(RunOptions &options, const Words &words, const char *which)
{
    CLI::App run(std::string("run ") + which, "qmop compare");
    run.set_help_flag();
    options.addTo(run, false);
    run.parse(Words(words.rbegin(), words.rend())); // last word first
    if (options.questions.size() > 1)
        throw Error(ErrorCode::InvalidArgument, std::string("run ") + which + " has more than one question",
                    "ask one question in each run");
}

int compare(const Words &words)
{
    const auto at = std::ranges::find(words, separator);
    if (at == words.end())
        throw Error(ErrorCode::InvalidArgument, "there is one run only, nothing to compare it with",
                    "write IMAGE QUESTION [options] --with [IMAGE QUESTION] [options]");
    RunOptions a;
    RunOptions b;
    parseRun(a, Words(words.begin(), at), "A");
    parseRun(b, Words(at + 1, words.end()), "B");
    if (a.image.empty() || a.questions.empty())
        throw Error(ErrorCode::InvalidArgument, "run A has no picture or no question",
                    "name both before the first option");
    if (b.image.empty())
        b.image = a.image;
    if (b.questions.empty())
        b.questions = a.questions;

    ProgressLine line(a.common.progress || b.common.progress);
    EngineSession session(a.common.engineConfig());
    std::vector<std::shared_ptr<const RunTrace>> traces;
    for (const RunOptions &options : {a, b}) {
        RunRequest request = options.request(options.questions.front(), traces.size() + 1);
        request.model = options.common.engineConfig().defaultModel;
        request.trace = TraceLevel::Full; // kept patches and scores, also where pruning is off
        const std::string text = traces.empty() ? "run A" : "run B";
        line.show(text, text);
        traces.push_back(session.run(std::move(request)));
    }
    line.clear();
    std::cout << toText(comparisonJson(*traces[0], *traces[1])) << "\n" << std::flush;
    return 0;
}

}

void addCompareCommand(CLI::App &app, int &exitCode)
{
    CLI::App *command = app.add_subcommand("compare", "Make two runs and print what differs, as JSON");
    command->footer("qmop compare IMAGE QUESTION [options of run A] --with [IMAGE QUESTION] [options of run B]\n\n"
                    "Each run takes what `qmop run` takes; picture and question of B are A's unless they are named. "
                    "Prints both runs, the first word that differs with its margin, what else differs (B - A), and "
                    "which patches were kept in either. Ctrl+C cancels.");
    command->prefix_command(); // the words are read run by run
    command->callback([command, &exitCode] { exitCode = compare(command->remaining()); });
}

} // namespace qmop
