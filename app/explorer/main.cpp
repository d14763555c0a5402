// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/end_on_signals.h"
#include "app/explorer/engine/engine_module.h"
#include "app/explorer/first_light.h"
#include "app/explorer/guide_pictures.h"
#include "app/explorer/layout/accessibility_list.h"
#include "app/explorer/layout/when_painted.h"
#include "app/explorer/quiet_platform.h"
#include "app/explorer/render_command.h"
#include "app/explorer/start_arguments.h"
#include "app/explorer/start_options.h"
#include "app/explorer/window/guidance.h"
#include "app/explorer/window/main_window.h"
#include "app/explorer/window/sessions.h"
#include "app/explorer/window/start_runs.h"
#include "qmop/error.h"
#include "qmop/error_line.h"
#include "qmop/resources.h"
#include "widgets/theme/theme.h"

#include <QApplication>
#include <QDockWidget>
#include <QIcon>
#include <QStandardPaths>

#include <cstdio>
#include <cstdlib>

using namespace qmop;

namespace {

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
void begin(MainWindow &window, const StartOptions &options)
{
    window.setWindowIcon(QIcon(QString::fromStdString((resourceDir() / "icons/qmop-explorer.svg").string())));
    if (!options.session.isEmpty()) {
        window.sessions()->open(options.session);
        return;
    }
    if (options.image.isEmpty() && options.files.isEmpty() && options.question.isEmpty()) {
        // Not at once what may have ended the program before.
        if (!options.against && window.showRecoveredRun())
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

WindowConfig configOf(const StartOptions &options)
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
int draw(QApplication &application, MainWindow &window, const StartOptions &options, const QElapsedTimer &sinceStart)
{
    window.resize(options.size);
    window.docks()->showLayout(options.layout.value_or(LayoutId::Inspect));
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
    silencePlatform();
    QApplication application(arguments.count(), arguments.values());
    QCoreApplication::setOrganizationName(QStringLiteral("qmop-explorer"));
    QCoreApplication::setApplicationName(QStringLiteral("qmop-explorer"));
    QCoreApplication::setApplicationVersion(QStringLiteral(QMOP_VERSION));
    QGuiApplication::setApplicationDisplayName(QStringLiteral("QMoP Explorer"));
    const StartOptions options = readStartOptions();
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
    const StartRuns runs(&window, options.run, options.against);
    if (options.firstLight.isEmpty() && options.guidePictures.isEmpty()) {
        endOnSignals();
        if (options.layout)
            window.docks()->showLayout(*options.layout);
        window.show();
        whenPainted(window, [&] {
            begin(window, options);
            window.guidance()->startTourIfNew();
        });
        return application.exec();
    }
    return draw(application, window, options, sinceStart);
} catch (const Error &error) {
    std::fprintf(stderr, "qmop-explorer: %s\n", errorLine(error.what(), error.hint()).c_str());
    return exitCode(error.code());
} catch (const std::exception &error) {
    std::fprintf(stderr, "qmop-explorer: %s\n", error.what());
    return exitCode(ErrorCode::Internal);
}
