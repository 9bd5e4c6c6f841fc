"""Each regression of the curve counts once, and shares are of one outcome and one estimator."""

import polars as pl

from egov_assets.regression_tables.specification_curve import SCHEMA, shares_by_estimator, specification_curve_of
from egov_assets_tests.regression_tables.small_panel import small_panel


def test_samples_without_a_firm_year_between_them_are_one_regression():
    """No firm of the panel changes its industry and no control is missing: three samples are all firm-years."""
    panel = small_panel(firms=60, cities=8).with_columns(industry_2002_code=pl.lit("1761"))
    curve = specification_curve_of(panel)
    baseline = curve.filter(controls="all", estimator="least_squares", cluster="city")
    of_all = baseline.filter(sample="all")
    assert of_all["combinations"].to_list() == [3]
    assert not set(baseline["sample"]) & {"complete", "same_industry"}
    assert set(baseline["sample"]) >= {"same_city", "balanced"}  # these leave firm-years out
    numbers = ["outcome", "estimator", "cluster", "n", "estimate", "std_error"]
    assert curve.select(numbers).is_unique().all()


def test_a_share_is_of_one_outcome_and_estimator_and_of_errors_by_city():
    def point(outcome: str, estimator: str, cluster: str, sample: str, estimate: float, p_value: float) -> dict:
        named = {"outcome": outcome, "estimator": estimator, "cluster": cluster, "sample": sample, "controls": "all"}
        return named | {"estimate": estimate, "p_value": p_value, "std_error": 1.0, "n": 9, "combinations": 1}

    curve = pl.DataFrame(
        [
            point("qua", "terrain", "city", "all", -1.0, 0.9),
            point("qua", "least_squares", "city", "all", 1.0, 0.01),
            point("qua", "least_squares", "firm", "all", 1.0, 0.5),
            point("qua", "least_squares", "city", "balanced", 3.0, 0.2),
        ],
        schema=SCHEMA,
    )
    assert shares_by_estimator(curve).rows() == [
        ("qua", "least_squares", 2, 1.0, 0.5, 2.0),
        ("qua", "terrain", 1, 0.0, 0.0, -1.0),
    ]
