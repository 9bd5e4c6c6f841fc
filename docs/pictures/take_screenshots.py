"""Pictures of the real UI for the docs: `python -m docs.pictures.take_screenshots` after `egov run`; needs Chromium.

Serves the current outputs with `egov ui`, opens the pages and saves asset_graph.png and asset_page.png beside itself.
"""

import os
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Page

from egov_assets_tests.running.browser import browser_page
from egov_assets_tests.running.served import served_ui

OPENED = ("product_quality",)  # one chapter open: with more the graph does not fit a page
SETTLING_MS = 4000  # the graph is laid out by a worker that says nothing when it is done


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


def main() -> None:
    here = Path(__file__).parent
    with served_ui(os.environ) as address, browser_page(1800, 1100) as page:
        asset_graph(page, address, here / "asset_graph.png")
        asset_page(page, address, here / "asset_page.png")


if __name__ == "__main__":
    main()
