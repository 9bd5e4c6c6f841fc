"""A traced cell names its sample, its tables and its files."""

import hashlib
import os

import polars as pl
from pytest import fixture, raises

from egov_assets.commands.trace import indented
from egov_assets.platform import reference
from egov_assets.platform.changed_files import inventory
from egov_assets.platform.folders import Folders
from egov_assets.platform.lake import table_path, write_table
from egov_assets.platform.years import YEARS
from egov_assets.regression_tables.estimate import estimate_table
from egov_assets.regression_tables.specifications import Column, read_specifications
from egov_assets.replication.trace import (
    NoSuchCell,
    Tables,
    Version,
    find_cell,
    listed_since,
    panel_columns,
    raw_versions,
    rests_on,
    sample_by_year,
    table_versions,
)
from egov_assets.replication.trace_picture import WIDTH, picture
from egov_assets.replication.traced_cell import traced_cell
from egov_assets_tests.regression_tables.small_panel import small_panel
from egov_assets_tests.study_file import write_section

TERRAIN = "terrain/*.csv"


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@fixture
def folders(tmp_path):
    """A study of three years that has read two customs files, one of them packed, a tariff list and the terrain."""
    folders = Folders(raw=tmp_path / "raw", outputs=tmp_path / "outputs", truth=tmp_path / "truth")
    for name in (
        "part1.csv",
        "pack.zip",
        "tariffs/list.csv",
        "terrain/relief.csv",
        "terrain/old/relief.csv",
        "clean.yml",
    ):
        (folders.raw / name).parent.mkdir(parents=True, exist_ok=True)
        (folders.raw / name).write_bytes(name.encode())
    for year in YEARS:
        write_table(inventory(folders.raw, year, YEARS, []), table_path(folders.lake, "file_inventory", year))
        lines = {"source_file": ["part1.csv", "part1.csv", "pack.zip/a.csv", "pack.zip/b.csv"], "year": [year] * 4}
        write_table(pl.DataFrame(lines), table_path(folders.lake, "raw_customs", year))
    cells = {"source_file": ["reference/io_china_2012_139.csv"] * 2}
    write_table(pl.DataFrame(cells), table_path(folders.lake, "raw_input_output"))
    write_table(pl.DataFrame({"source_file": ["tariffs/list.csv"]}), table_path(folders.lake, "raw_tariffs"))
    return folders


def test_the_printed_variant_stands_first_and_a_wrong_name_gets_the_nearest():
    estimates = pl.DataFrame(
        {"table": ["table_02"] * 2, "column": ["3"] * 2, "term": ["egscore"] * 2, "variant": ["a", "cluster_city"]}
    )
    assert find_cell(estimates, "table_02", "3", "egscore")["variant"].to_list() == ["cluster_city", "a"]
    with raises(NoSuchCell, match="no term egskore; the nearest is egscore"):
        find_cell(estimates, "table_02", "3", "egskore")


def test_the_sample_counts_each_variable_and_their_overlap():
    panel = pl.DataFrame({"year": [2010, 2010, 2011], "qua": [0.1, None, 0.3], "egscore": [0.5, 0.5, None]})
    counts = sample_by_year(panel, ["qua", "egscore"])
    assert counts.rows() == [("of the panel", 2, 1), ("qua", 1, 1), ("egscore", 2, 0), ("complete", 1, 0)]


PARENTS = {
    "firm_panel": ["city_moderators", "clean_firms", "firm_quality", "iv_instruments"],
    "iv_instruments": ["egscore_index", "work_report_words"],
    "clean_firms": ["raw_firm_survey"],
    "egscore_index": ["raw_scores"],
    "firm_quality": ["raw_customs"],
    "work_report_words": ["raw_work_reports"],
}
TABLES = Tables(
    PARENTS,
    {
        "city_moderators": ["city_code", "innov"],
        "clean_firms": ["survey_firm_id", "city_code", "province_code", "wages"],
        "firm_quality": ["company_id", "year", "qua"],
        "iv_instruments": ["city_code", "size5", "IV_gov"],
        "egscore_index": ["city_code", "egscore"],
        "work_report_words": ["city_code", "keywords"],
        "raw_firm_survey": ["name"],
        "raw_scores": ["city_name", "score"],
        "raw_customs": ["company_id"],
        "raw_work_reports": ["text"],
    },
    {
        "firm_panel": {
            "Con_wag": "clean_firms.wages",
            "city_code": "clean_firms.city_code",
            "egscore_size5": "iv_instruments.size5",
        },
        "iv_instruments": {"size5": "egscore_index.egscore", "IV_gov": "work_report_words.keywords"},
    },
    whole=["clean_firms"],
)


def test_a_cell_rests_on_what_its_columns_are_made_from_and_not_on_all_that_their_tables_read():
    """An instrument of neighbours' scores needs no work report, though one table holds both instruments."""
    order, edges = rests_on({"firm_panel": ["egscore_size5", "qua"]}, TABLES)
    assert order == ["firm_panel", "firm_quality", "iv_instruments", "egscore_index", "raw_customs", "raw_scores"]
    assert ("iv_instruments", "egscore_index") in edges and ("iv_instruments", "work_report_words") not in edges
    assert "work_report_words" in rests_on({"iv_instruments": ["IV_gov"]}, TABLES)[0]


def test_where_nothing_tells_what_a_column_is_made_from_all_inputs_count():
    assert "raw_scores" in rests_on({"egscore_index": ["egscore"]}, TABLES)[0]
    assert rests_on({"clean_firms": ["wages"]}, TABLES)[0] == ["clean_firms", "raw_firm_survey"]


def test_the_variables_of_a_column_its_sample_and_its_readings_are_what_it_needs_of_the_panel():
    def beyond_the_baseline(**more):
        found = panel_columns(Column(**{"outcome": "qua", "treatment": "egscore"} | more), {})
        assert baseline <= found
        return found - baseline

    baseline = {"firm_id", "company_id", "survey_firm_id", "year", "city_code", "province_code", "qua", "egscore"}
    assert beyond_the_baseline() == set()
    assert beyond_the_baseline(instrument="IV_int") == {"IV_int"}
    assert beyond_the_baseline(moderator="innov") == {"innov"}
    assert beyond_the_baseline(outcome="D.qua", controls=["input_tariff"]) == {"input_tariff"}
    assert beyond_the_baseline(sample="upstream_firm_years") == {"gvc_firm"}
    assert beyond_the_baseline(readings={"listed": {"treatment": "innov"}}) == {"innov"}


def test_the_way_is_drawn_with_every_line_running_to_the_right():
    order, edges = rests_on({"firm_panel": ["egscore_size5", "qua", "Con_wag"]}, TABLES)
    drawn = picture(order, edges)
    at = {box.name: box for box in drawn.boxes}
    assert at.keys() == set(order) and len(drawn.lines) == len(edges)
    assert all(at[source].x + WIDTH < at[table].x for table, source in edges)
    assert max(box.x for box in drawn.boxes) == at["firm_panel"].x
    assert len({(box.x, box.y) for box in drawn.boxes}) == len(order)


def test_tables_carry_rows_and_hashes(folders):
    versions = table_versions(folders, "raw_customs")
    assert [(each.year, each.rows) for each in versions] == [(2010, 4), (2011, 4), (2012, 4)]
    assert table_versions(folders, "a_view_of_dbt") == []


def test_files_carry_the_hash_of_when_they_were_read_and_say_what_changed_since(folders):
    (folders.raw / "part1.csv").write_bytes(b"changed since")
    (folders.raw / "terrain/relief.csv").unlink()
    tables = ["raw_customs", "raw_input_output", "raw_tariffs"]
    shipped = (reference.FOLDER / "io_china_2012_139.csv").read_bytes()
    assert list(raw_versions(folders, tables, ["*.yml", TERRAIN])) == [
        Version("pack.zip", None, 6, sha256(b"pack.zip")),
        Version("part1.csv", None, 6, sha256(b"part1.csv"), "changed since"),
        Version("reference/io_china_2012_139.csv", None, 2, sha256(shipped)),
        Version("tariffs/list.csv", None, 1, sha256(b"tariffs/list.csv")),
        Version("clean.yml", None, None, sha256(b"clean.yml")),
        Version("terrain/relief.csv", None, None, sha256(b"terrain/relief.csv"), "gone since"),
    ]


def test_a_file_that_one_year_read_later_than_the_others_has_both_hashes(folders):
    (folders.raw / "part1.csv").write_bytes(b"changed since")
    write_table(inventory(folders.raw, 2011, YEARS, []), table_path(folders.lake, "file_inventory", 2011))
    read = {
        (each.sha256, each.rows, each.since)
        for each in raw_versions(folders, ["raw_customs"], [])
        if each.name == "part1.csv"
    }
    assert read == {(sha256(b"part1.csv"), 4, "changed since"), (sha256(b"changed since"), 2, "")}


def test_tables_older_than_the_list_of_files_are_named(folders):
    assert listed_since(folders, ["raw_customs", "raw_tariffs"]) == []
    long_ago = 10**9
    os.utime(table_path(folders.lake, "raw_customs", 2011), ns=(long_ago, long_ago))
    assert listed_since(folders, ["raw_customs", "raw_tariffs"]) == ["raw_customs"]


OWN = 'mine: {title: Mine, columns: {"1": {outcome: qua, treatment: egscore, fixed_effects: [firm, year]}}}'
ALONE = Tables({"firm_panel": ["raw_customs"]}, {"raw_customs": ["company_id"]}, {})


@fixture
def own_table(folders):
    """The study has a table of its own, estimated on a small panel, and Table 1 of the outcome."""
    write_section(folders.study_file.parent, "tables", OWN)
    panel = small_panel()
    estimates = estimate_table("mine", read_specifications(folders.study_file)["mine"], panel)
    write_table(panel, table_path(folders.lake, "firm_panel"))
    write_table(estimates, table_path(folders.lake, "regression_tables"))
    described = pl.DataFrame({"variable": ["qua"], "n": [panel.height], "mean": [panel["qua"].mean()], "sd": [None]})
    write_table(described, table_path(folders.lake, "table_01_descriptives"))
    return estimates


def test_a_cell_of_a_table_of_ones_own_says_what_it_is_and_what_it_rests_on(folders, own_table):
    cell = traced_cell(folders, ALONE, {}, "mine", "1", "egscore")
    printed = own_table.filter(term="egscore", variant="cluster_city").row(0, named=True)
    assert cell.lines[0].startswith(f"{printed['estimate']:.6g}, standard error {printed['std_error']:.4g}")
    assert cell.lines[1] == f"qua on egscore; firm and year effects; {printed['n']} firm-years in 30 cities"
    assert len(cell.lines) <= 10
    assert cell.tables == ("mine", "firm_panel", "raw_customs")
    assert [each.name for each in cell.raw_files] == ["pack.zip", "part1.csv"]


def test_a_cell_of_table_1_is_a_variable_and_a_statistic(folders, own_table):
    cell = traced_cell(folders, ALONE, {}, "table_01_descriptives", "qua", "mean")
    assert cell.title == "table_01 (qua) mean" and cell.lines[0].endswith(": mean of qua")
    with raises(NoSuchCell, match="no statistic median; the nearest is"):
        traced_cell(folders, ALONE, {}, "table_01", "qua", "median")
    with raises(NoSuchCell, match="qua has no sd"):
        traced_cell(folders, ALONE, {}, "table_01", "qua", "sd")


def test_a_table_that_was_taken_out_of_the_settings_is_named(folders, own_table):
    folders.study_file.unlink()
    with raises(NoSuchCell, match="no table of the settings mine"):
        traced_cell(folders, ALONE, {}, "mine", "1", "egscore")


def test_a_line_wider_than_the_terminal_is_broken_between_words():
    line = "qua on egscore, " + ", ".join(f"Con_{number:03d}" for number in range(20)) + "; firm and year effects"
    shown = indented(line, 80).splitlines()
    assert max(map(len, shown)) <= 80
    assert " ".join(each.strip() for each in shown) == line
    assert shown[0].startswith("  qua") and shown[1].startswith("    Con")
