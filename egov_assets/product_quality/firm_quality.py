"""Quality of a firm in a year: the value-weighted mean over its flows."""

import numpy as np
import polars as pl

from egov_assets.product_quality import codes, kernels
from egov_assets.product_quality.flows import whole_products
from egov_assets.product_quality.parallel import in_parallel
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
    years = flows.select(pl.col("year").unique().sort()).collect().to_series()
    if years.is_empty():
        years = pl.Series("year", [0], dtype=years.dtype)  # no rows, and the columns all the same
    by_year = [_firm_quality(flows.filter(pl.col("year") == year), year) for year in years]
    return pl.concat(by_year).sort("company_id", "year")


def _firm_quality(flows: pl.LazyFrame, year: int) -> pl.DataFrame:
    """`firm_year_quality` of one year."""
    read = flows.select("hs6_2007_code", "company_id", "export_value_usd", *MEANS.values())
    company, sums, counts = zip(*in_parallel(_of_runs, whole_products(read)), strict=True)
    of_run = pl.concat(company)
    firm, firms = codes.numbers(*codes.words(of_run))
    a_run = np.full(firms, -1)
    a_run[firm] = np.arange(len(firm))
    there = a_run >= 0
    totals = kernels.sums_by_group(np.concatenate(sums), firm, firms)[there]
    weights = totals[:, len(MEANS) :]
    with np.errstate(invalid="ignore"):
        # Sum of products over sum of values, not sum of shares times quality: rounding of shares could pass 1.
        means = totals[:, : len(MEANS)] / weights
    return pl.DataFrame(
        {
            "company_id": of_run.gather(a_run[there]),
            "year": pl.Series([year], dtype=pl.Int32).new_from_index(0, len(means)),
            **{name: pl.Series(means[:, place]).fill_nan(None) for place, name in enumerate(MEANS)},
            "flows": np.bincount(firm, np.concatenate(counts), firms)[there].astype(np.int64),
            "export_value_usd": weights[:, list(MEANS).index("qua")],  # every flow here has it
        }
    )


def _of_runs(rows: pl.DataFrame) -> tuple[pl.Series, np.ndarray, np.ndarray]:
    """(runs,) firm, (runs, 2 measures) weighted sums and weights, (runs,) flows of each run of rows of one firm.

    A firm's flows of one product stand together: its name is looked up once a run of them.
    """
    starts = np.append(codes.run_begins(rows["company_id"]), rows.height)
    measured = np.stack([rows[column].to_numpy() for column in MEANS.values()])
    sums = kernels.weighted_sums(rows["export_value_usd"].to_numpy(), measured, starts)
    return rows["company_id"].gather(starts[:-1]), sums, np.diff(starts)
