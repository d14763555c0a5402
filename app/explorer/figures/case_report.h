// SPDX-License-Identifier: GPL-3.0-or-later
//
// A report of runs: what was asked, what came out, and how, with a figure of each.
// HTML is one file, Markdown has its figures in a folder beside it, CSV and LaTeX
// are the table of runs alone.
#pragma once

#include "app/explorer/figures/figure_store.h"
#include "app/explorer/figures/number_tables.h"
#include "qmop/run_headline.h"

#include <QMap>
#include <QString>
#include <QStringList>

#include <filesystem>
#include <optional>
#include <vector>

namespace qmop {

struct CaseRun {
    RunHeadline headline;
    std::shared_ptr<const RunTrace> trace; // with its picture; null: it could not be read
    ImageSource source; // of the picture; may be empty
};

struct CaseReport {
    QString title;
    std::vector<CaseRun> runs; // oldest first
    bool stripNames = false;
    QStringList problems; // of reading the runs; told in the report too
    QMap<QString, QString> hints; // what to do, by problem
    bool complete = true; // false: runs, notes or pictures are missing, or may be in a session of a newer version
};

// Those with the tag ("#wrong" and "wrong" are the same); all for an empty tag.
std::vector<RunHeadline> taggedRuns(std::vector<RunHeadline> runs, const std::string &tag);

// By its ending .html, .md, .csv or .tex. Throws Error{InvalidArgument} for another
// ending or no runs, Error{OutputFailed}; an older file of that name stays then.
void writeReport(const CaseReport &report, const std::filesystem::path &file, const PictureDecoder &decoder);

// Of a report of that session's or pack's runs; the tag without #.
QString reportTitle(const std::filesystem::path &session, const QString &tag, bool stripNames);

// The whole runs of a session or replay pack. Throws Error{InvalidSession}, and
// Error{InvalidArgument} where no run has the tag.
CaseReport readCases(const std::filesystem::path &session, const std::string &tag, bool stripNames,
                     const PictureDecoder &decoder);

} // namespace qmop
