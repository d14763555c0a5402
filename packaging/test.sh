#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Sets the machine up, builds everything and runs all tests.
#   packaging/test.sh [arguments of ctest]      for example -R golden -V
# The exit status is not 0 when a test fails.
set -euo pipefail
export LC_ALL=C.UTF-8

cd "$(dirname "${BASH_SOURCE[0]}")/.."
packaging/setup.sh all

# Tests use two threads each.
jobs=$((($(nproc) + 1) / 2))
ctest --preset release --parallel "$jobs" --no-tests=error "$@"
