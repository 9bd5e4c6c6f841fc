"""Who exports no more. A firm that goes on under another customs number, as after a move to another city, has not left.

Source  method.md section 12 column 1
"""

import polars as pl

FIRM_YEAR = ["firm_id", "year"]


def years_of_exports(firm_years: pl.DataFrame, exporters: pl.DataFrame) -> pl.DataFrame:
    """One row per firm and year with exports: firm_id, year, under whichever of the firm's customs numbers.

    firm_years  firm_id, company_id; exporters: company_id, year, every company with exports, matched or not
    """
    numbers = firm_years.select("firm_id", "company_id").unique()
    return numbers.join(exporters, on="company_id").select(FIRM_YEAR).unique().sort(FIRM_YEAR)


def last_years(exporting: pl.DataFrame, last_year: int | None) -> pl.DataFrame:
    """firm_id, year, exit_firm: 1 in the firm's last year of exports, else 0.

    exporting  as `years_of_exports` gives
    Missing    in the last year of the study, when nobody can know
    """
    is_last = pl.col("year") == pl.col("year").max().over("firm_id")
    return exporting.with_columns(exit_firm=pl.when(pl.col("year") < last_year).then(is_last).cast(pl.Int32))


def exit_rates(members: pl.DataFrame, exporting: pl.DataFrame, group: str, last_year: int | None) -> pl.DataFrame:
    """One row per group and year: `group`, year, rate: the share of its members of the year before that export no more.

    members    firm_id, year, `group`; exporting as `years_of_exports` gives
    Missing    the first year has no row, since nobody knows who was there before
    """
    still = exporting.with_columns(pl.col("year") - 1, stays=pl.lit(True))
    return (
        members.drop_nulls(group)
        .filter(pl.col("year") < last_year)
        .join(still, on=FIRM_YEAR, how="left", validate="m:1")
        .group_by(group, pl.col("year") + 1)
        .agg(rate=pl.col("stays").is_null().mean())
    )
