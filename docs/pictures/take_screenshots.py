"""Pictures of the real UI for the docs: `python docs/pictures/take_screenshots.py` after `egov run`; needs Chromium.

Serves the current outputs with `egov ui`, opens the pages and saves asset_graph.png and asset_page.png beside itself.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Page, sync_playwright

PROJECT = Path(__file__).parents[2]
OPENED = ("product_quality",)  # one chapter open: with more the graph does not fit a page
SETTLING_MS = 4000  # the graph is laid out by a worker that says nothing when it is done
READY_SECONDS = 120.0
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@contextmanager
def served_ui() -> Iterator[str]:
    """The address of the UI over the outputs of the environment; its processes end with the block."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "egov_assets.cli", "ui", "--port", str(port)],
        cwd=PROJECT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(address, process)
        yield address
    finally:
        _end(process)


@contextmanager
def browser_page(width: int, height: int) -> Iterator[Page]:
    """One page of a headless Chromium, in the light theme."""
    if not CHROMIUM:
        raise SystemExit("no Chromium here: install it (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        page = browser.new_page(viewport={"width": width, "height": height}, color_scheme="light")
        page.set_default_timeout(60_000)
        yield page
        browser.close()


def asset_graph(page: Page, address: str, picture: Path) -> None:
    """The whole graph without the lists beside it; chapters of many tables stay closed, or no name could be read."""
    opened = ",".join(f"global@global:{chapter}" for chapter in OPENED)
    page.goto(f"{address}/asset-groups?expanded={quote(opened)}")
    page.get_by_text("Hide navigation").click()
    page.locator("input[placeholder^='Jump']").locator("xpath=following::button[1]").click()
    page.wait_for_timeout(SETTLING_MS)
    page.screenshot(path=picture)


def asset_page(page: Page, address: str, picture: Path) -> None:
    """A yearly asset: what it is, its columns with units, its checks; cut above the paths of this machine."""
    page.goto(f"{address}/assets/clean_exports?view=overview")
    metadata = page.get_by_text("Metadata", exact=True).first
    metadata.wait_for()
    page.wait_for_timeout(SETTLING_MS)
    height = metadata.bounding_box()["y"] - 20
    page.screenshot(path=picture, clip={"x": 0, "y": 0, "width": page.viewport_size["width"], "height": height})


def _wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            raise SystemExit(f"`egov ui` ended with {process.returncode} before it was ready")
        try:
            with urllib.request.urlopen(f"{address}/server_info", timeout=2):
                return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.5)
    raise SystemExit(f"`egov ui` was not ready after {READY_SECONDS:.0f} s")


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Webserver, daemon and code servers are children of children: end the whole session."""
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False)
    else:
        import signal

        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def main() -> None:
    here = Path(__file__).parent
    with served_ui() as address, browser_page(1800, 1100) as page:
        asset_graph(page, address, here / "asset_graph.png")
        asset_page(page, address, here / "asset_page.png")


if __name__ == "__main__":
    main()
