"""Pictures for the docs: `python -m docs.pictures.take_screenshots` after `egov run`; needs Chromium.

Copies those that the run drew from its outputs; then serves the outputs with `egov ui`, opens the page of the graph and
saves it as asset_graph.png beside itself.
"""

import os
import shutil
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Page

from egov_assets.platform.folders import Folders
from egov_assets_tests.running.browser import browser_page
from egov_assets_tests.running.served import served_ui

OPENED = ("product_quality",)  # one chapter open: with more the graph does not fit a page
SETTLING_MS = 4000  # the graph is laid out by a worker that says nothing when it is done
OF_THE_RUN = (  # below outputs/
    "figures/baseline.png",
    "figures/baseline_zh.png",
    "figures/coefficients_heterogeneity.png",
    "figures/figure_2_market_access_by_industry.png",
    "figures/specification_curve.png",
    "firm_match/matched_shares_en.png",
    "tables/egscore_distribution.png",
    "tables/instrument_relevance.png",
    "tables/sample_flow.png",
)


def asset_graph(page: Page, address: str, picture: Path) -> None:
    """The whole graph without the lists beside it; chapters of many tables stay closed, or no name could be read."""
    opened = ",".join(f"global@global:{chapter}" for chapter in OPENED)
    page.goto(f"{address}/asset-groups?expanded={quote(opened)}")
    page.get_by_text("Hide navigation").click()
    page.locator("input[placeholder^='Jump']").locator("xpath=following::button[1]").click()
    page.wait_for_timeout(SETTLING_MS)
    page.screenshot(path=picture)


def main() -> None:
    here, outputs = Path(__file__).parent, Folders.from_environment().outputs
    for name in OF_THE_RUN:
        shutil.copyfile(outputs / name, here / Path(name).name)
    with served_ui(os.environ) as address, browser_page(1800, 1100) as page:
        asset_graph(page, address, here / "asset_graph.png")


if __name__ == "__main__":
    main()
