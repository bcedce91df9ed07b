"""Debian's Chromium under Playwright, for the tests of the pages."""
import shutil
from contextlib import contextmanager
from pathlib import Path

from packages import skip, use_packages

use_packages(Path(__file__).with_name("web_requirements.txt"))

from playwright.sync_api import sync_playwright  # noqa: E402


@contextmanager
def browser():
    path = shutil.which("chromium")
    if not path:
        skip("chromium is not installed")
    with sync_playwright() as playwright:
        # As root in a container Chromium's sandbox cannot start; the pages are our own.
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()
