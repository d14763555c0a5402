// SPDX-License-Identifier: GPL-3.0-or-later
//
// qmop: QMoP Explorer on the command line.
#include "app/cli/bench_command.h"
#include "app/cli/compare_command.h"
#include "app/cli/info_command.h"
#include "app/cli/render_command.h"
#include "app/cli/report_command.h"
#include "app/cli/run_command.h"
#include "app/cli/scenes_command.h"
#include "app/cli/search_command.h"
#include "app/cli/signature.h"
#include "app/cli/suite_command.h"
#include "app/cli/sweep_command.h"
#include "app/cli/train_command.h"
#include "core/engine/failure.h"
#include "qmop/error_line.h"

#include <CLI/CLI.hpp>

#include <iostream>
#include <string>
#include <utility>
#include <vector>

namespace {

std::string exitCodesText()
{
    using qmop::ErrorCode;
    const std::pair<ErrorCode, const char *> meanings[] = {
        {ErrorCode::InvalidArgument, "wrong arguments, or a file of another kind (a picture without a recipe)"},
        {ErrorCode::ImageUnreadable, "the picture cannot be read"},
        {ErrorCode::ImageTooLarge, "the picture is over the pixel limit"},
        {ErrorCode::InvalidQuestion, "the question is empty or not UTF-8"},
        {ErrorCode::InvalidModel, "the checkpoint is missing or damaged"},
        {ErrorCode::InvalidSuite, "the suite, or your own questions, are missing or damaged"},
        {ErrorCode::InvalidRecipe, "the recipe is missing or wrong"},
        {ErrorCode::OutOfMemory, "not enough memory"},
        {ErrorCode::OutputFailed, "a file could not be written"},
        {ErrorCode::InvalidSession,
         "the session, replay pack or figure is missing, damaged or too new; the rest of it was used"},
        {ErrorCode::Internal, "a defect of this program"},
        {ErrorCode::Cancelled, "cancelled (Ctrl+C)"},
    };
    std::string text = "Exit codes:\n  0    success\n  1    a check found something (scenes audit, train --compare)\n";
    for (const auto &[code, meaning] : meanings) {
        std::string number = std::to_string(qmop::exitCode(code));
        number.resize(5, ' ');
        text += "  " + number + meaning + "\n";
    }
    return text;
}

// The command that was asked for: "budgets" of `qmop sweep budgets ...`.
const CLI::App &askedCommand(const CLI::App &app)
{
    const std::vector<const CLI::App *> parsed
        = app.get_subcommands([](const CLI::App *command) { return command->parsed(); });
    return parsed.empty() ? app : askedCommand(*parsed.front());
}

// What an option for numbers takes; CLI11 says only that it got something else.
std::string wantedBy(const CLI::Option &option)
{
    const std::string type = option.get_type_name();
    const bool patches = type.starts_with("PATCH");
    if (!patches && !type.starts_with("INT") && !type.starts_with("UINT") && !type.starts_with("FLOAT"))
        return {};
    const int least = option.get_items_expected_min();
    const int most = option.get_items_expected_max();
    std::string wanted = patches ? "patch number" : type.starts_with("FLOAT") ? "number" : "whole number";
    if (most > 1)
        wanted = (least == most ? std::to_string(most) + " " : "") + wanted + "s separated by commas";
    else
        wanted = "a " + wanted;
    return "give " + wanted + (patches ? ", 0 to N-1" : type.starts_with("UINT") ? ", 0 or more" : "") + "; ";
}

// "--keep: “x” cannot be read" and what to give instead; nothing where no such option is meant.
std::pair<std::string, std::string> misreadOption(const CLI::App &asked, const std::string &message)
{
    for (const CLI::Option *option : asked.get_options()) {
        const std::string convert = "Could not convert: " + option->get_name() + " = ";
        if (message.starts_with(convert))
            return {option->get_name() + ": “" + message.substr(convert.size()) + "” cannot be read",
                    wantedBy(*option)};
        if (message.starts_with(option->get_name() + ": ") && message.find(" required") != std::string::npos)
            return {message, wantedBy(*option)};
    }
    return {message, {}};
}

// CLI11 names neither a command that it does not know nor those that there are.
qmop::Failure describeParseError(const CLI::App &asked, const CLI::ParseError &error)
{
    auto [what, wanted] = misreadOption(asked, error.what());
    if (asked.get_require_subcommand_min() > 0) {
        std::string commands;
        for (const CLI::App *command : asked.get_subcommands([](const CLI::App *) { return true; }))
            commands += (commands.empty() ? "" : ", ") + command->get_name();
        const std::vector<std::string> unknown = asked.remaining();
        if (unknown.empty())
            what = "no command is given";
        else
            what = std::string(unknown.front().starts_with("-") ? "no command is given before " : "unknown command ")
                + unknown.front();
        what += "; the commands are " + commands;
    }
    return {qmop::ErrorCode::InvalidArgument, what, wanted + "see " + qmop::signatureOf(asked) + " --help"};
}

void printFailure(const CLI::App &asked, const qmop::Failure &failure)
{
    std::cerr << qmop::signatureOf(asked) << ": " << qmop::errorLine(failure.what, failure.hint) << std::endl;
}

}

int main(int argc, char **argv)
{
    int exitCode = 0;
    CLI::App app("QMoP Explorer: how a vision-language model's image tokens are compressed", "qmop");
    app.set_version_flag("--version", std::string("qmop ") + QMOP_VERSION);
    app.require_subcommand(1);
    app.footer(exitCodesText());
    qmop::addRunCommand(app, exitCode);
    qmop::addCompareCommand(app, exitCode);
    qmop::addSearchCommand(app, exitCode);
    qmop::addSweepCommand(app, exitCode);
    qmop::addBenchCommand(app, exitCode);
    qmop::addRenderCommand(app, exitCode);
    qmop::addSuiteCommand(app, exitCode);
    qmop::addReportCommand(app, exitCode);
    qmop::addScenesCommand(app, exitCode);
    qmop::addTrainCommand(app, exitCode);
    qmop::addInfoCommand(app, exitCode);
    try {
        app.parse(argc, argv);
        // Commands print there what they found; a full disk must not look like success.
        if (!std::cout.flush())
            throw qmop::Error(qmop::ErrorCode::OutputFailed, "standard output: cannot be written",
                              "free some space or check the pipe");
    } catch (const CLI::ParseError &error) {
        if (error.get_exit_code() == int(CLI::ExitCodes::Success))
            return app.exit(error); // --help, --version
        const CLI::App &asked = askedCommand(app);
        printFailure(asked, describeParseError(asked, error));
        return qmop::exitCode(qmop::ErrorCode::InvalidArgument);
    } catch (...) {
        const qmop::Failure failure = qmop::describeFailure(std::current_exception());
        printFailure(askedCommand(app), failure);
        return qmop::exitCode(failure.code);
    }
    return exitCode;
}
