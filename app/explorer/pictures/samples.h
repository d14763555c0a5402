// SPDX-License-Identifier: GPL-3.0-or-later
//
// The sample pictures that ship with the program.
//
//   resources/samples/samples.json
//   {"samples": [{"picture": "market.png", "title": "Market", "questions": ["…"]}]}
#pragma once

#include <QString>
#include <QStringList>

#include <filesystem>
#include <vector>

namespace qmop {

struct Sample {
    QString path; // absolute
    QString title;
    QStringList questions; // suggested, the first is asked at start-up
};

// Entries whose picture is missing are left out. A file that is missing gives
// none; a damaged one throws Error{InvalidArgument} naming it.
std::vector<Sample> readSamples(const std::filesystem::path &folder);

} // namespace qmop
