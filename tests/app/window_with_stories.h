// SPDX-License-Identifier: GPL-3.0-or-later
//
// A window whose presentation has the two stories, and a place for one's own.
#pragma once

#include "tests/app/two_stories.h"
#include "tests/app/window_fixture.h"

namespace qmop::fixture {

inline MainWindow &openWithStories(WindowFixture &fixture)
{
    writeFile(fixture.path("resources/stories/stories.json"), twoStories);
    WindowConfig config = fixture.config();
    config.journal = fixture.path("data/journal-1.sqlite").toStdString();
    config.rememberLayout = false;
    fixture.window = std::make_unique<MainWindow>(config);
    fixture.window->resize(1280, 800);
    fixture.window->show();
    return *fixture.window;
}

} // namespace qmop::fixture
