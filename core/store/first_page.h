// SPDX-License-Identifier: GPL-3.0-or-later
//
// The first page of a session lists its tables and where each begins: a letter that
// changed there would lose every run, though all of them are whole.
#pragma once

#include "core/store/run_tables.h"

#include <filesystem>

namespace qmop {

// The file's bytes behind the first page of a new session, whose tables begin on the same
// pages: those of a session are all made before anything is written. Empty where that
// cannot be (a newer version's file, one of more than 256 MiB). Nothing is known of what
// the bytes hold: an older file's sums begin elsewhere.
Bytes withNewFirstPage(const std::filesystem::path &session);

} // namespace qmop
