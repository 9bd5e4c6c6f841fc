"""Quality of a firm in a year: the value-weighted mean over its flows."""

import numpy as np
import polars as pl

from egov_assets.product_quality.residuals import STANDARDISED, firm_years

MEANS = {"qua": STANDARDISED["qua"], "ln_quality": "ln_quality", "qua_price": "ln_unit_value"} | {
    outcome: column for outcome, column in STANDARDISED.items() if outcome != "qua"
}  # column of a firm-year -> column of its flows


def firm_year_quality(flows: pl.DataFrame) -> pl.DataFrame:
    """One row per firm and year, sorted: the outcomes, number of flows, their value in USD.

    flows    as `flow_quality` gives
    Missing  an outcome is null where no flow of the firm-year has it
    Source   method.md section 5 step 5 (the printed (13) lacks the outer sum, EQ-03)
    """
    if not flows["company_id"].is_sorted():
        flows = flows.sort("company_id", maintain_order=True)
    firm_year = firm_years(flows["company_id"], flows["year"])
    first = np.unique(firm_year, return_index=True)[1]
    value = flows["export_value_usd"].to_numpy()

    def total(values: np.ndarray) -> np.ndarray:
        return np.bincount(firm_year, values, len(first))

    sums = {"flows": np.bincount(firm_year, minlength=len(first)), "export_value_usd": total(value)}
    means = {}
    for name, column in MEANS.items():
        measured = flows[column].to_numpy()
        missing = np.isnan(measured)
        # Sum of products over sum of values, not sum of shares times quality: rounding of shares could pass 1.
        weight = total(np.where(missing, 0.0, value)) if missing.any() else sums["export_value_usd"]
        with np.errstate(invalid="ignore"):
            means[name] = pl.Series(total(np.where(missing, 0.0, value * measured)) / weight).fill_nan(None)
    return flows[first].select("company_id", "year").with_columns(**means, **sums)
