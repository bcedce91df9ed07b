"""Runs a test under a Python that has the packages of a requirements file.

`use_packages()` starts the same script again with the interpreter of an environment in the cache
folder, which is made at the first use. Where that is not possible the test is skipped.
"""
import os
import subprocess
import sys
from pathlib import Path

REQUIREMENTS = Path(__file__).with_name("requirements.txt")
NODE_PACKAGE = "openai@7.57.0"
MARK = "LITETTS_TEST_PACKAGES"


def skip(reason):
    print(f"SKIPPED: {reason}")
    sys.exit(77)


def use_packages(requirements=REQUIREMENTS):
    if os.environ.get(MARK):
        return
    tool = requirements.parents[2] / "tools/python_env"
    made = subprocess.run([tool, requirements], capture_output=True, text=True)
    if made.returncode != 0:
        skip(f"the packages of {requirements.name} cannot be installed: {made.stderr.strip()[-300:]}")
    python = made.stdout.split()[-1]
    os.execve(python, [python, *sys.argv], {**os.environ, MARK: "1"})


def node_modules(package=NODE_PACKAGE):
    """The folder where that Node package is installed; skips where there is no npm or no network."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "litetts"
    folder = cache / f"node-{package.replace('@', '-')}"
    if not (folder / "complete").exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text("{}")
        try:
            made = subprocess.run(["npm", "install", "--no-save", "--no-package-lock", "--no-audit", "--no-fund", package],
                                  cwd=folder, capture_output=True, text=True)
        except FileNotFoundError:
            skip("npm is not installed")
        if made.returncode != 0:
            skip(f"{package} cannot be installed: {made.stderr.strip()[-300:]}")
        (folder / "complete").touch()
    return folder / "node_modules"
