#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Fetches LibTorch (headers and CPU libraries) from the hash-pinned wheels of
# packaging/libtorch-wheels.txt and unpacks it into
#   ${XDG_CACHE_HOME:-~/.cache}/qmop-explorer/libtorch-2.11.0/{torch,nvidia}
# pip only downloads: nothing is installed into any Python. Which package index
# is asked is pip's own configuration. A verified LibTorch is kept; an
# interrupted download starts again; a failure is one line and exit status 1.
set -euo pipefail
export LC_ALL=C.UTF-8

readonly version=2.11.0
readonly needed_mib=1800 # the wheel twice while pip checks it, and what is unpacked

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
wheels_list=$here/libtorch-wheels.txt
root=${XDG_CACHE_HOME:-${HOME:?HOME is not set}/.cache}/qmop-explorer
final=$root/libtorch-$version
work=$root/libtorch-$version.download
key_files=(torch/lib/libtorch_cpu.so torch/lib/libc10.so torch/lib/libgomp.so.1
    nvidia/cu13/lib/libcudart.so.13 nvidia/cu13/lib/libcupti.so.13 torch/include/ATen/ATen.h)

fail() {
    printf 'fetch-libtorch: %s\n' "$1" >&2
    exit 1
}

# The pinned wheels, then size and name of the files that must be there.
stamp_of() {
    grep -v '^#' "$wheels_list"
    (cd "$1" && stat -c '%s %n' "${key_files[@]}")
}

is_verified() {
    [[ -f $final/verified.txt ]] && stamp_of "$final" 2>/dev/null | cmp -s - "$final/verified.txt"
}

# Says in one line why pip failed; $1: name==version, $2: pip's messages.
explain() {
    if [[ $2 == *'DO NOT MATCH THE HASHES'* ]]; then
        fail "the file offered for $1 has the wrong hash; it was thrown away: check the package index pip is set up with, then run this again"
    elif [[ $2 == *'No space left on device'* ]]; then
        fail "no space left in $root while fetching $1; free $needed_mib MiB there or set XDG_CACHE_HOME, then run this again"
    elif [[ $2 =~ NewConnectionError|Max\ retries|Retrying|timed\ out|Connection(Reset|Refused|\ broken|\ aborted)|IncompleteRead|ProtocolError|ProxyError|SSLError ]]; then
        fail "the package index cannot be reached for $1; check the network (and proxy) and run this again"
    elif [[ $2 == *'No matching distribution'* ]]; then
        fail "the package index pip is set up with has no $1 for x86-64 Linux; check pip's configuration (pip config list)"
    fi
    fail "pip could not fetch $1: ${2##*$'\n'}"
}

# One requirement line into $work/wheels; a file there that pip verifies is not fetched again.
# pip's messages are kept in memory: on a full disk a file could not hold them.
download() {
    local requirement=$1 messages
    printf '%s\n' "$requirement" >"$work/requirement.txt"
    if ! messages=$(TMPDIR=$work/tmp PIP_REQUIRE_VIRTUALENV=0 python3 -m pip download --disable-pip-version-check --no-cache-dir \
        --retries 2 --no-deps --only-binary=:all: --require-hashes \
        --python-version 311 --implementation cp --abi cp311 --abi none \
        --platform manylinux_2_28_x86_64 --platform manylinux_2_25_x86_64 --platform manylinux_2_17_x86_64 \
        --dest "$work/wheels" --requirement "$work/requirement.txt" 2>&1 >&3); then
        explain "${requirement%% *}" "$messages"
    fi
}

check_machine() {
    [[ $(uname -s)-$(uname -m) == Linux-x86_64 ]] ||
        fail "the pinned wheels are for x86-64 Linux, this is $(uname -s) $(uname -m); unpack another LibTorch and set QMOP_LIBTORCH_DIR to it"
    python3 -m pip --version >/dev/null 2>&1 || fail "python3 with pip is missing; run: apt-get install --no-install-recommends python3-pip"
    if ! mkdir -p "$root" 2>/dev/null || [[ ! -w $root ]]; then
        fail "$root cannot be written; set XDG_CACHE_HOME to a folder that can"
    fi
}

# Space is asked for what is still to come: fetched wheels are there already.
check_space() {
    local free have
    free=$(df -Pm "$root" | awk 'NR == 2 {print $4}')
    have=$(du -sm "$work/wheels" | cut -f 1)
    ((free + have >= needed_mib)) ||
        fail "$free MiB free in $root, $((needed_mib - have)) MiB needed; free some or set XDG_CACHE_HOME to another disk"
}

main() {
    if is_verified; then
        echo "LibTorch $version: verified, in $final"
        exit 0
    fi
    check_machine
    exec 9>"$root/.libtorch.lock"
    flock -n 9 || { echo "Waiting for another fetch-libtorch to finish"; flock 9; }
    is_verified && exit 0

    rm -rf "$work/tmp" "$work/unpacked" "$work/replaced" # what a killed run may have left
    mkdir -p "$work/wheels" "$work/tmp" "$work/unpacked"
    check_space
    echo "Fetching LibTorch $version (540 MB, unpacked 500 MB) into $final"
    local requirement
    exec 3>&1
    grep -v '^#' "$wheels_list" >"$work/wheels.txt"
    while IFS= read -r requirement; do
        download "$requirement" </dev/null
    done <"$work/wheels.txt"

    echo "Unpacking"
    local reason
    reason=$(python3 "$here/unpack-wheels.py" "$work/wheels" "$work/unpacked" 2>&1) ||
        fail "unpacking into $root failed: ${reason##*$'\n'}; see that it has $needed_mib MiB free and run this again"
    stamp_of "$work/unpacked" >"$work/stamp.txt" || fail "the wheels lack files that are needed; report this with packaging/libtorch-wheels.txt"
    mv "$work/stamp.txt" "$work/unpacked/verified.txt"
    [[ ! -e $final ]] || mv "$final" "$work/replaced"
    mv "$work/unpacked" "$final"
    rm -rf "$work"
    echo "LibTorch $version: verified, in $final"
}

main "$@"
