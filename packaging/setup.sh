#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Gets a Debian 12 machine ready and builds: apt packages, LibTorch, CMake.
#   packaging/setup.sh [TARGET ...]     no target: only set up and configure
#                                       all: with the packages that the tests need
# Every step is skipped when it is done already. Environment: packaging/README.md.
set -euo pipefail
export LC_ALL=C.UTF-8

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

fail() {
    printf 'setup: %s\n' "$1" >&2
    exit 1
}

if [[ -n ${QMOP_LIBTORCH_DIR:-} ]]; then
    [[ -f $QMOP_LIBTORCH_DIR/lib/libtorch_cpu.so ]] ||
        fail "QMOP_LIBTORCH_DIR=$QMOP_LIBTORCH_DIR has no lib/libtorch_cpu.so; give an unpacked LibTorch, or unset it to have one fetched"
    QMOP_LIBTORCH_DIR=$(realpath "$QMOP_LIBTORCH_DIR")
fi
cd "$here/.."

package_lists=("$here/debian-packages.txt")
[[ " $* " != *" all "* ]] || package_lists+=("$here/debian-test-packages.txt")

missing_packages() {
    local name
    while IFS= read -r name; do
        dpkg-query -W -f='${db:Status-Status}\n' "$name" 2>/dev/null | grep -qx installed || printf '%s\n' "$name"
    done < <(sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "${package_lists[@]}")
}

install_packages() {
    local packages as_root=()
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        fail "this is not a Debian; install what packaging/debian-packages.txt and debian-test-packages.txt list and set QMOP_SKIP_APT=1"
    fi
    mapfile -t packages < <(missing_packages)
    ((${#packages[@]} > 0)) || return 0
    if ((EUID != 0)); then
        command -v sudo >/dev/null ||
            fail "not root and no sudo; as root run: apt-get install --no-install-recommends ${packages[*]}"
        as_root=(sudo)
    fi
    as_root+=(env DEBIAN_FRONTEND=noninteractive)
    echo "+ ${as_root[*]} apt-get update"
    "${as_root[@]}" apt-get update || fail "apt-get update failed (its message is above); check the network and run this again"
    echo "+ ${as_root[*]} apt-get install --yes --no-install-recommends ${packages[*]}"
    "${as_root[@]}" apt-get install --yes --no-install-recommends "${packages[@]}" ||
        fail "apt-get install failed (its message is above); mend that and run this again"
}

configure() {
    local wanted=${QMOP_LIBTORCH_DIR:-} cached
    # CMake keeps what an earlier run was given until it is given something else, be it nothing.
    cached=$(sed -n 's/^QMOP_LIBTORCH_DIR:[A-Z]*=//p' build/CMakeCache.txt 2>/dev/null || true)
    # Ninja runs CMake again by itself when a CMakeLists.txt changes, not for the presets.
    if [[ build/build.ninja -nt CMakePresets.json && $cached == "$wanted" ]]; then
        return 0
    fi
    cmake --preset release "-DQMOP_LIBTORCH_DIR=$wanted"
}

# A file that includes ATen takes about 1.5 GB to compile: no more at once than memory holds.
build_jobs() {
    local cores by_memory
    cores=$(nproc)
    by_memory=$(awk '/MemAvailable/ {print int($2 / 1500000)}' /proc/meminfo 2>/dev/null || true)
    by_memory=${by_memory:-$cores}
    ((by_memory >= 1)) || by_memory=1
    echo $((by_memory < cores ? by_memory : cores))
}

[[ ${QMOP_SKIP_APT:-} == 1 ]] || install_packages
[[ -n ${QMOP_LIBTORCH_DIR:-} ]] || "$here/fetch-libtorch.sh"
configure
if (($# > 0)); then
    cmake --build build --parallel "$(build_jobs)" --target "$@"
fi
