"""Which year is the odd one: defects planted in small years of three, in whichever order they came."""

from collections.abc import Callable
from itertools import permutations
from pathlib import Path

import dagster as dg
import numpy as np
import polars as pl
import pytest

from egov_assets import cli
from egov_assets.checks.drift import read_drift
from egov_assets.checks.suspicions import YearOfTable, suspicions_among, suspicions_of
from egov_assets.checks.watched import WATCHED, Watched
from egov_assets.definitions import defs
from egov_assets.paper.study import SCORE_FIELDS
from egov_assets.platform.folders import Folders
from egov_assets.platform.lake import table_path, write_table
from egov_assets.platform.resources import RESOURCES
from egov_assets.platform.years import YEARS
from egov_assets.running.planner import Part, Phases, Wanted, next_parts, places

SETTINGS = read_drift(Path("no such folder"))
Change = Callable[[pl.DataFrame], pl.DataFrame]


def same(frame: pl.DataFrame) -> pl.DataFrame:
    return frame


def drawn(size: int, *seed: int) -> np.ndarray:
    """Standard normal numbers, the same for the same seed: with a year in it what the year adds to what lasts."""
    return np.random.default_rng(seed).normal(size=size)


def exports(year: int) -> pl.DataFrame:
    """400 firms with two flows each; values grow by a tenth a year, and vary by flow and by year."""
    flow = np.arange(800)
    value = 1e5 * 1.1 ** (year - 2010) * np.exp(drawn(800, 1) + 0.3 * drawn(800, 1, year))
    quantity = 1e3 * np.exp(2 * drawn(800, 2) + 0.3 * drawn(800, 2, year))
    return pl.DataFrame(
        {
            "company_id": [f"{firm:010d}" for firm in flow // 2],
            "hs6_2007_code": [f"{product:06d}" for product in flow % 50],
            "destination_iso3": [("USA", "JPN", "DEU")[place] for place in flow % 3],
            "year": pl.Series([year] * 800, dtype=pl.Int32),
            "province_code": [f"{province:02d}0000" for province in flow // 2 % 4],
            "export_value_usd": value,
            "quantity": quantity,
            "lines": [1] * 800,
        }
    )


def cities(year: int) -> pl.DataFrame:
    """60 cities; each measure has its own size, and grows by a tenth, give or take."""
    figures = {
        name: 10.0 ** (5 - place) * np.exp(drawn(60, place) + 0.1 * (year - 2010) + 0.05 * drawn(60, place, year))
        for place, name in enumerate(WATCHED["clean_cities"].measures)
    }
    return pl.DataFrame({"city_code": [f"{city:06d}" for city in range(60)], **figures})


def scores(year: int) -> pl.DataFrame:
    """60 cities, each with a lasting strength in every field."""
    fields = {
        name: 0.5 + 0.2 * drawn(60, place) + 0.1 * drawn(60, place, year) for place, name in enumerate(SCORE_FIELDS)
    }
    return pl.DataFrame({"city_code": [f"{city:06d}" for city in range(60)], "producer": ["p"] * 60, **fields})


def named(table: str, made: Callable[[int], pl.DataFrame], odd: int, change: Change, years=YEARS) -> dict[int, dict]:
    """Year -> what it is suspected of -> is it grave; `change` done to one year."""
    frames = {year: change(made(year)) if year == odd else made(year) for year in years}
    tables = {year: YearOfTable(frame.lazy(), WATCHED[table]) for year, frame in frames.items()}
    found = {year: {each.what: each.is_grave for each in suspicions_among(tables, year, SETTINGS)} for year in years}
    return {year: whats for year, whats in found.items() if whats}


@pytest.mark.parametrize(
    ("table", "made"), [("clean_exports", exports), ("clean_cities", cities), ("clean_egov_scores", scores)]
)
def test_sound_years_are_under_no_suspicion_in_any_order(table: str, made: Callable[[int], pl.DataFrame]):
    assert named(table, made, 2011, same) == {}
    for order in permutations(YEARS):  # figures of any year under any date
        shuffled = dict(zip(YEARS, order, strict=True))
        assert named(table, lambda year, shuffled=shuffled: made(shuffled[year]), 2011, same) == {}


def times(column: str, by: float, where: pl.Expr | None = None) -> Change:
    there = pl.lit(True) if where is None else where
    return lambda frame: frame.with_columns(pl.when(there).then(pl.col(column) * by).otherwise(column).alias(column))


def exchange(first: str, second: str) -> Change:
    return lambda frame: frame.rename({first: second, second: first})


FIRST, VALUE = pl.col("city_code") == "000007", "export_value_usd"


FEWER_PARTNERS = pl.col("destination_iso3").replace("USA", "DEU")
SHORTER_IDS = pl.col("company_id").str.head(9)
HALF_OF_FDI = pl.when(pl.int_range(60) % 2 == 0).then("fdi_10k_usd").alias("fdi_10k_usd")
WRONG: list[tuple[str, Callable[[int], pl.DataFrame], Change, str, bool]] = [
    ("clean_exports", exports, lambda frame: frame.gather_every(2), "rows", False),
    ("clean_exports", exports, lambda frame: frame.gather_every(10), "rows", True),
    ("clean_exports", exports, lambda frame: pl.concat([frame] * 5), "rows", True),
    ("clean_exports", exports, times("export_value_usd", 10), "scale of export_value_usd", True),
    ("clean_exports", exports, times("quantity", 0.1), "scale of quantity", True),
    ("clean_exports", exports, times("quantity", 1e-6), "scale of quantity", True),
    ("clean_exports", exports, exchange("quantity", "export_value_usd"), f"{VALUE} exchanged with quantity", True),
    ("clean_exports", exports, lambda frame: frame.with_columns(FEWER_PARTNERS), "destination_iso3 'USA'", False),
    ("clean_exports", exports, lambda frame: frame.with_columns(SHORTER_IDS), "number of company_id", True),
    ("clean_cities", cities, times("gdp_10k_cny", 10, FIRST), "gdp_10k_cny of 000007", False),
    ("clean_cities", cities, times("gdp_10k_cny", 0.1, FIRST), "gdp_10k_cny of 000007", False),
    ("clean_cities", cities, times("gdp_10k_cny", 1e-4), "scale of gdp_10k_cny", True),
    ("clean_cities", cities, exchange("gdp_10k_cny", "fdi_10k_usd"), "gdp_10k_cny exchanged with fdi_10k_usd", True),
    ("clean_cities", cities, lambda frame: frame.filter(~FIRST), "row of 000007", False),
    ("clean_cities", cities, lambda frame: frame.with_columns(HALF_OF_FDI), "missing share of fdi_10k_usd", False),
    (
        "clean_egov_scores",
        scores,
        exchange("egscore_tax", "egscore_hou"),
        "egscore_tax exchanged with egscore_hou",
        True,
    ),
]


@pytest.mark.parametrize("odd", YEARS)
@pytest.mark.parametrize(("table", "made", "change", "what", "grave"), WRONG)
def test_the_year_that_went_wrong_is_named_and_no_other(
    table: str, made: Callable[[int], pl.DataFrame], change: Change, what: str, grave: bool, odd: int
):
    found = named(table, made, odd, change)
    assert list(found) == [odd]
    assert found[odd].get(what) == grave


def test_of_two_years_both_are_named_for_nobody_knows_which_is_odd():
    found = named("clean_exports", exports, 2010, times("export_value_usd", 10), years=(2010, 2011))
    assert list(found) == [2010, 2011]


def test_where_all_three_years_differ_the_farthest_is_named():
    """Totals as 1 : 3 : 30. Between the first two lies a factor of 3, beyond the limit of 2.5 too."""
    growth = {2010: 1.0, 2011: 3.0 / 1.1, 2012: 30 / 1.21}
    found = named("clean_exports", lambda year: times("export_value_usd", growth[year])(exports(year)), 2011, same)
    assert list(found) == [2012]


def with_a_shipyard(usd: dict[int, float]) -> Callable[[int], pl.DataFrame]:
    """Sound exports, and one flow of another firm in the years that have it."""

    def made(year: int) -> pl.DataFrame:
        rows = exports(year)
        ships = pl.col("company_id").replace("0000000000", "9999999999"), pl.lit(usd.get(year)).alias(VALUE)
        return pl.concat([rows, rows.head(1).with_columns(*ships)]) if year in usd else rows

    return made


@pytest.mark.parametrize("years", [(2010,), (2011,), (2012,), (2010, 2011), (2011, 2012), (2010, 2012)])
def test_one_firm_that_carries_most_of_some_years_puts_no_year_under_suspicion(years: tuple[int, ...]):
    """About 0.1 bn USD a year, and ships of 1 bn: with them totals differ by a factor of ten."""
    made = with_a_shipyard(dict.fromkeys(years, 1e9))
    totals = [made(year)[VALUE].sum() for year in YEARS]
    assert max(totals) > 5 * min(totals)
    assert named("clean_exports", made, 2011, same) == {}


@pytest.mark.parametrize("odd", YEARS)
def test_a_year_whose_values_are_tenfold_is_stopped_whoever_carries_most(odd: int):
    made = with_a_shipyard({2010: 1e9, 2011: 1e9})
    found = named("clean_exports", made, odd, times(VALUE, 10))
    assert list(found) == [odd]
    assert found[odd]["scale of export_value_usd"]
    made = with_a_shipyard(dict.fromkeys(YEARS, 1e9))
    assert named("clean_exports", made, odd, times(VALUE, 10))[odd]["sum of export_value_usd"]


def test_the_usual_trade_mode_of_a_company_is_that_of_most_lines():
    """40 companies with 9 lines of ordinary trade and 1 of processing, in one year the other way round."""

    def modes(year: int) -> pl.DataFrame:
        rows = [(f"{firm:010d}", code, lines) for firm in range(40) for code, lines in (("10", 9), ("14", 1))]
        return pl.DataFrame(rows, orient="row", schema=["company_id", "trade_mode_code", "lines"])

    other_way_round = pl.col("trade_mode_code").replace({"10": "14", "14": "10"})
    found = named("clean_export_modes", modes, 2011, lambda frame: frame.with_columns(other_way_round))
    assert found == {2011: {"trade_mode_code of the same company_id": False}}


def test_a_survey_that_takes_more_small_firms_is_compared_by_the_firms_that_every_year_takes():
    def firms(year: int) -> pl.DataFrame:
        revenue = 2e4 * np.exp(np.abs(drawn(400, 1) + 0.2 * drawn(400, 1, year)))
        small = np.linspace(5e3, 2e4, 300, endpoint=False) if year == 2010 else np.array([])
        revenue = np.concatenate([revenue, small])
        ids = [f"{firm:09d}" for firm in range(len(revenue))]
        columns = {name: revenue for name in WATCHED["clean_firms"].measures}
        codes = {name: ["1"] * len(ids) for name in WATCHED["clean_firms"].codes}
        return pl.DataFrame(
            {"survey_firm_id": ids, "firm_name": ids, **columns, **codes, "is_above_threshold_of_2011": revenue >= 2e4}
        )

    assert named("clean_firms", firms, 2011, same) == {}
    found = named("clean_firms", firms, 2010, times("revenue_thousand_cny", 10))
    assert found[2010]["scale of revenue_thousand_cny"]


def test_figures_of_the_year_before_are_named_in_the_later_year():
    for odd, of in ((2011, 2010), (2012, 2011), (2010, 2011)):
        found = named("clean_cities", cities, odd, lambda frame, of=of: frame.with_columns(cities(of)["gdp_10k_cny"]))
        assert list(found) == [max(odd, of)]
        assert found[max(odd, of)] == {"gdp_10k_cny of the same city_code": False}


def test_a_known_difference_is_no_suspicion_of_any_year():
    """The yearbook of 2010 prints no broadband."""
    watched = Watched(unit=("province_code",), measures=("urban_broadband_10k_households",), units_are_places=True)

    def provinces(year: int) -> YearOfTable:
        value = [None if year == 2010 else 100.0 * number * 1.1**year for number in range(1, 32)]
        codes = [f"{number:02d}0000" for number in range(1, 32)]
        columns = {"province_code": codes, "urban_broadband_10k_households": pl.Series(value, dtype=pl.Float64)}
        return YearOfTable(pl.DataFrame(columns).lazy(), watched)

    years = {year: provinces(year) for year in YEARS}
    assert [suspicions_among(years, year, SETTINGS) for year in YEARS] == [[], [], []]


BESIDE = {"clean_firms": {"is_above_threshold_of_2011": pl.Boolean}, "clean_export_modes": {"lines": pl.Int64}}


@pytest.fixture
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folders:
    """Three sound years of the compared tables; of those without a maker above, nothing that could differ."""
    for name in ("RAW", "OUTPUTS", "TRUTH"):
        monkeypatch.setenv(f"EGOV_{name}", str(tmp_path / name.lower()))
    folders = Folders.from_environment()
    makers = {"clean_exports": exports, "clean_cities": cities, "clean_egov_scores": scores}
    for table, watched in WATCHED.items():
        columns = dict.fromkeys({*watched.unit, *watched.distinct, *watched.codes}, pl.String)
        columns |= dict.fromkeys(watched.measures, pl.Float64)
        columns |= BESIDE.get(table, {})
        empty = pl.DataFrame(schema=columns)
        for year in YEARS:
            write_table(makers[table](year) if table in makers else empty, table_path(folders.lake, table, year))
    return folders


def measured(year: int) -> dg.ExecuteInProcessResult:
    """The comparison of the exports, and the moments that are made of them."""
    drift = dg.AssetSelection.checks(dg.AssetCheckKey(dg.AssetKey("clean_exports"), "drift"))
    job = dg.define_asset_job("only_drift", selection=drift | dg.AssetSelection.assets("quality_moments"))
    return (
        dg.Definitions(assets=defs.assets, asset_checks=defs.asset_checks, jobs=[job], resources=RESOURCES)
        .resolve_job_def("only_drift")
        .execute_in_process(partition_key=str(year), raise_on_error=False)
    )


@pytest.mark.slow
def test_nothing_is_made_of_a_year_under_grave_suspicion_until_it_is_accepted(
    lake: Folders, capsys: pytest.CaptureFixture[str]
):
    path = table_path(lake.lake, "clean_exports", 2011)
    write_table(times("export_value_usd", 10)(exports(2011)), path)
    stopped = measured(2011)
    [check] = stopped.get_asset_check_evaluations()
    assert (check.passed, check.severity, check.blocking) == (False, dg.AssetCheckSeverity.ERROR, True)
    assert "Nothing is made of 2011 until it is mended or accepted." in check.description
    assert [event.step_key for event in stopped.get_step_failure_events()] == ["clean_exports_drift"]
    assert not [event for event in stopped.all_events if event.is_step_start and event.step_key == "quality_moments"]
    assert measured(2010).get_asset_check_evaluations()[0].passed

    assert cli.main(["accept", "2011", "--because", "a firm built a shipyard"]) == 0
    assert "no longer asked: clean_exports, scale of export_value_usd" in capsys.readouterr().out
    assert "a firm built a shipyard" in (lake.outputs / "accepted" / "year=2011.json").read_text()
    assert suspicions_of(lake, "clean_exports", 2011) == ([], ["accepted", "2010", "2012"])

    write_table(times("export_value_usd", 100)(exports(2011)), path)
    found, _ = suspicions_of(lake, "clean_exports", 2011)
    assert {(each.against, each.what) for each in found if each.is_grave} == {("accepted", "sum of export_value_usd")}


def test_a_suspicion_that_is_not_grave_warns(lake: Folders):
    write_table(times("gdp_10k_cny", 10, FIRST)(cities(2011)), table_path(lake.lake, "clean_cities", 2011))
    found, against = suspicions_of(lake, "clean_cities", 2011)
    assert [each.is_grave for each in found] == [False, False]
    assert against == ["2010", "2012"]


def test_accepting_takes_a_reason_and_a_year_that_was_made(lake: Folders, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        cli.main(["accept", "2011"])
    table_path(lake.lake, "clean_exports", 2011).unlink()
    assert cli.main(["accept", "2011", "--because", "sound"]) == 2
    assert "Materialize clean_exports first" in capsys.readouterr().err


def test_years_are_compared_when_all_of_them_are_clean_and_before_anything_is_made_of_them():
    graph = defs.resolve_asset_graph()
    phases, everything = Phases.of(graph), dict.fromkeys(places(graph), "was never made")
    done: list[Part] = []
    while parts := next_parts(graph, phases, everything, Wanted(), done):
        done += parts
    assert {place for part in done if not part.is_comparison for place in part.places} == everything.keys()
    compared = [number for number, part in enumerate(done) if part.is_comparison]
    cleaned = max(
        number for number, part in enumerate(done) if number not in compared and "clean_exports" in part.tables
    )
    assert cleaned < min(compared) and {part.year for part in done if part.is_comparison} == set(YEARS)
    assert {table for part in done if part.is_comparison for table in part.tables} == set(WATCHED)
    first = min(number for number, part in enumerate(done) if {"egscore_index", "quality_moments"} & {*part.tables})
    assert max(compared) < first
