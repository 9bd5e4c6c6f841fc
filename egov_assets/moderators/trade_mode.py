"""Under which customs mode a company exports: ordinary trade or processing and the rest."""

import polars as pl

from egov_assets.platform.exact_sums import exact_sum

EXPORTED = ("出口", "0")
ORDINARY = ("一般贸易", "10")
ORDINARY_ABOVE = 0.5


def trade_modes(lines: pl.LazyFrame) -> pl.DataFrame:
    """One row per company and year, sorted: company_id, year, ordinary_share, trade_firm.

    lines           raw_customs: the clean flows add lines of all modes up
    ordinary_share  share of ordinary trade in the value of the company's export lines that name a mode
    trade_firm      1 if that is above ORDINARY_ABOVE, else 0; a company without any mode has no row
    Source          method.md section 11.3 column 5 (the coding is ours, the paper gives none)
    """
    mode = pl.col("trade_mode").str.strip_chars()
    value = pl.col("value_usd").str.replace_all(",", "").str.strip_chars().cast(pl.Float64, strict=False)
    exported = (
        lines.filter(pl.col("flow").str.strip_chars().is_in(EXPORTED) & mode.is_not_null() & (mode != ""))
        .select(
            pl.col("company_id").str.strip_chars().str.to_uppercase(),
            "year",
            is_ordinary=mode.is_in(ORDINARY),
            value=value,
        )
        .filter(pl.col("company_id").is_not_null(), pl.col("value") > 0, pl.col("value").is_finite())
    )
    ordinary = exact_sum(pl.when("is_ordinary").then(pl.col("value")).otherwise(0.0))
    return (
        exported.group_by("company_id", "year")
        .agg(ordinary_share=ordinary / exact_sum(pl.col("value")))
        .with_columns(trade_firm=(pl.col("ordinary_share") > ORDINARY_ABOVE).cast(pl.Int32))
        .sort("company_id", "year")
        .collect()
    )
