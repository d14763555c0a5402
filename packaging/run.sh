#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# From a clone to the window: sets the machine up, builds, opens QMoP Explorer
# with the embedded model and a sample picture already answered.
#   packaging/run.sh [arguments of qmop-explorer]
# Without a display it writes the window to out/first-light.png instead and
# prints the run's JSON; messages of the set-up go to standard error.
set -euo pipefail
export LC_ALL=C.UTF-8

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
"$root/packaging/setup.sh" qmop-explorer qmop qmop-bench >&2

if [[ -n ${DISPLAY:-}${WAYLAND_DISPLAY:-} ]]; then
    exec "$root/build/bin/qmop-explorer" "$@"
fi
mkdir -p "$root/out"
echo "No display: writing the window to $root/out/first-light.png" >&2
QT_QPA_PLATFORM=offscreen exec "$root/build/bin/qmop-explorer" --first-light "$root/out/first-light.png" "$@"
