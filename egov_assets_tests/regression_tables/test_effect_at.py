"""The effect where the moderator's values lie is that of a regression in which the moderator is counted from there."""

import polars as pl
from pytest import approx, fixture, mark

from egov_assets.regression_tables.estimate import estimate_table
from egov_assets.regression_tables.printed import printed_table
from egov_assets.regression_tables.schema import Estimates
from egov_assets.regression_tables.specifications import Column, Table
from egov_assets_tests.regression_tables.small_panel import small_panel

SAME = 1e-8
FIRM = pl.col("firm_id").cast(pl.Int64)
SHARES = {"min": 0.0, "p10": 0.1, "p50": 0.5, "p90": 0.9, "max": 1.0}


def moderated(moderator: str, **others: object) -> Table:
    column = Column(
        outcome="qua",
        treatment="egscore",
        moderator=moderator,
        controls=("Con_inc",),
        fixed_effects=("firm", "year"),
        **others,
    )
    return Table(title="Moderated", columns={"1": column})


@fixture(scope="module")
def panel() -> pl.DataFrame:
    return small_panel(firms=120).with_columns(dummy=(FIRM % 2).cast(pl.Float64), gap=FIRM % 5 - 2.5)


def rows_of(table: Table, panel: pl.DataFrame) -> dict[str, dict]:
    rows = estimate_table("table_99", table, panel)
    Estimates.validate(rows)
    return {row["variant"]: row for row in rows.filter(term="egscore").iter_rows(named=True)}


@mark.parametrize(
    ("moderator", "cluster", "main_effect"), [("Con_gdp", (), True), ("gap", ("firm",), True), ("gap", (), False)]
)
def test_each_percentile_is_the_treatment_of_a_re_centred_regression(panel, moderator, cluster, main_effect):
    table = moderated(moderator, cluster=cluster, main_effect=main_effect)
    printed = table.columns["1"].printed_variant
    found = rows_of(table, panel)
    for place, share in SHARES.items():
        ours = found[f"at_{place}_{printed}"]
        value = panel[moderator].quantile(share, "nearest")
        assert ours["moderator"] == value
        theirs = rows_of(table, panel.with_columns(pl.col(moderator) - value))[printed]
        for number in ("estimate", "std_error", "p_value", "ci_low", "ci_high"):
            assert ours[number] == approx(theirs[number], rel=SAME), (place, number)


def test_a_dummy_has_the_effect_of_either_group(panel):
    found = rows_of(moderated("dummy"), panel)
    swapped = rows_of(moderated("dummy"), panel.with_columns(dummy=1 - pl.col("dummy")))
    assert {name for name in found if name.startswith("at_")} == {"at_0_cluster_city", "at_1_cluster_city"}
    for number in ("estimate", "std_error", "ci_low"):
        assert found["at_0_cluster_city"][number] == approx(found["cluster_city"][number], rel=SAME)
        assert found["at_1_cluster_city"][number] == approx(swapped["cluster_city"][number], rel=SAME)


def test_the_printed_table_says_where_the_effect_is_and_that_zero_is_outside(panel):
    table, far = moderated("Con_gdp"), panel.with_columns(Con_gdp=pl.col("Con_gdp") + 20)
    printed = printed_table("table_99", table, estimate_table("table_99", table, far))
    labels = [line[0] for line in printed.foot]
    assert [label for label in labels if label.startswith("Effect at")] == [
        "Effect at its 10th percentile",
        "Effect at its median",
        "Effect at its 90th percentile",
    ]
    assert printed.notes[-1].startswith("(1) 0 lies outside the values of Log GDP per head of the city")
    inside = printed_table("table_99", table, estimate_table("table_99", table, panel.with_columns(Con_gdp="gap")))
    assert not any("outside the values" in note for note in inside.notes)
