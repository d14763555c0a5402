// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/report_command.h"

#include "app/cli/explorer_process.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Option.hpp>

#include <memory>
#include <string>
#include <vector>

namespace qmop {

namespace {

struct ReportOptions {
    std::string session;
    std::string out;
    std::string tag;
    bool strip = false;
};

int report(const ReportOptions &options)
{
    std::vector<std::string> words{"--report", options.session, "--out", options.out};
    if (!options.tag.empty()) {
        words.push_back("--tag");
        words.push_back(options.tag);
    }
    if (options.strip)
        words.push_back("--strip");
    return runExplorer("qmop report", words);
}

}

void addReportCommand(CLI::App &app, int &exitCode)
{
    auto options = std::make_shared<ReportOptions>();
    CLI::App *command = app.add_subcommand("report", "Report the runs of a session or replay pack");
    command->footer("HTML is one file; Markdown has its figures in a folder beside it; CSV and LaTeX are the table of "
                    "runs. Each figure can be dropped on the window. Needs neither weights nor a screen.");
    command->add_option("SESSION", options->session, "Session (.qmops) or replay pack (.qmopz)")->required();
    command->add_option("--out", options->out, "File to write: .html, .md, .csv or .tex")->required();
    command->add_option("--tag", options->tag, "Only the runs with this tag");
    command->add_flag("--strip", options->strip, "Leave out paths and names of pictures");
    command->callback([options, &exitCode] { exitCode = report(*options); });
}

} // namespace qmop
