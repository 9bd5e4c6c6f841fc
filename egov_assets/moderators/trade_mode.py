"""Under which customs mode a company exports: ordinary trade or processing and the rest."""

import polars as pl

from egov_assets.platform.exact_sums import exact_sum

ORDINARY, UNKNOWN = "10", "unknown"
ORDINARY_ABOVE = 0.5


def trade_modes(exports_by_mode: pl.LazyFrame) -> pl.DataFrame:
    """One row per company and year, sorted: company_id, year, ordinary_share, trade_firm.

    exports_by_mode  clean_export_modes: company_id, year, trade_mode_code, export_value_usd
    ordinary_share   share of ordinary trade in the value of the company's clean exports whose mode is known
    trade_firm       1 if that is above ORDINARY_ABOVE, else 0; a company without any known mode has no row
    Source           method.md section 11.3 column 5 (the coding is ours, the paper gives none)
    """
    value = pl.col("export_value_usd")
    ordinary = exact_sum(pl.when(pl.col("trade_mode_code") == ORDINARY).then(value).otherwise(0.0))
    return (
        exports_by_mode.filter(pl.col("trade_mode_code") != UNKNOWN)
        .group_by("company_id", "year")
        .agg(ordinary_share=ordinary / exact_sum(value))
        .with_columns(trade_firm=(pl.col("ordinary_share") > ORDINARY_ABOVE).cast(pl.Int32))
        .sort("company_id", "year")
        .collect()
    )
