"""The assets of the chapter in a study that switches the probabilistic step on."""

from collections import defaultdict
from math import fsum
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from egov_assets.firm_match import assets as chapter
from egov_assets.platform.lake import scan_table, table_path, write_table
from egov_assets.platform.reference import table
from egov_assets.platform.resources import RESOURCES
from egov_assets.platform.years import YEARS
from egov_assets_tests.firm_match.demo_registers import demo_registers
from egov_assets_tests.study_file import write_section

pytestmark = pytest.mark.slow

OF_ALL_YEARS = [chapter.firm_panel_ids, chapter.firm_identities]
OF_A_YEAR = [chapter.firm_match_candidates, chapter.firm_match]
ASSETS = [*OF_ALL_YEARS, *OF_A_YEAR, chapter.firm_match_report]
ROUNDING = 1e-12


class Study:
    """A twentieth of the demo's registers; exports from 1,100 USD to 110 million in turn, so that every size occurs."""

    def __init__(self, folder: Path):
        self.raw, self.outputs = folder / "raw", folder / "outputs"
        self.raw.mkdir()
        write_section(folder, "matching", "probabilistic: true")
        demo = demo_registers(scale=0.05)
        exports = 1100 * 10.0 ** (pl.int_range(pl.len()) % 6)
        customs = demo.customs.with_columns(export_value_usd=exports)
        for name, rows in (("clean_export_firms", customs), ("clean_firms", demo.survey)):
            for year in YEARS:
                write_table(rows.filter(pl.col("year") == year), table_path(self.outputs / "lake", name, year))

    def report(self) -> dg.AssetMaterialization:
        """Make every table in the order of the stages; the report as Dagster was told of it."""
        dg.materialize(ASSETS, selection=OF_ALL_YEARS, resources=RESOURCES)
        for year in YEARS:
            dg.materialize(ASSETS, selection=OF_A_YEAR, partition_key=str(year), resources=RESOURCES)
        made = dg.materialize(ASSETS, selection=[chapter.firm_match_report], resources=RESOURCES)
        [report] = made.asset_materializations_for_node("firm_match_report")
        return report

    def rows(self, name: str) -> list[dict]:
        return scan_table(self.outputs / "lake", name, YEARS).collect().to_dicts()


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Study:
    study = Study(tmp_path)
    monkeypatch.setenv("EGOV_RAW", str(study.raw))
    monkeypatch.setenv("EGOV_OUTPUTS", str(study.outputs))
    return study


def test_the_report_of_a_study_with_the_probabilistic_step_counts_what_its_tables_hold(study: Study):
    report = study.report()
    found = {(row["year"], row["section"], row["item"], row["outcome"]): row for row in study.rows("firm_match_report")}
    counted = counted_by_hand(study)
    assert found.keys() == counted.keys()
    total = {
        year: fsum(firm["export_value_usd"] for firm in study.rows("clean_export_firms") if firm["year"] == year)
        for year in YEARS
    }
    for key, rows in counted.items():
        exports = dict(rows)  # a firm of several pairs exports once
        value = fsum(exports.values())
        assert (found[key]["pairs"], found[key]["firms"]) == (len(rows), len(exports)), key
        assert found[key]["export_value_usd"] == pytest.approx(value, rel=ROUNDING), key
        assert found[key]["value_share"] == pytest.approx(value / total[key[0]], rel=ROUNDING), key

    by_splink = {year: len(counted[year, "all", "all", "probabilistic"]) for year in YEARS}
    assert min(by_splink.values()) > 0
    for year, firms in by_splink.items():
        assert report.metadata[f"{year} probabilistic: accepted"].value == firms
    assert (study.outputs / "firm_match" / "match_weights.png").exists()


def counted_by_hand(study: Study) -> dict[tuple, list[tuple[str, float]]]:
    """(year, section, item, outcome) -> company and exports of each row it stands for; row by row, without Polars."""
    counted = defaultdict(list)
    for pair in study.rows("firm_match_candidates"):
        for outcome in (pair["outcome"], "candidates"):
            counted[pair["year"], "step", pair["step"], outcome].append((pair["company_id"], pair["export_value_usd"]))
    method = {(pair["company_id"], pair["year"]): pair["method"] for pair in study.rows("firm_match")}
    ownership = {row["code"]: row["name_en"] for row in table("firm_ownership_codes").to_dicts()}
    for firm in study.rows("clean_export_firms"):
        classes = {
            "all": "all",
            "matched by size": size(firm["export_value_usd"]),
            "matched by ownership": ownership[firm["ownership_code"]],
            "matched by city": firm["city_code"],
        }
        outcome = method.get((firm["company_id"], firm["year"]), "unmatched")
        for section, item in classes.items():
            counted[firm["year"], section, item, outcome].append((firm["company_id"], firm["export_value_usd"]))
    return counted


def size(exports_usd: float) -> str:
    """By the digits before the point: 1,100 has four of them."""
    names = {4: "below 10,000", 5: "10,000 to 100,000", 6: "100,000 to 1 million", 7: "1 to 10 million"}
    return names.get(len(str(int(exports_usd))), "above 10 million")
