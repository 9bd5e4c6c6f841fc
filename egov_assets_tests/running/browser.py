"""A headless Chromium to look at the UI with."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, sync_playwright

PATIENCE_MS = 90_000  # for one thing to appear, on a machine that is busy with other runs
FLAGS = [  # without the last ones it looks for its maker's servers at every start
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@contextmanager
def browser_page(width: int, height: int) -> Iterator[Page]:
    """One page of a headless Chromium, in the light theme."""
    if not CHROMIUM:
        raise SystemExit("no Chromium here: install it (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": width, "height": height}, color_scheme="light")
        page.set_default_timeout(PATIENCE_MS)
        yield page
        browser.close()
