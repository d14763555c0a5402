// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/engine_module.h"
#include "app/explorer/first_light.h"
#include "app/explorer/main_window.h"
#include "app/explorer/when_painted.h"
#include "qmop/resources.h"
#include "widgets/theme/theme.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QIcon>
#include <QStandardPaths>

#include <cstdio>
#include <cstdlib>

using namespace qmop;

namespace {

struct Options {
    std::filesystem::path model = defaultModelDir();
    QString image;
    QString question;
    QString session;
    QString firstLight;
    bool untilShown = false;
    ThemeMode theme = ThemeMode::System;
};

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
    const QCommandLineOption question("question", "Question to ask about it.", "TEXT");
    const QCommandLineOption theme("theme", "light, dark or system (default).", "MODE", "system");
    const QCommandLineOption firstLight(
        "first-light", "Answer the first question, save the window to FILE, print the run's JSON and exit.", "FILE");
    const QCommandLineOption untilShown("until-shown", "Exit as soon as the window is painted: measures the start.");
    parser.addOptions({model, image, question, session, theme, firstLight, untilShown});
    // Not process(): that would end with Qt's exit code for mistakes.
    if (!parser.parse(QCoreApplication::arguments())) {
        QString wrong = parser.errorText();
        if (wrong.endsWith(u'.'))
            wrong.chop(1);
        std::fprintf(stderr, "qmop-explorer: %s; see --help\n", qPrintable(wrong));
        std::exit(exitCode(ErrorCode::InvalidArgument));
    }
    if (parser.isSet(help))
        parser.showHelp();
    if (parser.isSet(version))
        parser.showVersion();

    Options options;
    if (parser.isSet(model))
        options.model = parser.value(model).toStdString();
    options.image = parser.value(image);
    options.question = parser.value(question);
    options.session = parser.value(session);
    options.firstLight = parser.value(firstLight);
    options.untilShown = parser.isSet(untilShown);
    const auto mode = themeModeFromKey(parser.value(theme));
    if (!mode || !parser.positionalArguments().isEmpty()) {
        const QString wrong = mode ? parser.positionalArguments().first() : parser.value(theme);
        std::fprintf(stderr, "qmop-explorer: do not know what \"%s\" means; see --help\n", qPrintable(wrong));
        std::exit(exitCode(ErrorCode::InvalidArgument));
    }
    options.theme = *mode;
    return options;
}

// Once the window is up: the first picture loads the engine's module, the icon
// Qt's SVG reader, and the system's loader would hold the window back.
void begin(MainWindow &window, const Options &options)
{
    window.setWindowIcon(QIcon(QString::fromStdString((resourceDir() / "icons/qmop-explorer.svg").string())));
    if (!options.session.isEmpty()) {
        window.openSession(options.session);
        return;
    }
    if (options.image.isEmpty() && options.question.isEmpty()) {
        // Not at once what may have ended the program before.
        if (window.showRecoveredRun())
            return;
        window.openFirstSample();
        return;
    }
    if (options.image.isEmpty())
        window.openFirstSample();
    else
        window.openPicture({options.image.toStdString(), {}});
    if (!options.question.isEmpty()) {
        window.setQuestion(options.question);
        window.runWhenReady();
    }
}

}

int main(int argc, char **argv)
try {
    QElapsedTimer sinceStart;
    sinceStart.start();
    QApplication application(argc, argv);
    QCoreApplication::setOrganizationName(QStringLiteral("qmop-explorer"));
    QCoreApplication::setApplicationName(QStringLiteral("qmop-explorer"));
    QCoreApplication::setApplicationVersion(QStringLiteral(QMOP_VERSION));
    QGuiApplication::setApplicationDisplayName(QStringLiteral("QMoP Explorer"));
    const Options options = parseArguments();
    applyTheme(application, options.theme);

    WindowConfig config;
    config.model = options.model;
    config.resources = resourceDir();
    config.backend = [model = options.model](std::function<void(const RunEvent &)> listener) {
        return engineModule().makeBackend(model, std::move(listener));
    };
    config.decoder = [](const ImageSource &source) { return engineModule().decode(source); };
    if (options.firstLight.isEmpty() && !options.untilShown)
        config.journal = std::filesystem::path(
                             QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation).toStdString())
            / "journal-1.sqlite";
    config.rememberLayout = options.firstLight.isEmpty() && !options.untilShown;
    MainWindow window(config);
    if (options.untilShown) {
        window.show();
        whenPainted(window, [] { std::quick_exit(0); });
        return application.exec();
    }
    if (options.firstLight.isEmpty()) {
        window.show();
        whenPainted(window, [&] { begin(window, options); });
        return application.exec();
    }
    window.resize(1600, 1000);
    FirstLight firstLight(&window, options.firstLight, sinceStart);
    window.show();
    whenPainted(window, [&] {
        firstLight.markShown();
        begin(window, options);
        firstLight.watch();
    });
    return application.exec();
} catch (const std::exception &error) {
    std::fprintf(stderr, "qmop-explorer: %s\n", error.what());
    return exitCode(ErrorCode::Internal);
}
