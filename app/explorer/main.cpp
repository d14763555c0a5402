// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/end_on_signals.h"
#include "app/explorer/engine/engine_module.h"
#include "app/explorer/first_light.h"
#include "app/explorer/guide_pictures.h"
#include "app/explorer/layout/accessibility_list.h"
#include "app/explorer/layout/when_painted.h"
#include "app/explorer/render_command.h"
#include "app/explorer/start_arguments.h"
#include "app/explorer/window/guidance.h"
#include "app/explorer/window/main_window.h"
#include "app/explorer/window/sessions.h"
#include "qmop/error_line.h"
#include "qmop/resources.h"
#include "widgets/theme/theme.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QDockWidget>
#include <QIcon>
#include <QSettings>
#include <QStandardPaths>

#include <cstdio>
#include <cstdlib>

using namespace qmop;

namespace {

struct Options {
    std::filesystem::path model = defaultModelDir();
    QString image;
    QStringList files; // as if dropped
    QString question;
    QString session;
    QString firstLight;
    QString guidePictures;
    bool untilShown = false;
    bool dumpA11y = false;
    ThemeMode theme = ThemeMode::System;
    int scale = 100;
    QSize size{1600, 1000}; // of the picture of --first-light
    LayoutId layout = LayoutId::Inspect; // of the same

    // A window for a person: it remembers, and takes what was chosen in it.
    bool interactive() const { return firstLight.isEmpty() && guidePictures.isEmpty() && !untilShown && !dumpA11y; }
};

[[noreturn]] void refuse(const std::string &what, const std::string &hint = "see --help")
{
    std::fprintf(stderr, "qmop-explorer: %s\n", errorLine(what, hint).c_str());
    std::exit(exitCode(ErrorCode::InvalidArgument));
}

[[noreturn]] void refuseValue(const char *option, const QString &value, const char *hint)
{
    refuse(std::string("--") + option + " " + value.toStdString() + " is not understood", hint);
}

// What was chosen in the View menu, where the command line does not say otherwise.
void readLook(Options &options, const QString &theme, const QString &scale)
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

// Not process(): that would end with Qt's exit code for mistakes.
void parse(QCommandLineParser &parser)
{
    if (parser.parse(QCoreApplication::arguments()))
        return;
    QString wrong = parser.errorText();
    if (wrong.endsWith(u'.'))
        wrong.chop(1);
    refuse(wrong.toStdString());
}

// Ends the program for --help, --version and mistakes.
Options parseArguments()
{
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QCoreApplication::translate("main", "See how a vision-language model's image tokens are compressed."));
    const QCommandLineOption help = parser.addHelpOption(), version = parser.addVersionOption();
    const QCommandLineOption model("model", "Checkpoint folder (default: the embedded model).", "DIR");
    const QCommandLineOption image("image", "Picture to open (default: the first sample).", "FILE");
    const QCommandLineOption session("session", "Session or replay pack to open.", "FILE");
    QCommandLineOption sessionFile(sessionFileOption, {}, "FILE"); // what becomes of it: see start_arguments.h
    sessionFile.setFlags(QCommandLineOption::HiddenFromHelp);
    const QCommandLineOption question("question", "Question to ask about it.", "TEXT");
    const QCommandLineOption theme("theme", "light, dark or system (default).", "MODE");
    const QCommandLineOption scale("scale", "Text size in percent of the system's, 100 to 200.", "PERCENT");
    const QCommandLineOption size("size", "Size of the window for --first-light, as 1280x800.", "WxH", "1600x1000");
    const QCommandLineOption layout("layout", "Layout for --first-light: inspect, compare, failures, present.", "NAME",
                                    "inspect");
    const QCommandLineOption dumpA11y("dump-a11y",
                                      "Print place in the Tab order, role and name of every control, and exit.");
    const QCommandLineOption firstLight(
        "first-light", "Answer the first question, save the window to FILE, print the run's JSON and exit.", "FILE");
    const QCommandLineOption guidePictures(
        "guide-pictures",
        "Ask the first question, draw the user guide's pictures into DIR and exit; shipped with --size 1440x1080.",
        "DIR");
    const QCommandLineOption untilShown("until-shown", "Exit as soon as the window is painted: measures the start.");
    // Listed only: such a start has ended before.
    const QCommandLineOption render(
        "render", "Paint a figure again from the recipe in it: --render FIGURE --out FILE [--strip].", "FIGURE");
    const QCommandLineOption report(
        "report", "Write a report of a session's runs: --report SESSION --out FILE [--tag TAG] [--strip].", "SESSION");
    parser.addPositionalArgument("files", "Pictures, folders, sessions, packs or figures to open.", "[FILE…]");
    parser.addOptions({model, image, question, session, sessionFile, theme, scale, firstLight, size, layout,
                       guidePictures, untilShown, dumpA11y, render, report});
    parse(parser);
    if (parser.isSet(help))
        parser.showHelp();
    if (parser.isSet(version))
        parser.showVersion();

    Options options;
    if (parser.isSet(model))
        options.model = parser.value(model).toStdString();
    options.image = parser.value(image);
    options.question = parser.value(question);
    options.session = parser.value(sessionFile);
    options.firstLight = parser.value(firstLight);
    options.guidePictures = parser.value(guidePictures);
    options.untilShown = parser.isSet(untilShown);
    options.dumpA11y = parser.isSet(dumpA11y);
    options.size = sizeFromText(parser.value(size));
    options.layout = layoutFromText(parser.value(layout));
    options.files = parser.positionalArguments();
    options.files.removeAll(QString()); // a shell's variable that was not set
    readLook(options, parser.value(theme), parser.value(scale));
    return options;
}

// Of every layout, then of the panels that it leaves behind tabs or closed.
void printControls(MainWindow &window)
{
    const auto print = [](const QString &title, const std::vector<AccessibleControl> &controls) {
        std::printf("%s\n%s\n", qPrintable(title), accessibilityText(controls).toUtf8().constData());
    };
    for (LayoutId layout : allLayouts) {
        window.docks()->showLayout(layout);
        QCoreApplication::processEvents();
        print(QStringLiteral("Layout %1").arg(layoutTitle(layout)), accessibleControls(window));
        for (QDockWidget *dock : window.docks()->docks()) {
            if (!dock->visibleRegion().isEmpty())
                continue;
            window.docks()->open(dock->objectName());
            QCoreApplication::processEvents();
            std::vector<AccessibleControl> controls = accessibleControls(window);
            std::erase_if(controls, [dock](const AccessibleControl &control) {
                return !control.place.startsWith(dock->windowTitle());
            });
            print(QStringLiteral("Layout %1, panel %2").arg(layoutTitle(layout), dock->windowTitle()), controls);
        }
    }
}

// Once the window is up: the first picture loads the engine's module, the icon
// Qt's SVG reader, and the system's loader would hold the window back.
void begin(MainWindow &window, const Options &options)
{
    window.setWindowIcon(QIcon(QString::fromStdString((resourceDir() / "icons/qmop-explorer.svg").string())));
    if (!options.session.isEmpty()) {
        window.sessions()->open(options.session);
        return;
    }
    if (options.image.isEmpty() && options.files.isEmpty() && options.question.isEmpty()) {
        // Not at once what may have ended the program before.
        if (window.showRecoveredRun())
            return;
        window.openFirstSample();
        return;
    }
    if (!options.files.isEmpty())
        window.openPaths(options.files);
    if (!options.image.isEmpty())
        window.openPicture({options.image.toStdString(), {}});
    else if (options.files.isEmpty())
        window.openFirstSample();
    if (!options.question.isEmpty()) {
        window.setQuestion(options.question);
        window.runWhenReady();
    }
}

WindowConfig configOf(const Options &options)
{
    WindowConfig config;
    config.model = options.model;
    config.resources = resourceDir();
    config.backend = [model = options.model](std::function<void(const RunEvent &)> listener) {
        return engineModule().makeBackend(model, std::move(listener));
    };
    config.decoder = [](const ImageSource &source) { return engineModule().decode(source); };
    config.lookAround = [](const InstallationRequest &request) { return engineModule().lookAround(request); };
    if (options.interactive())
        config.journal = std::filesystem::path(
                             QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation).toStdString())
            / "journal-1.sqlite";
    if (options.interactive())
        config.ownSuite = personalSuiteDir();
    config.rememberLayout = options.interactive();
    return config;
}

// --guide-pictures and --first-light.
int draw(QApplication &application, MainWindow &window, const Options &options, const QElapsedTimer &sinceStart)
{
    window.resize(options.size);
    window.docks()->showLayout(options.layout);
    window.docks()->resetLayout(); // for this size
    if (!options.guidePictures.isEmpty()) {
        GuidePictures pictures(&window, options.guidePictures);
        window.show();
        whenPainted(window, [&] {
            begin(window, options);
            pictures.watch();
        });
        return application.exec();
    }
    FirstLight firstLight(&window, options.firstLight, sinceStart);
    window.show();
    whenPainted(window, [&] {
        firstLight.markShown();
        begin(window, options);
        firstLight.watch();
    });
    return application.exec();
}

}

int main(int argc, char **argv)
try {
    QElapsedTimer sinceStart;
    sinceStart.start();
    if (const std::optional<int> rendered = renderCommand(argc, argv))
        return *rendered;
    StartArguments arguments(argc, argv);
    if (const std::optional<std::string> obstacle = screenObstacle(arguments)) {
        std::fprintf(stderr, "qmop-explorer: %s\n", obstacle->c_str());
        return exitCode(ErrorCode::InvalidArgument);
    }
    QApplication application(arguments.count(), arguments.values());
    QCoreApplication::setOrganizationName(QStringLiteral("qmop-explorer"));
    QCoreApplication::setApplicationName(QStringLiteral("qmop-explorer"));
    QCoreApplication::setApplicationVersion(QStringLiteral(QMOP_VERSION));
    QGuiApplication::setApplicationDisplayName(QStringLiteral("QMoP Explorer"));
    const Options options = parseArguments();
    applyTheme(application, options.theme);
    applyTextScale(application, options.scale);

    MainWindow window(configOf(options));
    if (options.untilShown) {
        window.show();
        whenPainted(window, [] { std::quick_exit(0); });
        return application.exec();
    }
    if (options.dumpA11y) {
        window.show();
        whenPainted(window, [&] {
            printControls(window);
            QCoreApplication::exit(0);
        });
        return application.exec();
    }
    if (options.firstLight.isEmpty() && options.guidePictures.isEmpty()) {
        endOnSignals();
        window.show();
        whenPainted(window, [&] {
            begin(window, options);
            window.guidance()->startTourIfNew();
        });
        return application.exec();
    }
    return draw(application, window, options, sinceStart);
} catch (const std::exception &error) {
    std::fprintf(stderr, "qmop-explorer: %s\n", error.what());
    return exitCode(ErrorCode::Internal);
}
