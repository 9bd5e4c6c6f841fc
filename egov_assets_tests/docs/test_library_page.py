"""The examples of docs/library.md, run one after the other on a finished study."""

import re
from pathlib import Path

import polars as pl
import pytest

from egov_assets.platform.lake import scan_table
from egov_assets.platform.years import YEARS
from egov_assets_tests.running.finished_study import FinishedStudy

PAGE = Path(__file__).parents[2] / "docs" / "library.md"

pytestmark = pytest.mark.slow


def test_the_examples_run_and_give_the_numbers_of_the_study(
    finished: FinishedStudy, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(finished.folders.outputs.parent)
    names: dict = {}
    for example in re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        exec(example, names)
    assert "852520" in capsys.readouterr().out
    lake = finished.folders.lake
    firms = scan_table(lake, "firm_quality", YEARS).collect().sort("company_id", "year")
    of_example = names["quality"].firms
    assert of_example["qua"].to_list() == pytest.approx(firms["qua"].to_list(), rel=1e-12)
    estimates = pl.read_parquet(finished.folders.tables / "estimates.parquet").filter(
        table="table_02", column="3", term="egscore", variant="cluster_city"
    )
    (own,) = names["rows"].filter(column="baseline", term="egscore", variant="cluster_city")["estimate"]
    assert own == pytest.approx(estimates["estimate"].item(), rel=1e-12)
