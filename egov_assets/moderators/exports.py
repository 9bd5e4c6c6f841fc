"""What a firm exports: varieties, upstreamness of its goods, and whether this is its last year."""

import polars as pl

from egov_assets.platform.exact_sums import exact_sum


def export_kinds(exports: pl.LazyFrame, product_upstreamness: pl.DataFrame, top_share: float) -> pl.DataFrame:
    """One row per exporter and year, sorted: company_id, year, imp, imp_pairs, exit, upstreamness, gvc_firm.

    exports       company_id, year, hs6_2007_code, destination_iso3, export_value_usd; every year of the study
    top_share     of firm-years that are called upstream; paper 4.3(3) has a tenth
    imp           log number of HS6 products; imp_pairs: of product-destination pairs
    exit          1 in the firm's last year of exports, else 0; missing in the last year of the study, when nobody can
                  know
    upstreamness  value-weighted mean over the products that have one, stages to final use
    gvc_firm      1 if that is in the highest `top_share` of firm-years, else 0
    Source        method.md sections 11.3 and 12
    """
    value = pl.col("export_value_usd")
    placed = pl.when(pl.col("product_upstreamness").is_not_null()).then(value)
    firm_years = (
        exports.join(product_upstreamness.lazy(), on="hs6_2007_code", how="left", validate="m:1")
        .group_by("company_id", "year")
        .agg(
            imp=pl.col("hs6_2007_code").n_unique().cast(pl.Float64).log(),
            imp_pairs=pl.struct("hs6_2007_code", "destination_iso3").n_unique().cast(pl.Float64).log(),
            upstreamness=exact_sum(value * pl.col("product_upstreamness")) / exact_sum(placed),
        )
        .sort("company_id", "year")
        .collect()
        .with_columns(upstreamness=pl.col("upstreamness").fill_nan(None))
    )
    last_year = firm_years["year"].max()
    bound = firm_years["upstreamness"].quantile(1 - top_share, "nearest")
    return firm_years.with_columns(
        exit=pl.when(pl.col("year") < last_year)
        .then(pl.col("year") == pl.col("year").max().over("company_id"))
        .cast(pl.Int32),
        gvc_firm=(pl.col("upstreamness") >= pl.lit(bound, pl.Float64)).cast(pl.Int32),
    ).select("company_id", "year", "imp", "imp_pairs", "exit", "upstreamness", "gvc_firm")


def exit_rates(members: pl.DataFrame, exporters: pl.DataFrame, group: str) -> pl.DataFrame:
    """One row per group and year: `group`, year, rate: the share of its members of the year before that export no more.

    members    company_id, year, `group`; exporters: company_id, year
    Missing    the first year has no row, since nobody knows who was there before
    Source     method.md section 12 column 1: exit of a city or an industry, which the last year has too
    """
    still = exporters.select("company_id", pl.col("year") - 1, stays=pl.lit(True))
    last_year = exporters["year"].max()
    return (
        members.drop_nulls(group)
        .filter(pl.col("year") < last_year)
        .join(still, on=["company_id", "year"], how="left", validate="m:1")
        .group_by(group, pl.col("year") + 1)
        .agg(rate=pl.col("stays").is_null().mean())
    )
