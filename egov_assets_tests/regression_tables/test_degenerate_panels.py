"""Panels from which a column cannot be estimated: each says why, none raises, none prints an error of rounding size."""

import re
import warnings
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
from pytest import MonkeyPatch, mark

from egov_assets.platform.folders import Folders
from egov_assets.platform.words import words_of
from egov_assets.regression_tables import estimate
from egov_assets.regression_tables.estimable import MIN_DEGREES_OF_FREEDOM
from egov_assets.regression_tables.estimate import PRINTED_VARIANT, estimate_table
from egov_assets.regression_tables.gather import every_column_is_estimated
from egov_assets.regression_tables.robust_inference import robust_inference_of
from egov_assets.regression_tables.schema import Estimates, RobustInference
from egov_assets.regression_tables.specification_curve import specification_curve_of
from egov_assets.regression_tables.specifications import Column, Table
from egov_assets_tests.regression_tables.small_panel import small_panel
from egov_assets_tests.study_file import write_section

SAID = words_of("regression_tables", "en")
PANEL = small_panel(firms=60, cities=12).sort("firm_id", "year")
FIRM = pl.col("firm_id").cast(pl.Int64)
EVERY_WAY = {
    "least squares": {},
    "year effects": {"fixed_effects": ("year",)},
    "firm and year effects": {"fixed_effects": ("firm", "year")},
    "random effects": {"estimator": "random_effects"},
    "moderated": {"moderator": "Con_gdp", "fixed_effects": ("firm", "year")},
    "instrument": {"instrument": "egscore_size5"},
    "instrument, effects": {"instrument": "egscore_size5", "fixed_effects": ("firm", "year")},
}
COLUMNS = {
    name: Column(outcome="qua", treatment="egscore", controls=("Con_inc",), **how) for name, how in EVERY_WAY.items()
}
DEGENERATE: dict[str, pl.DataFrame] = {
    "no row": PANEL.clear(),
    "one row": PANEL.head(1),
    "two rows": PANEL.head(2),
    "one firm": PANEL.filter(pl.col("firm_id") == PANEL["firm_id"][0]),
    "one city": PANEL.with_columns(city_code=pl.lit("110000")),
    "one year": PANEL.filter(year=2010),
    "every firm once": PANEL.unique("firm_id", keep="first", maintain_order=True),
    "all but one firm once": pl.concat([PANEL.unique("firm_id", maintain_order=True), PANEL.tail(1)]).unique(),
    "constant outcome": PANEL.with_columns(qua=pl.lit(0.5)),
    "outcome of the firm": PANEL.with_columns(qua=FIRM / 100),
    "outcome of the year": PANEL.with_columns(qua=pl.col("year").cast(pl.Float64)),
    "outcome is the treatment": PANEL.with_columns(qua="egscore"),
    "outcome is firm and treatment": PANEL.with_columns(qua=FIRM + 2 * pl.col("egscore")),
    "constant treatment": PANEL.with_columns(egscore=pl.lit(0.3)),
    "treatment of the firm": PANEL.with_columns(egscore=FIRM / 100),
    "treatment of the year": PANEL.with_columns(egscore=pl.col("year").cast(pl.Float64)),
    "treatment is the control": PANEL.with_columns(Con_inc="egscore"),
    "every regressor constant": PANEL.with_columns(egscore=pl.lit(0.3), Con_inc=pl.lit(1.0), Con_gdp=pl.lit(2.0)),
    "constant instrument": PANEL.with_columns(egscore_size5=pl.lit(1.0)),
    "instrument of the firm": PANEL.with_columns(egscore_size5=FIRM / 100),
    "instrument is the control": PANEL.with_columns(egscore_size5="Con_inc"),
    "instrument is the treatment": PANEL.with_columns(egscore_size5="egscore"),
    "instrument is the outcome": PANEL.with_columns(egscore_size5="qua"),
    "outcome NaN": PANEL.with_columns(qua=pl.when(pl.int_range(pl.len()) > 3).then("qua").otherwise(float("nan"))),
    "control infinite": PANEL.with_columns(Con_inc=pl.when(year=2010).then(float("inf")).otherwise("Con_inc")),
    "instrument NaN": PANEL.with_columns(egscore_size5=pl.lit(float("nan"))),
    "all NaN": PANEL.with_columns(pl.lit(float("nan")).alias(name) for name in ("qua", "egscore", "egscore_size5")),
    "as many coefficients as rows": PANEL.gather_every(49),
    "huge outcome": PANEL.with_columns(pl.col("qua") * 1e150),
    "tiny outcome": PANEL.with_columns(pl.col("qua") * 1e-150),
    "huge treatment": PANEL.with_columns(pl.col("egscore") * 1e6),
}


@cache
def estimates(name: str) -> pl.DataFrame:
    """All columns of a degenerate panel."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)  # numpy's way to say that a number came from nothing
        rows = estimate_table("table_99", Table(title="All", columns=COLUMNS), DEGENERATE[name])
    Estimates.validate(rows)
    return rows


def first_rows(name: str) -> dict[str, dict]:
    """Column -> the printed row of its treatment."""
    printed = estimates(name).filter(variant=PRINTED_VARIANT, term="egscore")
    return {row["column"]: row for row in printed.iter_rows(named=True)}


@mark.parametrize("name", DEGENERATE)
def test_every_column_of_a_degenerate_panel_has_an_estimate_with_an_error_or_a_reason(name: str):
    found = first_rows(name)
    assert found.keys() == COLUMNS.keys()
    for column, row in found.items():
        if row["reason"]:
            assert row["estimate"] is None, column
        else:
            assert np.isfinite([row["estimate"], row["std_error"], row["p_value"]]).all(), column
            assert row["std_error"] > 1e-10 * abs(row["estimate"]), column


@mark.parametrize(
    ("name", "column", "reason"),
    [
        ("one city", "least squares", "all 148 firm-years are of one city, and errors are clustered by city"),
        ("constant outcome", "least squares", "qua is the same in all 148 firm-years"),
        ("outcome of the firm", "firm and year effects", "the effects absorb qua"),
        ("outcome is the treatment", "random effects", "the regressors reproduce qua exactly, so that it has no error"),
        (
            "outcome is firm and treatment",
            "random effects",
            "the regressors and the firm reproduce qua exactly, so that it has no error",
        ),
        ("every regressor constant", "year effects", "the effects absorb egscore, Con_inc"),
        ("constant treatment", "instrument", "the effects and the other regressors absorb egscore"),
        ("treatment of the firm", "firm and year effects", "absorbed by the effects or the other regressors"),
        ("instrument is the control", "instrument", "the effects and the other regressors absorb egscore_size5"),
        (
            "instrument of the firm",
            "instrument, effects",
            "the effects and the other regressors absorb egscore_size5",
        ),
        (
            "instrument is the treatment",
            "instrument, effects",
            "egscore_size5 reproduces egscore exactly, so that its first stage has no error",
        ),
        ("outcome NaN", "instrument", "NaN or infinity instead of a number, firm-years of each: qua 4"),
        (
            "as many coefficients as rows",
            "least squares",
            "4 firm-years leave 1 degrees of freedom, at least 10 are needed",
        ),
        (
            "every firm once",
            "random effects",
            "random effects need at least 3 firm-years of firms seen before, there are 0",
        ),
        (
            "treatment is the control",
            "random effects",
            "random effects cannot tell apart egscore, Con_inc: one follows from the others",
        ),
    ],
)
def test_the_reason_names_what_is_degenerate(name: str, column: str, reason: str):
    assert SAID.of(first_rows(name)[column]["reason"]) == reason


def test_two_firms_in_two_years_are_saturated_and_not_significant():
    """Two firms, two years, score and effects: as many coefficients as observations, residuals of rounding size."""
    panel = PANEL.filter(pl.len().over("firm_id") > 1).head(4).with_columns(city_code=pl.Series(list("aabb")))
    column = Column(outcome="qua", treatment="egscore", fixed_effects=("firm", "year"))
    rows = estimate_table("table_99", Table(title="Saturated", columns={"1": column}), panel)
    assert rows["estimate"].null_count() == rows.height
    assert SAID.of(rows["reason"][0]).startswith("4 firm-years leave ")


@mark.parametrize(("firms", "estimated"), [(MIN_DEGREES_OF_FREEDOM + 1, False), (MIN_DEGREES_OF_FREEDOM + 2, True)])
def test_a_slope_and_a_constant_cost_two_degrees(firms: int, estimated: bool):
    panel = PANEL.filter(year=2010).head(firms)
    rows = estimate_table(
        "table_99", Table(title="Few", columns={"1": Column(outcome="qua", treatment="egscore")}), panel
    )
    assert panel["city_code"].n_unique() > 1
    assert (rows["estimate"][0] is not None) == estimated


def test_a_degenerate_column_stops_no_other_and_is_counted_once(tmp_path: Path):
    columns = {"1": Column(outcome="qua_sub", treatment="egscore"), "2": Column(outcome="qua", treatment="egscore")}
    rows = estimate_table("table_99", Table(title="Two", columns=columns), PANEL.with_columns(qua_sub=pl.lit(1.0)))
    own = (
        'table_99: {title: Two, columns: {"1": &a {outcome: qua_sub, treatment: egscore}, "2": {<<: *a, outcome: qua}}}'
    )
    write_section(tmp_path, "tables", own)
    folders = Folders(raw=tmp_path / "raw", outputs=tmp_path, truth=tmp_path)
    assert every_column_is_estimated(rows, PANEL, folders).words == (
        "1 of 2 columns are estimated; not table_99 (1): qua_sub is the same in all 148 firm-years"
    )


def test_years_observed_once_cost_the_variant_without_them_not_the_column():
    """Twelve firm-years of 2010 and one of 2011: with year effects ten degrees, and nine without the year seen once."""
    panel = pl.concat([PANEL.filter(year=2010).head(12), PANEL.filter(year=2011).head(1)])
    columns = {"1": Column(outcome="qua", treatment="egscore", fixed_effects=("year",))}
    rows = estimate_table("table_99", Table(title="Few", columns=columns), panel).filter(term="egscore")
    reasons = dict(rows.select("variant", "reason").iter_rows())
    assert reasons[PRINTED_VARIANT] is None
    assert reasons["cluster_city_reghdfe"] is None
    fewer = estimate_table("table_99", Table(title="Few", columns=columns), panel.tail(12)).filter(term="egscore")
    assert SAID.of(fewer["reason"][0]) == "12 firm-years leave 9 degrees of freedom, at least 10 are needed"


def test_a_treatment_of_one_city_alone_has_no_error():
    """The residuals of the only city that tells of it add up to 0, and with them its clustered error."""
    stays = PANEL.with_columns(pl.col("city_code").first().over("firm_id"))
    is_pilot = (pl.col("city_code") == PANEL["city_code"][0]) & (pl.col("year") == 2012)
    panel = stays.with_columns(pilot=is_pilot.cast(pl.Float64))
    column = Column(outcome="qua", treatment="pilot", fixed_effects=("firm",))
    rows = estimate_table("table_99", Table(title="Pilot", columns={"1": column}), panel).filter(term="pilot")
    reasons = dict(rows.select("variant", "reason").iter_rows())
    assert reasons[PRINTED_VARIANT] == "varies in one cluster only, so that nothing tells its error"
    assert reasons["cluster_firm"] is None


def test_what_a_library_raises_leaves_out_its_column_only(monkeypatch: MonkeyPatch):
    fits = estimate.fixed_effects_fits

    def breaks_for_flat(design, errors):
        if design.outcome == "flat":
            raise np.linalg.LinAlgError("Singular matrix")
        return fits(design, errors)

    monkeypatch.setattr(estimate, "fixed_effects_fits", breaks_for_flat)
    columns = {"1": Column(outcome="flat", treatment="egscore"), "2": Column(outcome="qua", treatment="egscore")}
    rows = estimate_table("table_99", Table(title="Two", columns=columns), PANEL.with_columns(flat="Con_gdp"))
    assert {SAID.of(reason) for reason in rows.filter(column="1")["reason"]} == {
        "the estimation broke down (Singular matrix)"
    }
    assert rows.filter(column="2", variant=PRINTED_VARIANT)["estimate"].null_count() == 0


def test_every_reason_is_said_in_chinese():
    in_chinese = words_of("regression_tables", "zh")
    for name in DEGENERATE:
        reasons = estimates(name)["reason"].unique().drop_nulls().to_list()
        assert [reason for reason in reasons if not re.search("[一-龥]", in_chinese.of(reason))] == [], name


@mark.slow
@mark.parametrize("name", DEGENERATE)
def test_the_specification_curve_of_a_degenerate_panel_holds_numbers_only(name: str):
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        curve = specification_curve_of(DEGENERATE[name])
    assert curve.select(pl.col("estimate", "std_error", "p_value").is_finite().all()).row(0) == (True, True, True)
    assert curve.filter(pl.col("std_error") < 1e-10 * pl.col("estimate").abs()).is_empty()


@mark.slow
@mark.parametrize("name", DEGENERATE)
def test_the_further_inference_of_a_degenerate_panel_holds_numbers_or_nothing(name: str):
    panel = DEGENERATE[name].with_columns(industry_2002_code=pl.lit("1311"))
    tables = {each.replace(" ", "_"): Table(title=each, columns={"1": column}) for each, column in COLUMNS.items()}
    places = pl.DataFrame(schema={"city": pl.String, "lon": pl.String, "lat": pl.String})
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        rows = robust_inference_of(panel, tables, places, 300.0)
    RobustInference.validate(rows)
    for measured in ("estimate", "std_error", "p_value", "value"):
        assert not rows[measured].is_nan().any(), measured
