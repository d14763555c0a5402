// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/start_options.h"

#include "app/explorer/start_arguments.h"
#include "qmop/error.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QSettings>

#include <cstdio>
#include <cstdlib>

namespace qmop {

namespace {

[[noreturn]] void refuse(const std::string &what, const std::string &hint = "see qmop-explorer --help")
{
    throw Error(ErrorCode::InvalidArgument, what, hint);
}

[[noreturn]] void refuseValue(const char *option, const QString &value, const char *hint)
{
    refuse(std::string("--") + option + " " + value.toStdString() + " is not understood", hint);
}

struct Parser : QCommandLineParser {
    const QCommandLineOption help = addHelpOption(), version = addVersionOption();
    const QCommandLineOption model{"model", "Checkpoint folder (default: the embedded model).", "DIR"};
    const QCommandLineOption image{"image", "Picture to open (default: the first sample).", "FILE"};
    const QCommandLineOption session{"session", "Session or replay pack to open.", "FILE"};
    QCommandLineOption sessionFile{sessionFileOption, {}, "FILE"}; // what becomes of it: see start_arguments.h
    const QCommandLineOption question{"question", "Question to ask about it.", "TEXT"};
    const QCommandLineOption compressor{"compressor", "What makes the visual tokens, as for qmop run.", "NAME"};
    const QCommandLineOption budget{"budget", "Visual tokens M after compression.", "M"};
    const QCommandLineOption against{
        "against", "Answer it with this compressor first, as none or prune:16: run A of the layout compare.",
        "NAME[:M]"};
    const QCommandLineOption theme{"theme", "light, dark or system (default).", "MODE"};
    const QCommandLineOption scale{"scale", "Text size in percent of the system's, 100 to 200.", "PERCENT"};
    const QCommandLineOption size{"size", "Size of the window for --first-light, as 1280x800.", "WxH", "1600x1000"};
    const QCommandLineOption layout{
        "layout", "Layout: inspect, compare, failures, present (default: the last one; inspect for --first-light).",
        "NAME"};
    const QCommandLineOption dumpA11y{"dump-a11y",
                                      "Print place in the Tab order, role and name of every control, and exit."};
    const QCommandLineOption firstLight{
        "first-light",
        "Answer the first question, or open the session, save the window to FILE, print the run's JSON and exit.",
        "FILE"};
    const QCommandLineOption guidePictures{
        "guide-pictures",
        "Ask the first question, draw the user guide's pictures into DIR and exit; shipped with --size 1440x1080.",
        "DIR"};
    const QCommandLineOption untilShown{"until-shown", "Exit as soon as the window is painted: measures the start."};
    // Listed only: such a start has ended before.
    const QCommandLineOption render{
        "render", "Paint a figure again from the recipe in it: --render FIGURE --out FILE [--strip].", "FIGURE"};
    const QCommandLineOption report{
        "report", "Write a report of a session's runs: --report SESSION --out FILE [--tag TAG] [--strip].", "SESSION"};

    Parser()
    {
        setApplicationDescription(
            QCoreApplication::translate("main", "See how a vision-language model's image tokens are compressed."));
        sessionFile.setFlags(QCommandLineOption::HiddenFromHelp);
        addPositionalArgument("files", "Pictures, folders, sessions, packs or figures to open.", "[FILE…]");
        addOptions({model, image, question, compressor, budget, against, session, sessionFile, theme, scale, firstLight,
                    size, layout, guidePictures, untilShown, dumpA11y, render, report});
        // Not process(): that would end with Qt's exit code for mistakes.
        if (parse(QCoreApplication::arguments()))
            return;
        QString wrong = errorText();
        if (wrong.endsWith(u'.'))
            wrong.chop(1);
        refuse(wrong.toStdString());
    }
};

// What was chosen in the View menu, where the command line does not say otherwise.
void readLook(StartOptions &options, const QString &theme, const QString &scale)
{
    const QSettings settings;
    const QString themeKey = !theme.isEmpty() ? theme
        : options.interactive() ? settings.value(QStringLiteral("look/theme"), QStringLiteral("system")).toString()
                                : QStringLiteral("system");
    const std::optional<ThemeMode> mode = themeModeFromKey(themeKey);
    if (!mode && !theme.isEmpty())
        refuseValue("theme", theme, "give light, dark or system");
    options.theme = mode.value_or(ThemeMode::System);
    const QString percent = !scale.isEmpty() ? scale
        : options.interactive()              ? settings.value(QStringLiteral("look/textScale"), 100).toString()
                                             : QStringLiteral("100");
    options.scale = percent.toInt();
    if (options.scale < 100 || options.scale > 200) {
        if (!scale.isEmpty())
            refuseValue("scale", scale, "give a number of percent from 100 to 200");
        options.scale = 100;
    }
}

// "3840x2160".
QSize sizeFromText(const QString &text)
{
    const QStringList sides = text.split(u'x');
    const QSize size = sides.size() == 2 ? QSize(sides[0].toInt(), sides[1].toInt()) : QSize();
    if (size.width() < 200 || size.height() < 200 || size.width() > 16384 || size.height() > 16384)
        refuseValue("size", text, "give width and height from 200 to 16384, as 1280x800");
    return size;
}

LayoutId layoutFromText(const QString &text)
{
    for (LayoutId layout : allLayouts)
        if (text.compare(layoutTitle(layout), Qt::CaseInsensitive) == 0)
            return layout;
    refuseValue("layout", text, "give inspect, compare, failures or present");
}

RunChoice choiceFromText(const char *option, const QString &text)
{
    if (const std::optional<RunChoice> choice = runChoiceFromText(text.toStdString()))
        return *choice;
    refuseValue(option, text, "give a compressor of qmop run --help, with a budget if you like, as none or prune:16");
}

int budgetFromText(const QString &text)
{
    const int budget = text.toInt();
    if (budget < 1)
        refuseValue("budget", text, "give a number of visual tokens");
    return budget;
}

}

StartOptions readStartOptions()
{
    Parser parser;
    if (parser.isSet(parser.help))
        parser.showHelp();
    if (parser.isSet(parser.version))
        parser.showVersion();
    StartOptions options;
    if (parser.isSet(parser.model))
        options.model = parser.value(parser.model).toStdString();
    options.image = parser.value(parser.image);
    options.question = parser.value(parser.question);
    options.session = parser.value(parser.sessionFile);
    options.firstLight = parser.value(parser.firstLight);
    options.guidePictures = parser.value(parser.guidePictures);
    options.untilShown = parser.isSet(parser.untilShown);
    options.dumpA11y = parser.isSet(parser.dumpA11y);
    options.size = sizeFromText(parser.value(parser.size));
    if (parser.isSet(parser.layout))
        options.layout = layoutFromText(parser.value(parser.layout));
    options.files = parser.positionalArguments();
    options.files.removeAll(QString()); // a shell's variable that was not set
    if (parser.isSet(parser.compressor))
        options.run = choiceFromText("compressor", parser.value(parser.compressor));
    if (parser.isSet(parser.budget))
        options.run.budget = budgetFromText(parser.value(parser.budget));
    if (parser.isSet(parser.against))
        options.against = choiceFromText("against", parser.value(parser.against));
    const bool asksNothing = !options.session.isEmpty()
        || ((!options.image.isEmpty() || !options.files.isEmpty()) && options.question.isEmpty());
    if (options.against && asksNothing)
        refuse("--against needs a question", "give one with --question");
    readLook(options, parser.value(parser.theme), parser.value(parser.scale));
    return options;
}

} // namespace qmop
