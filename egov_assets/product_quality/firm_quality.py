"""Quality of a firm in a year: the value-weighted mean over its flows."""

import polars as pl

from egov_assets.product_quality.exact_sums import exact_sum
from egov_assets.product_quality.residuals import FIRM_YEAR, STANDARDISED

MEANS = {"qua": STANDARDISED["qua"], "ln_quality": "ln_quality", "qua_price": "ln_unit_value"} | {
    outcome: column for outcome, column in STANDARDISED.items() if outcome != "qua"
}  # column of a firm-year -> column of its flows


def firm_year_quality(flows: pl.DataFrame) -> pl.DataFrame:
    """One row per firm and year, sorted: the outcomes, number of flows, their value in USD.

    flows    as `flow_quality` gives
    Missing  an outcome is null where no flow of the firm-year has it
    Source   method.md section 5 step 5 (the printed (13) lacks the outer sum, EQ-03)
    """
    value = pl.col("export_value_usd")
    # Sum of products over sum of values, not sum of shares times quality: rounding of shares could pass 1.
    means = {
        name: (exact_sum(value * pl.col(flow)) / exact_sum(pl.when(pl.col(flow).is_not_null()).then(value))).fill_nan(
            None
        )
        for name, flow in MEANS.items()
    }
    return (
        flows.group_by(FIRM_YEAR)
        .agg(**means, flows=pl.len().cast(pl.Int64), export_value_usd=exact_sum(value))
        .sort(FIRM_YEAR)
    )
