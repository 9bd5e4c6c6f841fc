"""In which order what is stale is made, on a graph of five tables."""

import dagster as dg
import pytest

from egov_assets.running.planner import Part, Phases, Place, Wanted, next_parts, places

YEARS = dg.StaticPartitionsDefinition(["2010", "2011"])


@dg.asset(partitions_def=YEARS)
def quality() -> None: ...


@dg.asset(deps=[dg.AssetDep("quality", partition_mapping=dg.AllPartitionMapping())])
def panel() -> None: ...


@dg.asset(deps=["panel"])
def table() -> None: ...


@dg.asset(deps=["table"])
def gathered() -> None: ...


@dg.asset(deps=["panel", "gathered"])
def figures() -> None: ...


GRAPH = dg.Definitions(assets=[quality, panel, table, gathered, figures]).resolve_asset_graph()


def order(stale: list[Place], changes: dict[str, list[Place]], wanted: Wanted | None = None) -> list[list[Part]]:
    """The parts made side by side, one list after the other; `changes` says what a made table leaves stale."""
    waves, done, left = [], [], dict.fromkeys(stale, "changed")
    while parts := next_parts(GRAPH, Phases.of(GRAPH), left, wanted or Wanted(), done):
        waves.append(parts)
        done += parts
        left |= {place: "changed" for part in parts for name in part.tables for place in changes.get(name, [])}
    return waves


def test_what_was_never_made_is_made_in_as_few_runs_as_years_allow():
    assert order(places(GRAPH), {}) == [
        [Part(("quality",), 2010), Part(("quality",), 2011)],
        [Part(("figures", "gathered", "panel", "table"), None)],
    ]


def test_what_reads_a_table_and_one_made_from_it_waits_for_both():
    """When the panel changed, figures are stale at once, and would be drawn of the tables of before."""
    changes = {"panel": [("table", None), ("figures", None)], "table": [("gathered", None)]}
    made = [[part.tables for part in parts] for parts in order([("panel", None)], changes)]
    assert made == [[("panel",)], [("table",)], [("figures", "gathered")]]


def test_a_table_that_comes_out_equal_goes_no_further():
    assert order([("quality", 2011)], {}) == [[Part(("quality",), 2011)]]


@pytest.mark.parametrize(
    ("wanted", "made"),
    [
        (Wanted(year=2010), [[Part(("quality",), 2010)], [Part(("table",), None)]]),
        (Wanted(tables=("panel",)), []),
        (Wanted(tables=("figures",)), [[Part(("table",), None)]]),
    ],
)
def test_a_run_may_want_more_or_less(wanted: Wanted, made: list[list[Part]]):
    assert order([("table", None)], {}, wanted) == made
