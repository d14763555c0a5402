// SPDX-License-Identifier: GPL-3.0-or-later
//
// Tags and notes on the samples of suites: of the sample, not of one result, so
// that every benchmark of the suite shows them.
#pragma once

#include "core/store/database.h"
#include "qmop/run_headline.h"

#include <filesystem>
#include <map>
#include <string>

namespace qmop {

class SampleNotes {
public:
    // Makes the file and its folder. Throws Error{OutputFailed}, and
    // Error{InvalidSession} for a file that is damaged, foreign or newer: it is left
    // as it is.
    explicit SampleNotes(const std::filesystem::path &file);

    // By sample id.
    std::map<std::string, RunEdits> of(const std::string &suite, const std::string &version) const;
    // Safe when it returns. Empty edits are forgotten.
    void set(const std::string &suite, const std::string &version, const std::string &sample, const RunEdits &edits);

private:
    Database m_database;
};

} // namespace qmop
