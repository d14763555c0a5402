#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Pictures per second of our trainer beside another one, in turns on the same
# machine: the ratio is what counts.
#
#   app/bench/compare_trainer.sh [-n ROUNDS] OURS REFERENCE
#
# Each argument is one shell command that trains the same network for a while and
# prints its rate, the number before "pictures/s", "images/s" or "img/s"; the last
# one it prints is taken. For example:
#
#   app/bench/compare_trainer.sh \
#     'build/bin/qmop train --recipe resources/recipes/embedded.json --stage vision --steps 150' \
#     'cd reference && python3 vision.py 90 0.02'
#
# Exit status 1 where a command fails or prints no rate.
set -eu

rounds=3
while getopts n: option; do
    case $option in
    n) rounds=$OPTARG ;;
    *) exit 2 ;;
    esac
done
shift $((OPTIND - 1))
if [ $# -ne 2 ]; then
    sed -n '3,18s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# $1: name, $2: command. Appends the rate to $folder/$1.
measure() {
    if ! sh -c "$2" >"$folder/output" 2>&1; then
        echo "$1 failed:" >&2
        tail -n 5 "$folder/output" >&2
        exit 1
    fi
    rate=$(tr '\r' '\n' <"$folder/output" | sed -nE 's#.*[^0-9.]([0-9]+(\.[0-9]+)?) *(pictures|images|img)/s.*#\1#p' | tail -n 1)
    if [ -z "$rate" ]; then
        echo "$1 printed no rate (pictures/s, images/s or img/s)" >&2
        exit 1
    fi
    echo "$1: $rate pictures/s"
    echo "$rate" >>"$folder/$1"
}

round=0
while [ "$round" -lt "$rounds" ]; do
    measure ours "$1"
    measure reference "$2"
    round=$((round + 1))
done

median() {
    sort -n "$1" | awk '{ value[NR] = $1 } END { print (value[int((NR + 1) / 2)] + value[int(NR / 2) + 1]) / 2 }'
}
ours=$(median "$folder/ours")
reference=$(median "$folder/reference")
awk -v a="$ours" -v b="$reference" \
    'BEGIN { printf "median of the rounds: ours %.1f, reference %.1f pictures/s, ratio %.2f\n", a, b, a / b }'
