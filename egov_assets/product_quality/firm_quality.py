"""Quality of a firm in a year: the value-weighted mean over its flows."""

import numpy as np
import polars as pl

from egov_assets.product_quality.residuals import STANDARDISED, firm_years

MEANS = {"qua": STANDARDISED["qua"], "ln_quality": "ln_quality", "qua_price": "ln_unit_value"} | {
    outcome: column for outcome, column in STANDARDISED.items() if outcome != "qua"
}  # column of a firm-year -> column of its flows


def firm_year_quality(flows: pl.DataFrame) -> pl.DataFrame:
    """One row per firm and year, sorted: the outcomes, number of flows, their value in USD.

    flows    as `flow_quality` gives, of one year or several
    Missing  an outcome is null where no flow of the firm-year has it
    Source   method.md section 5 step 5 (the printed (13) lacks the outer sum, EQ-03)
    """
    firm_year, companies, years = firm_years(flows)
    value = flows["export_value_usd"].to_numpy()

    def total(values: np.ndarray) -> np.ndarray:
        return np.bincount(firm_year, values, len(companies) * len(years))

    sums = {"flows": np.bincount(firm_year, minlength=len(companies) * len(years)), "export_value_usd": total(value)}
    means = {}
    for name, column in MEANS.items():
        measured = flows[column].to_numpy()
        missing = np.isnan(measured)
        # Sum of products over sum of values, not sum of shares times quality: rounding of shares could pass 1.
        weight = total(np.where(missing, 0.0, value)) if missing.any() else sums["export_value_usd"]
        with np.errstate(invalid="ignore"):
            means[name] = pl.Series(total(np.where(missing, 0.0, value * measured)) / weight).fill_nan(None)
    keys = {
        "company_id": companies.gather(np.repeat(np.arange(len(companies)), len(years))),
        "year": years.gather(np.tile(np.arange(len(years)), len(companies))),
    }
    return pl.DataFrame({**keys, **means, **sums}).filter(pl.col("flows") > 0)
