// SPDX-License-Identifier: GPL-3.0-or-later
//
// Sessions and replay packs in the window: opened, saved and listed, each with how
// the window looked. What is in them is RunHistory's.
#pragma once

#include "core/store/session_file.h"

#include <QObject>
#include <QString>

class QMenu;

namespace qmop {

class MainWindow;

class Sessions : public QObject {
    Q_OBJECT

public:
    // Adds its commands to the window's.
    explicit Sessions(MainWindow *window);

    // A session (.qmops) or replay pack (.qmopz).
    void open(const QString &file);
    bool save(const QString &file);
    bool savePack(const QString &file);

private:
    void choose();
    void saveOrChoose(bool anew);
    void choosePack();
    void fillRecent();
    void remember(const QString &file);
    SessionState state() const;

    MainWindow *m_window;
    QMenu *m_recent;
};

} // namespace qmop
