"""Write, audit, publish: only a table that passes its checks reaches the lake, and the UI learns what it holds."""

from collections.abc import Generator

import dagster as dg
import polars as pl
import pytest

from egov_assets.platform.check_results import CheckResult
from egov_assets.platform.folders import Folders
from egov_assets.platform.lake import file_hash, scan_table, table_path
from egov_assets.platform.lake_asset import lake_asset
from egov_assets.platform.resources import RESOURCES
from egov_assets_tests.running.small_study import ASSETS, Quality, clean_quality, raw_quality

pytestmark = pytest.mark.slow


def make(instance: dg.DagsterInstance, *names: str, year: int | None = None) -> dg.ExecuteInProcessResult:
    key = None if year is None else str(year)
    return dg.materialize(
        ASSETS, selection=list(names), instance=instance, partition_key=key, raise_on_error=False, resources=RESOURCES
    )


def cause(result: dg.ExecuteInProcessResult) -> str:
    failure = next(event for event in result.all_events if event.is_step_failure)
    return failure.step_failure_data.error_display_string


def test_a_good_table_is_published_with_its_version_rows_and_columns(folders: Folders, instance):
    result = make(instance, "raw_quality", year=2011)
    (event,) = result.get_asset_materialization_events()
    made = event.materialization
    assert made.tags["dagster/data_version"] == file_hash(table_path(folders.lake, "raw_quality", 2011))
    assert made.metadata["dagster/row_count"].value == 2
    assert "| a    | 2011 | 0.25 |" in made.metadata["preview"].value


def test_columns_carry_description_and_limits():
    columns = raw_quality.metadata_by_key[dg.AssetKey("raw_quality")]["dagster/column_schema"].columns
    described = {column.name: (column.description, column.constraints.other) for column in columns}
    assert described["qua"] == ("quality, from 0 to 1", [">= 0", "<= 1"])


def test_a_bad_value_stops_the_year_and_leaves_the_last_good_file(folders: Folders, instance):
    make(instance, "raw_quality", year=2011)
    before = table_path(folders.lake, "raw_quality", 2011).read_bytes()
    (folders.raw / "quality_2011.csv").write_text("firm,qua\na,7\n")
    result = make(instance, "raw_quality", "clean_quality", year=2011)
    assert not result.success
    assert "raw_quality 2011 is not published; the last good file stays in place" in cause(result)
    assert "qua: 7.0 breaks less_than_or_equal_to(1)" in cause(result)
    assert table_path(folders.lake, "raw_quality", 2011).read_bytes() == before
    assert not table_path(folders.lake, "clean_quality", 2011).exists()


def test_the_failed_check_stands_in_the_record_of_its_year(folders: Folders, instance):
    (folders.raw / "quality_2011.csv").write_text("firm,qua\na,7\nb,8\n")
    (check,) = make(instance, "raw_quality", year=2011).get_asset_check_evaluations()
    assert (check.check_name, check.passed, check.blocking, check.partition) == ("schema", False, True, "2011")
    assert check.metadata["failures"].value == 2
    assert "- `qua`: >= 0, <= 1" in check.metadata["limits"].value


def test_a_failed_warning_is_recorded_and_the_table_published(folders: Folders, instance):
    (folders.raw / "quality_2011.csv").write_text("firm,qua\na,0.5\n")
    result = make(instance, "raw_quality", year=2011)
    warning = next(check for check in result.get_asset_check_evaluations() if check.check_name == "has_two_firms")
    assert result.success
    assert (warning.passed, warning.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert warning.description == "1 firms, at least 2"


def test_a_failed_check_of_the_chapters_own_keeps_the_table_unpublished(folders: Folders, instance):
    def nothing_is_lost(table: pl.DataFrame, clean_quality: pl.LazyFrame) -> CheckResult:
        """As many rows as came in."""
        came_in = clean_quality.select(pl.len()).collect().item()
        return CheckResult(table.height == came_in, f"{table.height} rows of {came_in}")

    @lake_asset(schema=Quality, group="firm_match", by_year=True, checks=[nothing_is_lost])
    def half(clean_quality: pl.LazyFrame) -> pl.LazyFrame:
        """Loses a row."""
        return clean_quality.head(1)

    make(instance, "raw_quality", "clean_quality", year=2010)
    result = dg.materialize(
        [*ASSETS, half],
        selection=[half],
        instance=instance,
        partition_key="2010",
        raise_on_error=False,
        resources=RESOURCES,
    )
    assert not result.success
    assert "1 rows of 2" in cause(result)
    assert not table_path(folders.lake, "half", 2010).exists()


def test_an_asset_of_all_years_reads_them_all_and_a_yearly_one_its_own(folders: Folders, instance):
    for year in (2010, 2011, 2012):
        assert make(instance, "raw_quality", "clean_quality", "quality_moments", year=year).success
    assert make(instance, "quality_coefficients").success
    assert scan_table(folders.lake, "quality_coefficients", []).collect()["rows"].to_list() == [6]
    assert make(instance, "product_quality", year=2012).success
    assert scan_table(folders.lake, "product_quality", [2012]).collect()["year"].unique().to_list() == [2012]


def test_a_yearly_asset_can_read_all_years_of_an_input(folders: Folders, instance):
    @lake_asset(schema=Quality, group="product_quality", by_year=True, all_years_of=["clean_quality"])
    def of_the_first_year(clean_quality: pl.LazyFrame, quality_moments: pl.LazyFrame, year: int) -> pl.LazyFrame:
        """The firms of the year with their values of 2010."""
        first = clean_quality.filter(pl.col("year") == 2010).select("firm", "qua")
        return quality_moments.select("firm", "year").join(first, on="firm")

    (folders.raw / "quality_2010.csv").write_text("firm,qua\nb,0.75\na,0.125\n")
    for year in (2010, 2011, 2012):
        assert make(instance, "raw_quality", "clean_quality", "quality_moments", year=year).success
    everything = [*ASSETS, of_the_first_year]
    assert dg.materialize(
        everything, selection=[of_the_first_year], instance=instance, partition_key="2012", resources=RESOURCES
    ).success
    made = scan_table(folders.lake, "of_the_first_year", [2012]).collect()
    assert made.rows() == [("a", 2012, 0.125), ("b", 2012, 0.75)]


def test_an_asset_whose_input_is_missing_says_which(folders: Folders, instance):
    assert "clean_quality: no file for 2010" in cause(make(instance, "quality_moments", year=2010))


def test_parameters_are_dependencies():
    assert clean_quality.asset_deps[dg.AssetKey("clean_quality")] == {dg.AssetKey("raw_quality")}


def test_a_schema_without_a_key_is_refused_when_the_asset_is_defined():
    class Keyless(Quality):
        _key = None

    with pytest.raises(TypeError, match="Keyless needs a `_key`"):

        @lake_asset(schema=Keyless, group="raw", by_year=True)
        def nameless(year: int) -> pl.DataFrame:
            """Never made."""


def in_blocks(*blocks: list[tuple[str, float]]) -> dg.AssetsDefinition:
    """An asset of one year whose rows come in these blocks of firm and value, and which tells how many."""

    @lake_asset(schema=Quality, group="product_quality", by_year=True)
    def of_blocks(year: int) -> Generator[pl.DataFrame, None, dict[str, int]]:
        """Made block by block."""
        for rows in blocks:
            frame = pl.DataFrame(rows, schema={"firm": pl.String, "qua": pl.Float64}, orient="row")
            yield frame.select("firm", year=pl.lit(year, pl.Int32), qua="qua")
        return {"blocks": len(blocks)}

    return of_blocks


def make_blocks(instance: dg.DagsterInstance, *blocks: list[tuple[str, float]]) -> dg.ExecuteInProcessResult:
    return dg.materialize(
        [in_blocks(*blocks)], instance=instance, partition_key="2011", raise_on_error=False, resources=RESOURCES
    )


def test_a_table_made_in_blocks_is_one_file_with_the_facts_that_come_last(folders: Folders, instance):
    result = make_blocks(instance, [("a", 0.5), ("b", 0.25)], [("c", 1.0)])
    told = result.get_asset_materialization_events()[0].materialization
    path = table_path(folders.lake, "of_blocks", 2011)
    assert pl.read_parquet(path)["firm"].to_list() == ["a", "b", "c"]
    assert told.tags["dagster/data_version"] == file_hash(path)
    assert (told.metadata["dagster/row_count"].value, told.metadata["blocks"].value) == (3, 2)
    (check,) = result.get_asset_check_evaluations()
    assert (check.passed, check.description) == (True, "all 3 rows keep to the schema")


def test_a_bad_block_leaves_the_last_good_file_and_names_the_row(folders: Folders, instance):
    path = table_path(folders.lake, "of_blocks", 2011)
    make_blocks(instance, [("a", 0.5)])
    before = path.read_bytes()
    result = make_blocks(instance, [("a", 0.75)], [("b", 7.0)], [("c", 0.5)])
    assert not result.success
    assert "qua: 7.0 breaks less_than_or_equal_to(1) in b / 2011), in one block; what follows was not" in cause(result)
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    assert path.read_bytes() == before


def test_a_table_without_any_block_is_refused(folders: Folders, instance):
    result = make_blocks(instance)
    assert not result.success
    assert "no block to write" in cause(result)
    assert not table_path(folders.lake, "of_blocks", 2011).exists()


def test_a_check_that_wants_a_whole_table_is_refused_where_nobody_has_one():
    def is_large(table: pl.DataFrame) -> CheckResult:
        """Looks at every row."""
        return CheckResult(table.height > 10, "")

    with pytest.raises(TypeError, match="written block by block"):

        @lake_asset(schema=Quality, group="product_quality", by_year=True, checks=[is_large])
        def never(year: int) -> Generator[pl.DataFrame, None, None]:
            yield pl.DataFrame()


def test_the_parts_of_a_docstring_are_points_in_the_ui(folders: Folders):
    @lake_asset(schema=Quality, group="product_quality", by_year=True)
    def described(year: int) -> pl.DataFrame:
        """Quality of firms.

        Out     one row per firm,
                sorted
        Source  method.md section 5
        """
        return pl.DataFrame()

    words = described.descriptions_by_key[dg.AssetKey("described")].splitlines()
    assert words[2:] == ["- **Out** one row per firm,", "        sorted", "- **Source** method.md section 5"]
