// SPDX-License-Identifier: GPL-3.0-or-later
//
// The benchmark suite that comes with the program, in the window: its page, which
// picture of it is shown, its scores as shipped, and those of the window's runs.
#pragma once

#include "app/explorer/suite/bench_results.h"
#include "qmop/run_request.h"
#include "qmop/suite.h"

#include <QString>
#include <QStringList>

#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace qmop {

class BenchPanel;
struct RunTrace;

class ShippedSuite {
public:
    explicit ShippedSuite(BenchPanel *page);

    // The first folder of `suites` that holds a suite, by name; where none does, there is none.
    // Throws Error{InvalidSuite}; what could be read before stays.
    void load(const std::filesystem::path &suites);

    // Scores measured on any of these models are shown; a note where all are of others.
    void showScores(const std::set<std::string> &modelHashes);
    void hideScores();
    // The file of the shipped scores; empty: there are none.
    std::filesystem::path results() const;

    QString nameOf(const ImageSource &picture) const; // in the suite; empty: not part of it
    ImageSource picture(const QString &name) const;
    QStringList questions(const QString &name) const; // about that picture
    // An answer to one of its questions about the picture, and the uncompressed one beside it.
    void note(const RunTrace &trace, const ImageSource &picture);

private:
    BenchPanel *m_page;
    std::filesystem::path m_folder;
    std::shared_ptr<const Suite> m_suite;
    std::vector<MeasuredRow> m_measured; // of any model
};

} // namespace qmop
