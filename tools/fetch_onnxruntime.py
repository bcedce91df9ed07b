#!/usr/bin/env python3
"""Downloads ONNX Runtime's package and puts its library where `litetts --backend onnxruntime` finds it.

The package is checked against tools/onnxruntime.lock and stays in the cache folder; the library goes to
$LITETTS_HOME/onnxruntime (35 MB), whose path is printed. Does nothing where it is there already.
"""
import os
import platform
import shutil
import sys
import zipfile
from pathlib import Path

import fetch_data

LOCK = Path(__file__).resolve().parent / "onnxruntime.lock"


def read_item(machine):
    for line in LOCK.read_text().splitlines():
        row = line.split()
        if row and row[0] == machine:
            return fetch_data.Item("pypi", *row[1:4], int(row[4]), row[5])
    raise fetch_data.FetchError(f"there is no package for a {machine}: build ONNX Runtime from its sources, "
                                "then name its library in LITETTS_ONNXRUNTIME_LIBRARY")


def install(item, home, downloads):
    target = home / "onnxruntime" / f"libonnxruntime.so.{item.version}"
    if target.exists():
        return target
    downloads.mkdir(parents=True, exist_ok=True)
    fetch_data.download(item, downloads, 1, 1, retry_seconds=2)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(".partial")
    with zipfile.ZipFile(downloads / item.file) as wheel:
        with wheel.open(f"onnxruntime/capi/{target.name}") as source, open(partial, "wb") as out:
            shutil.copyfileobj(source, out, 1 << 20)
    partial.rename(target)
    return target


def main():
    home = Path(os.environ.get("LITETTS_HOME") or Path.home() / ".local/share/litetts")
    try:
        print(install(read_item(platform.machine()), home, fetch_data.cache_folder() / "downloads"))
        return 0
    except fetch_data.FetchError as error:
        print(f"error: {error}", file=sys.stderr)
    except OSError as error:
        print(f"error: cannot store the library: {error}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
