// SPDX-License-Identifier: GPL-3.0-or-later
//
// Pictures that another program offers, by drag and drop or on the clipboard: as
// files of this machine, as pixels, or as the path of a file.
#pragma once

#include "qmop/run_request.h"

#include <QStringList>

#include <optional>

class QDropEvent;
class QMimeData;

namespace qmop {

// Files and folders of this machine that the data names; empty where there are none.
QStringList localPaths(const QMimeData *data);

// The first picture that the data offers: a local file, or pixels (as PNG).
// nullopt where there is none.
std::optional<ImageSource> pictureFromMime(const QMimeData *data);

// Files of this machine or pixels, without looking into them.
bool offersPicture(const QMimeData *data);

// Whatever the other program proposed: told "move", it would delete its file.
void acceptAsCopy(QDropEvent *event);

} // namespace qmop
