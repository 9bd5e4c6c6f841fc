"""The UI as a user has it: three years of the yearly tables requested at once, run side by side by its daemon."""

import json
import sys
import time
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest

from egov_assets_tests.running.finished_study import FinishedStudy
from egov_assets_tests.running.served import served_ui
from egov_assets_tests.running.year_tables import of_one_year

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="ends the UI's processes as one session"),
]

YEARS = ["2010", "2011", "2012"]
PATIENCE_SECONDS = 300.0
LAUNCH = """mutation ($params: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $params) {
    ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message }
  }
}"""
RUNS = """query ($backfill: String!) {
  runsOrError(filter: {tags: [{key: "dagster/backfill", value: $backfill}]}) {
    ... on Runs { results { status startTime endTime tags { key value } } }
  }
}"""


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.5)


def ask(address: str, query: str, **variables: Any) -> dict[str, Any]:
    body = json.dumps({"query": query, "variables": variables}).encode()
    request = urllib.request.Request(f"{address}/graphql", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as reply:
        found = json.load(reply)
    assert "errors" not in found, found
    return found["data"]


def test_three_years_requested_in_the_ui_run_side_by_side_and_make_the_bytes_of_the_full_run(finished: FinishedStudy):
    good = finished.hashes()
    request = {"assetSelection": [{"path": key.path} for key in sorted(of_one_year())], "partitionNames": YEARS}
    with served_ui(finished.environment) as address:
        backfill = ask(address, LAUNCH, params=request)["launchPartitionBackfill"]["backfillId"]

        def runs() -> list[dict[str, Any]]:
            return ask(address, RUNS, backfill=backfill)["runsOrError"]["results"]

        wait_until(lambda: len(runs()) == len(YEARS) and all(run["endTime"] for run in runs()))
        ended = runs()
    assert [run["status"] for run in ended] == ["SUCCESS"] * len(YEARS)
    assert sorted(tag["value"] for run in ended for tag in run["tags"] if tag["key"] == "dagster/partition") == YEARS
    assert max(run["startTime"] for run in ended) < min(run["endTime"] for run in ended), "they ran one after another"
    assert finished.hashes() == good
