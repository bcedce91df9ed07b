#!/usr/bin/env python3
"""Checks the Markdown documents: links to files that exist, JSON that parses, commands that work.

A fenced block that opens with ```sh run is run as a script, in an empty folder, with ./quickstart
and `litetts` meaning this tree's. Prints FILE:LINE: what is wrong, and exits 1 if anything is.
usage: check_docs.py [--run LITETTS] [ROOT]   (without --run no command is run)
"""
import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

FENCE = re.compile(r"^```(.*)$")
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)[^)]*\)")
TIMEOUT_S = 120


def blocks(lines):
    """Yields (line number of the fence, info string, text) of each fenced block."""
    start, info = None, ""
    for number, line in enumerate(lines, 1):
        match = FENCE.match(line)
        if not match:
            continue
        if start is None:
            start, info = number, match.group(1).strip()
        else:
            yield start, info, "\n".join(lines[start:number - 1])
            start = None
    if start is not None:
        yield start, "unclosed", ""


def run_block(script, litetts, root):
    """Runs a block; returns what went wrong, or None."""
    with tempfile.TemporaryDirectory(prefix="litetts-docs-") as folder:
        (Path(folder) / "quickstart").symlink_to(root / "quickstart")
        environment = {**os.environ, "PATH": f"{litetts.parent}{os.pathsep}{os.environ['PATH']}"}
        process = subprocess.Popen(["bash", "-euo", "pipefail", "-c", script], cwd=folder, text=True,
                                   env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, start_new_session=True)
        try:
            output, _ = process.communicate(timeout=TIMEOUT_S)
        except subprocess.TimeoutExpired:
            return f"no end after {TIMEOUT_S} s"
        finally:
            try:
                os.killpg(process.pid, signal.SIGKILL)  # a server that the block left behind
            except ProcessLookupError:
                pass
            process.wait()
        if process.returncode != 0:
            return f"exit code {process.returncode}: {output.strip()[-400:]}"
    return None


def check_document(path, root, litetts):
    lines = path.read_text(encoding="utf-8").splitlines()
    name = path.relative_to(root)
    for number, info, text in blocks(lines):
        if info == "unclosed":
            yield f"{name}:{number}: the fenced block never ends"
        elif info == "json":
            try:
                json.loads(text)
            except ValueError as error:
                yield f"{name}:{number}: not JSON: {error}"
        elif info == "sh run" and litetts:
            print(f"running {name}:{number}", flush=True)
            if wrong := run_block(text, litetts, root):
                yield f"{name}:{number}: {wrong}"
    for number, line in enumerate(lines, 1):
        for target in LINK.findall(line):
            if "://" not in target and not target.startswith("mailto:") and not (path.parent / target).exists():
                yield f"{name}:{number}: links to {target}, which is not there"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=Path, metavar="LITETTS", help="run the blocks with this program")
    parser.add_argument("root", type=Path, nargs="?", default=Path(__file__).parent.parent)
    options = parser.parse_args()
    root = options.root.resolve()
    litetts = options.run.resolve() if options.run else None
    documents = [*sorted(root.glob("*.md")), *sorted((root / "docs").rglob("*.md"))]
    findings = [f for document in documents for f in check_document(document, root, litetts)]
    for finding in findings:
        print(finding)
    print(f"{len(documents)} documents checked")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
