// SPDX-License-Identifier: GPL-3.0-or-later
//
// The least a Qt program can do to show a window: what the explorer's start is
// held against. Ends after the first paint, as `qmop-explorer --until-shown`.
#include "app/explorer/layout/when_painted.h"

#include <QApplication>
#include <QMainWindow>

#include <cstdlib>

int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    QMainWindow window;
    window.resize(1440, 900);
    window.show();
    qmop::whenPainted(window, [] { std::quick_exit(0); });
    return application.exec();
}
