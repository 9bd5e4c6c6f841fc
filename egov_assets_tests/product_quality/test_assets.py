"""The four assets over a small lake read section `quality`, give what the functions give, and tell what came of it."""

from collections.abc import Iterator

import dagster as dg
import polars as pl
from polars.testing import assert_frame_equal
from pytest import MonkeyPatch, approx, fixture

from egov_assets.clean.schema import UnitChanges
from egov_assets.platform.lake import scan_table, table_path, write_table
from egov_assets.platform.resources import RESOURCES
from egov_assets.product_quality import assets, flows
from egov_assets.product_quality.settings import QualitySettings
from egov_assets_tests.product_quality.estimation import Estimation, estimate
from egov_assets_tests.product_quality.small_trade import YEARS, small_trade
from egov_assets_tests.study_file import write_section

CHAPTER = [
    *(assets.quality_moments, assets.pooled_markets, assets.quality_coefficients),
    *(assets.product_quality, assets.firm_quality),
]
READINGS = {"price_elsewhere": "log_of_mean", "bounds": "market", "single_destination": "residual"}


@fixture(scope="module")
def made(tmp_path_factory) -> Iterator[tuple[dict[str, pl.DataFrame], dict[str, dict], Estimation]]:
    """Tables of the lake, facts of their last materialization, and what the functions give."""
    place = tmp_path_factory.mktemp("quality")
    exports, provinces = small_trade(products=2)
    for year in YEARS:
        for name, table in (("clean_exports", exports), ("clean_provinces", provinces)):
            write_table(table.filter(pl.col("year") == year), table_path(place / "outputs" / "lake", name, year))
    write_table(UnitChanges.empty(), table_path(place / "outputs" / "lake", "unit_changes"))
    (place / "raw").mkdir()
    lines = [f"{reading}: {choice}" for reading, choice in READINGS.items()]
    write_section(place, "quality", "\n".join(lines))
    with MonkeyPatch.context() as patch, dg.DagsterInstance.ephemeral() as instance:
        patch.setattr(flows, "BLOCK_FLOWS", 100)  # two blocks a year
        patch.setenv("EGOV_RAW", str(place / "raw"))
        patch.setenv("EGOV_OUTPUTS", str(place / "outputs"))
        facts = {}
        for names, keys in (
            (["quality_moments"], YEARS),
            (["pooled_markets", "quality_coefficients"], [None]),
            (["product_quality", "firm_quality"], YEARS),
        ):
            for key in keys:
                result = dg.materialize(
                    CHAPTER,
                    selection=names,
                    instance=instance,
                    partition_key=None if key is None else str(key),
                    resources=RESOURCES,
                )
                for event in result.get_asset_materialization_events():
                    facts[event.asset_key.to_user_string()] = {
                        name: entry.value for name, entry in event.materialization.metadata.items()
                    }
    lake = place / "outputs" / "lake"
    tables = {asset.key.to_user_string(): scan_table(lake, asset.key.to_user_string(), YEARS) for asset in CHAPTER}
    expected = estimate(exports, provinces, QualitySettings(**READINGS))
    return {name: table.collect() for name, table in tables.items()}, facts, expected


def test_the_tables_are_what_the_functions_give_under_the_readings_of_the_file(made):
    tables, _, expected = made
    for name, frame in (
        ("quality_moments", expected.moments),
        ("quality_coefficients", expected.coefficients),
        ("product_quality", expected.flows),
        ("firm_quality", expected.firms),
    ):
        key = [column for column in ("outcome", "hs6_2007_code", "company_id", "year") if column in frame.columns]
        in_order = [table.sort(key, maintain_order=True) for table in (tables[name], frame)]
        assert_frame_equal(*in_order, check_exact=True)


def test_a_table_written_in_blocks_tells_its_rows_its_coverage_and_its_lineage(made):
    tables, facts, _ = made
    last = tables["product_quality"].filter(pl.col("year") == 2012)
    told = facts["product_quality"]
    assert told["dagster/row_count"] == told["flows_with_quality"] == last.height
    assert told["value_share_with_quality"] == approx(1)  # of flows to a single destination too
    assert "dagster/column_lineage" in told


def test_the_summary_of_coefficients_counts_products_and_flows_by_rule(made):
    _, facts, expected = made
    told = facts["quality_coefficients"]
    of_qua = expected.coefficients.filter(pl.col("outcome") == "qua")
    assert (told["products estimated"], told["flows estimated"]) == (2, of_qua["flows"].sum())
