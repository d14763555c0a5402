// SPDX-License-Identifier: GPL-3.0-or-later
//
// The command that does the same as a request: "copy as command".
#pragma once

#include "qmop/run_request.h"

#include <string>
#include <vector>

namespace qmop {

// A word as a POSIX shell reads it back: quoted only where it must be.
std::string shellWord(const std::string &word);

// `qmop` with these words, each as a shell reads it back.
std::string commandLine(const std::vector<std::string> &words);

// `qmop run …`, or `qmop search …` for a request with a search. A picture that has
// no file is named PICTURE, for the person to replace.
std::string commandLine(const RunRequest &request);

// `qmop sweep budgets …` over `base`'s picture and question; a score target of
// `base` is the answer that is scored.
std::string sweepCommandLine(const RunRequest &base, const std::vector<std::string> &compressors,
                             const std::vector<int> &budgets);

// `qmop sweep questions …` under `base`'s compressor, budget and overrides.
std::string sweepCommandLine(const RunRequest &base, const std::vector<std::string> &questions);

// `qmop` with the words of `command`, {"bench", SUITE} for one, then `base`'s fusion
// and model, and what is asked; a list that is empty is left to the command.
std::string suiteCommandLine(const std::vector<std::string> &command, const RunRequest &base,
                             const std::vector<std::string> &compressors, const std::vector<int> &budgets);

// `qmop compare …` of two runs, each with what `qmop run` takes; without a search.
std::string compareCommandLine(RunRequest a, RunRequest b);

} // namespace qmop
