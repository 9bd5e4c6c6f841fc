"""Quality of a firm in a year: the value-weighted mean over its flows."""

import numpy as np
import polars as pl

from egov_assets.product_quality.residuals import STANDARDISED

MEANS = {"qua": STANDARDISED["qua"], "ln_quality": "ln_quality", "qua_price": "ln_unit_value"} | {
    outcome: column for outcome, column in STANDARDISED.items() if outcome != "qua"
}  # column of a firm-year -> column of its flows


def firm_year_quality(flows: pl.LazyFrame) -> pl.DataFrame:
    """One row per firm and year, sorted: the outcomes, number of flows, their value in USD.

    flows    as `flow_quality` gives, sorted by product in each year, of one year or several
    Missing  an outcome is null where no flow of the firm-year has it
    Source   method.md section 5 step 5 (the printed (13) lacks the outer sum, EQ-03)
    """
    rows = flows.select("company_id", "year", "export_value_usd", *MEANS.values()).collect()
    # A firm's flows of one product stand together: its name is looked up once for these.
    run = rows.select(pl.struct("company_id", "year").rle_id().cast(pl.Int64)).to_series().to_numpy()
    runs = rows.select("company_id", "year").filter(np.diff(run, prepend=-1) > 0)
    firm_years = runs.unique().sort("company_id", "year")
    numbers = runs.join(firm_years.with_row_index("number"), on=["company_id", "year"], maintain_order="left")
    firm_year = numbers["number"].cast(pl.Int64).to_numpy()

    def added(values: np.ndarray) -> np.ndarray:
        return np.bincount(firm_year, np.bincount(run, values), len(firm_years)).astype(np.float64)

    value = rows["export_value_usd"].to_numpy()
    total_value = added(value)
    means = {}
    for name, column in MEANS.items():
        weight = total_value
        if rows[column].null_count():
            weight = added(value * rows[column].is_not_null().to_numpy())
        # Sum of products over sum of values, not sum of shares times quality: rounding of shares could pass 1.
        total = added(value * rows[column].fill_null(0.0).to_numpy())
        means[name] = (pl.Series(total) / pl.Series(weight)).fill_nan(None)
    flows_of_run = np.bincount(run)
    return firm_years.with_columns(
        **means,
        flows=np.bincount(firm_year, flows_of_run, len(firm_years)).astype(np.int64),
        export_value_usd=total_value,
    )
