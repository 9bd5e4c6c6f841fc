"""Where columns come from: by name or as declared; and in a finished study all the way back to the raw files."""

import dagster as dg
import polars as pl
import pytest

from egov_assets.definitions import defs
from egov_assets.platform.column_lineage import (
    Lineage,
    Source,
    column_sources,
    lineage_metadata,
    lineage_recorded,
)
from egov_assets_tests.running.finished_study import FinishedStudy

WITHOUT_SOURCE = {  # counts, names of tests and steps, and what comes from the user's lists, which are no tables
    "city_moderators": {"city_code", "year", "sma_city", "sma_city_dated", "innov"},
    "egscore_readings": {"city_years"},
    "firm_identities": {"register"},
    "firm_match_candidates": {"step"},
    "firm_match_report": {"section", "pairs", "firms"},
    "firm_panel_ids": {"linked_by"},
    "instrument_relevance": {"instrument", "city_years", "cities", "expected_sign"},
    "quality_coefficients": {"outcome"},
    "survey_plausibility": {"test", "figure", "firms", "limit"},
}
CHAPTERS = {"clean", "firm_match", "product_quality", "egscore_index", "iv_instruments", "moderators"}


def recorded(study: FinishedStudy) -> dict[str, Lineage]:
    """What the newest run of each table kept."""
    with dg.DagsterInstance.from_config(str(study.folders.dagster_home)) as instance:
        events = {
            key.to_user_string(): instance.get_latest_materialization_event(key)
            for key in defs.resolve_asset_graph().materializable_asset_keys
        }
    return {table: lineage_recorded(event.asset_materialization.metadata) for table, event in events.items() if event}


def beginnings(source: Source, lineages: dict[str, Lineage]) -> set[Source]:
    """The columns without a source that a column rests on."""
    table, column = source
    found = lineages.get(table, {}).get(column, ())
    return {end for each in found for end in beginnings(each, lineages)} or {source}


def test_a_column_comes_from_its_namesake_unless_declared():
    inputs = {"flows": ["firm", "value"], "firms": ["firm", "wages"]}
    lineage = column_sources(["firm", "share", "rows"], inputs, {"share": "flows.value firms.wages"})
    assert lineage == {
        "firm": (("firms", "firm"), ("flows", "firm")),
        "share": (("firms", "wages"), ("flows", "value")),
        "rows": (),
    }
    metadata = lineage_metadata(lineage)
    assert (
        lineage_recorded({name: dg.MetadataValue.column_lineage(value) for name, value in metadata.items()}) == lineage
    )
    assert lineage_recorded({}) == {}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.slow
def test_every_source_is_a_column_and_the_baseline_rests_on_the_raw_files(finished: FinishedStudy):
    lineages = recorded(finished)
    lake = finished.folders.lake
    columns = {table.name: set(pl.read_parquet_schema(next(table.rglob("data.parquet")))) for table in lake.iterdir()}
    wrong = {
        (table, made, source)
        for table, lineage in lineages.items()
        for made, sources in lineage.items()
        for source in sources
        if made not in columns[table]
        or (not source[0].startswith("reference/") and source[1] not in columns.get(source[0], ()))
    }
    assert wrong == set()
    beneath = beginnings(("table_02_baseline", "estimate"), lineages)
    assert {
        ("raw_customs", "value_usd"),
        ("raw_customs", "quantity"),
        ("raw_egov_scores", "egscore_tax"),
        ("raw_firm_survey", "wages_thousand_cny"),
        ("raw_city_yearbook", "value"),
    } <= beneath
    assert ("raw_customs", "phone") not in beneath
    page = (finished.folders.outputs / "lineage.html").read_text("utf-8")
    assert '"qua": [["product_quality", "export_value_usd"], ["product_quality", "rquality"]]' in page


@pytest.mark.filterwarnings("ignore")
@pytest.mark.slow
def test_up_to_the_panel_every_column_of_a_python_table_but_counts_and_names_has_its_sources(finished: FinishedStudy):
    graph = defs.resolve_asset_graph()
    chapters = {
        key.to_user_string(): graph.get(key).group_name
        for key in graph.materializable_asset_keys
        if "dbt" not in graph.get(key).kinds
    }
    without = {
        table: {column for column, sources in lineage.items() if not sources}
        for table, lineage in recorded(finished).items()
        if chapters.get(table) in CHAPTERS
    }
    assert {table: columns for table, columns in without.items() if columns} == WITHOUT_SOURCE
