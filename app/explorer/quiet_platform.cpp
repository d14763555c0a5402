// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/quiet_platform.h"

#include <QString>
#include <QtGlobal>

namespace qmop {

namespace {

QtMessageHandler handlerBefore = nullptr; // Qt passes a handler no data

void passOn(QtMsgType type, const QMessageLogContext &context, const QString &message)
{
    // QPlatformWindow::propagateSizeHints() of Qt 6.
    if (type != QtWarningMsg || message != QLatin1String("This plugin does not support propagateSizeHints()"))
        handlerBefore(type, context, message);
}

}

void silenceSizeHints()
{
    const QtMessageHandler before = qInstallMessageHandler(nullptr);
    if (before != passOn)
        handlerBefore = before;
    qInstallMessageHandler(passOn);
}

} // namespace qmop
