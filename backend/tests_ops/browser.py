"""The browser of all tests that look at pages: one of it a process, as its driver's loop runs in the tests' thread."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Skipped on a machine without Chromium; in CI that is a failure."""
    path = find_chromium()
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("No Chromium: scripts/test.sh installs it as root (apt-get install chromium).")
        pytest.skip("no Chromium on PATH: apt-get install chromium")
    # The tests' own queries run in the thread in which Playwright has its loop.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
