"""A year of customs lines larger than memory: read, judged and written block by block, published whole or not."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from egov_assets.platform.check_results import CheckResult
from egov_assets.platform.lake import table_path, write_blocks
from egov_assets.platform.lake_asset import lake_asset
from egov_assets.platform.resources import RESOURCES
from egov_assets.raw.assets import raw_customs
from egov_assets.raw.schema import RawCustoms, file_columns
from egov_assets.raw.tables import read_blocks, read_tables
from egov_assets_tests.raw import tiny_files as files

CUSTOMS = file_columns(RawCustoms)


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EGOV_RAW", str(tmp_path / "raw"))
    monkeypatch.setenv("EGOV_OUTPUTS", str(tmp_path / "outputs"))
    monkeypatch.setattr("egov_assets.raw.tables.BLOCK_ROWS", 2)
    for part in (1, 2):
        files.customs(tmp_path / "raw", 2011, [{"_数量": str(part)}] * 3, part=part)
    return tmp_path


def test_blocks_are_the_rows_of_the_table_in_order(study: Path):
    blocks = list(read_blocks(study / "raw", "customs", 2011, CUSTOMS))
    assert [block.height for block in blocks] == [2, 2, 2]
    assert pl.concat(blocks).equals(read_tables(study / "raw", "customs", 2011, CUSTOMS)[0])


def test_the_same_blocks_give_the_same_bytes_and_a_failing_one_leaves_the_last_file(tmp_path: Path):
    blocks = [pl.DataFrame({"a": ["x", None]}), pl.DataFrame({"a": ["杭州"]})]

    def broken() -> Iterator[pl.DataFrame]:
        yield blocks[0]
        raise ValueError("the disk is gone")

    first = write_blocks(blocks, tmp_path / "1/data.parquet")
    assert write_blocks(iter(blocks), tmp_path / "2/data.parquet") == first
    assert pl.read_parquet(tmp_path / "1/data.parquet").equals(pl.concat(blocks))
    with pytest.raises(ValueError, match="disk"):
        write_blocks(broken(), tmp_path / "1/data.parquet")
    assert [path.name for path in (tmp_path / "1").iterdir()] == ["data.parquet"]
    assert pl.read_parquet(tmp_path / "1/data.parquet").height == 3


def materialize() -> dg.ExecuteInProcessResult:
    return dg.materialize([raw_customs], partition_key="2011", raise_on_error=False, resources=RESOURCES)


def test_the_asset_counts_all_blocks_and_a_block_against_the_schema_publishes_none(
    study: Path, monkeypatch: pytest.MonkeyPatch
):
    good = materialize()
    [made] = good.asset_materializations_for_node("raw_customs")
    assert made.metadata["dagster/row_count"].value == 6
    schema, lines, parts = good.get_asset_check_evaluations()
    assert schema.passed and schema.description == "all 6 rows keep to the schema"
    assert lines.passed and lines.description == "8 lines of 2 tables are 6 rows and what is named"
    assert parts.passed and parts.description == "the part files are numbered without a gap"
    file = table_path(study / "outputs/lake", "raw_customs", 2011)
    published = file.read_bytes()

    def wrong(*arguments: object) -> Iterator[pl.DataFrame]:
        for number, block in enumerate(read_blocks(*arguments)):
            yield block.with_columns(year=pl.lit(1999, pl.Int32)) if number == 2 else block

    monkeypatch.setattr("egov_assets.raw.assets.read_blocks", wrong)
    bad = materialize()
    assert not bad.success
    assert [evaluation.passed for evaluation in bad.get_asset_check_evaluations()] == [False]
    assert file.read_bytes() == published


def test_a_missing_part_is_a_warning_that_stops_nothing(study: Path):
    files.customs(study / "raw", 2011, [{}], part=4)
    result = materialize()
    assert result.success
    parts = next(each for each in result.get_asset_check_evaluations() if each.check_name == "no_part_is_missing")
    assert not parts.passed
    assert "of the parts tradedata_2011_1 to tradedata_2011_4, 3 is not there" in parts.description


def test_a_table_in_blocks_has_no_check_of_the_whole():
    def is_long(table: pl.DataFrame) -> CheckResult:
        """Long."""
        return CheckResult(True, "")

    def lines(year: int) -> Iterator[pl.DataFrame]:
        yield pl.DataFrame()

    with pytest.raises(TypeError, match="lines is written block by block"):
        lake_asset(schema=RawCustoms, group="raw", by_year=True, warnings=[is_long])(lines)
