// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/quiet_platform.h"

#include <QString>
#include <QtGlobal>

namespace qmop {

namespace {

QtMessageHandler handlerBefore = nullptr; // Qt passes a handler no data

void passOn(QtMsgType type, const QMessageLogContext &context, const QString &message)
{
    const bool useless = message == QLatin1String("This plugin does not support propagateSizeHints()")
        || message.startsWith(QLatin1String("QStandardPaths: XDG_RUNTIME_DIR not set, defaulting to "));
    if (type != QtWarningMsg || !useless)
        handlerBefore(type, context, message);
}

}

void silencePlatform()
{
    const QtMessageHandler before = qInstallMessageHandler(nullptr);
    if (before != passOn)
        handlerBefore = before;
    qInstallMessageHandler(passOn);
}

} // namespace qmop
