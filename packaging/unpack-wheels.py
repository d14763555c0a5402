# SPDX-License-Identifier: GPL-3.0-or-later
"""Unpacks from LibTorch's wheels what a C++ program needs: headers, libraries, licences.

usage: unpack-wheels.py WHEEL_FOLDER TARGET_FOLDER

Standard library only, so that any Debian python3 runs it. Times of files are
those of the wheel: unpacking again makes no build start over.
"""
import os
import pathlib
import re
import sys
import time
import zipfile

KEEP = [
    r"torch/include/(?!fmt/|google/|pybind11/)",  # fmt, protobuf and Python are not used
    r"torch/lib/lib(torch_cpu|c10)\.so$",
    r"torch/lib/libgomp\.so\.1$",
    r"nvidia/cu13/lib/lib(cudart|cupti)\.so\.13$",
    r"[^/]+\.dist-info/(licenses/|METADATA$)",
]


def unpack(wheel: pathlib.Path, target: pathlib.Path) -> int:
    """Extracts the wanted files of one wheel and returns how many there were."""
    wanted = re.compile("|".join(KEEP))
    count = 0
    with zipfile.ZipFile(wheel) as archive:
        for info in archive.infolist():
            if info.is_dir() or not wanted.match(info.filename):
                continue
            path = archive.extract(info, target)
            stamp = time.mktime((*info.date_time, 0, 0, -1))
            os.utime(path, (stamp, stamp))
            count += 1
    return count


def main() -> None:
    source, target = (pathlib.Path(argument) for argument in sys.argv[1:3])
    for wheel in sorted(source.glob("*.whl")):
        if unpack(wheel, target) == 0:
            sys.exit(f"{wheel.name} holds none of the expected files")


if __name__ == "__main__":
    main()
