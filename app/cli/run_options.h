// SPDX-License-Identifier: GPL-3.0-or-later
//
// One run as options: what `qmop run` takes, and `qmop compare` twice.
#pragma once

#include "app/cli/override_options.h"
#include "app/cli/request_options.h"

#include <optional>
#include <string>
#include <vector>

namespace qmop {

struct RunOptions {
    std::string image;
    std::vector<std::string> questions;
    std::string compressor = "qmop";
    std::optional<int> budget; // 64 where it is not given
    bool compare = false;
    bool json = true; // it always is; for people who are used to it from other commands
    OverrideOptions changes;
    TargetOptions scored;
    RequestOptions common;

    // Picture and questions, --compressor, --budget, --compare, and the options of
    // `common`, `scored` and `changes`. The options must outlive the command.
    // `required`: picture and question have to be there.
    void addTo(CLI::App &command, bool required = true);

    RunRequest request(const std::string &question, std::uint64_t id) const;
};

} // namespace qmop
