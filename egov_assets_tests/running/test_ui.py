"""The real UI in a real browser: a year from raw files to clean tables, a planted defect, its alert, its repair.

Pictures of each step are left in `ui_pictures/` below pytest's folder of the run, or in EGOV_TEST_PICTURES.
"""

import os
import re
import time
from pathlib import Path
from urllib.parse import quote

import pytest

pytest.importorskip("playwright")

from playwright.sync_api import Page, expect

from egov_assets.platform.contract import ONE_YEAR, ROWS_OF
from egov_assets_tests.raw import tiny_files as files
from egov_assets_tests.running.browser import CHROMIUM, PATIENCE_MS, browser_page
from egov_assets_tests.running.served import served_ui

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")]

WATCHER = "make_again_when_files_change"  # off here: the test itself launches what it wants to see
CHECK = "gross_product_is_above_zero"
SENSORS = """
{ sensorsOrError(repositorySelector: {repositoryName: "__repository__", repositoryLocationName: "%s"})
  { ... on Sensors { results { name id } } } }
"""

BY_YEAR = f'tag:"{ROWS_OF}"="{ONE_YEAR}"'  # tables of all years need the other years, which this study has not


def ask(page: Page, address: str, query: str) -> dict:
    return page.request.post(f"{address}/graphql", data={"query": query}).json()["data"]


def stop_the_watcher(page: Page, address: str) -> None:
    places = ask(page, address, "{ workspaceOrError { ... on Workspace { locationEntries { name } } } }")
    (place,) = [each["name"] for each in places["workspaceOrError"]["locationEntries"]]
    sensors = ask(page, address, SENSORS % place)["sensorsOrError"]["results"]
    (watcher,) = [each["id"] for each in sensors if each["name"] == WATCHER]
    stopped = ask(page, address, f'mutation {{ stopSensor(id: "{watcher}") {{ __typename }} }}')
    assert stopped["stopSensor"]["__typename"] == "StopSensorMutationResult"


def materialize(page: Page, address: str, selection: str, year: int) -> None:
    """As a user does it: select in the graph, choose the year, launch."""
    page.goto(f"{address}/asset-groups")
    page.get_by_text("regression_tables").first.wait_for()
    page.goto(f"{address}/asset-groups~{quote(selection)}/")  # as the graph's own filter writes it
    page.get_by_text("clean", exact=True).first.wait_for()
    expect(page.get_by_text("regression_tables")).to_have_count(0)
    page.get_by_role("button", name="Materialize").first.click()
    page.get_by_text("Select a partition or create one").click()
    page.get_by_placeholder("Filter partitions").fill(str(year))
    page.get_by_text("Select all (1)").click()
    page.keyboard.press("Escape")
    launch = page.get_by_role("button", name="Launch")
    expect(launch).to_be_enabled()
    launch.click()
    expect(launch).to_have_count(0, timeout=PATIENCE_MS)


def newest_run_is(page: Page, address: str, number: int, status: str) -> None:
    """Wait for the run of that number to end, and see how."""
    page.goto(f"{address}/runs")
    runs = page.locator("a[href^='/runs/']").filter(has_text=re.compile("^[0-9a-f]{8}$"))
    expect(runs).to_have_count(number, timeout=PATIENCE_MS)
    expect(page.get_by_text(re.compile("^(Success|Failure)$"))).to_have_count(number, timeout=PATIENCE_MS)
    expect(page.get_by_text(re.compile("^(Success|Failure)$")).first).to_have_text(status)


def check_is(page: Page, address: str, status: str, picture: Path) -> None:
    page.goto(f"{address}/assets/clean_cities?view=checks&checkDetail={CHECK}")
    page.get_by_text(status, exact=True).first.wait_for()
    page.screenshot(path=picture)


def wait_for_alert(path: Path, words: str) -> None:
    end = time.monotonic() + PATIENCE_MS / 1000
    while not (path.exists() and words in path.read_text("utf-8")):
        assert time.monotonic() < end, f"no alert with {words!r} in {path}"
        time.sleep(0.5)


def test_a_year_in_the_browser_its_defect_its_alert_and_its_repair(tmp_path: Path):
    pictures = Path(os.environ.get("EGOV_TEST_PICTURES") or tmp_path / "ui_pictures")
    pictures.mkdir(parents=True, exist_ok=True)
    raw, outputs = tmp_path / "raw", tmp_path / "outputs"
    alerts = outputs / "logs" / "alerts.log"
    files.whole_year(raw, 2011)
    folders = {"EGOV_RAW": str(raw), "EGOV_OUTPUTS": str(outputs), "EGOV_TRUTH": str(tmp_path / "truth")}
    with served_ui(os.environ | folders) as address, browser_page(1800, 1100) as page:
        stop_the_watcher(page, address)
        materialize(page, address, f'{BY_YEAR} and (group:"raw" or group:"clean")', 2011)
        newest_run_is(page, address, 1, "Success")
        check_is(page, address, "Passed", pictures / "1_good.png")
        good = (outputs / "lake/clean_cities/year=2011/data.parquet").read_bytes()

        files.city_yearbook(raw, 2011, [("杭州市", -5, 400.0, 81000, 9000, 43, 430000)])
        materialize(page, address, f'key:"raw_city_yearbook" or ({BY_YEAR} and group:"clean")', 2011)
        newest_run_is(page, address, 2, "Failure")
        check_is(page, address, "Failed", pictures / "2_defect.png")
        wait_for_alert(alerts, f"{CHECK}: 1 rows fail")
        assert "run failed" in alerts.read_text("utf-8") and "2011" in alerts.read_text("utf-8")
        assert (outputs / "lake/clean_cities/year=2011/data.parquet").read_bytes() == good

        files.whole_year(raw, 2011)
        materialize(page, address, f'key:"raw_city_yearbook" or ({BY_YEAR} and group:"clean")', 2011)
        newest_run_is(page, address, 3, "Success")
        check_is(page, address, "Passed", pictures / "3_repaired.png")
        wait_for_alert(alerts, "recovered: 2011")
    assert (outputs / "lake/clean_cities/year=2011/data.parquet").read_bytes() == good
