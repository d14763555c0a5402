// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the window's program is started with.
#pragma once

#include "app/explorer/layout/panel_docks.h"
#include "app/explorer/window/start_runs.h"
#include "qmop/resources.h"
#include "widgets/theme/theme.h"

#include <QSize>
#include <QString>
#include <QStringList>

#include <filesystem>
#include <optional>

namespace qmop {

struct StartOptions {
    std::filesystem::path model = defaultModelDir();
    QString image;
    QStringList files; // as if dropped
    QString question;
    QString session;
    RunChoice run;
    std::optional<RunChoice> against; // the run that it is compared with
    QString firstLight;
    QString guidePictures;
    bool untilShown = false;
    bool dumpA11y = false;
    ThemeMode theme = ThemeMode::System;
    int scale = 100;
    QSize size{1600, 1000}; // of the picture of --first-light
    std::optional<LayoutId> layout;

    // A window for a person: it remembers, and takes what was chosen in it.
    bool interactive() const { return firstLight.isEmpty() && guidePictures.isEmpty() && !untilShown && !dumpA11y; }
};

// Needs the application. Ends the program for --help, --version and mistakes.
StartOptions readStartOptions();

} // namespace qmop
