"""What a company exports: varieties and the upstreamness of its goods."""

import polars as pl

from egov_assets.platform.exact_sums import exact_sum


def export_kinds(exports: pl.LazyFrame, product_upstreamness: pl.DataFrame, top_share: float) -> pl.DataFrame:
    """One row per exporter and year, sorted: company_id, year, imp, imp_pairs, upstreamness, gvc_firm.

    exports       company_id, year, hs6_2007_code, destination_iso3, export_value_usd; every year of the study
    top_share     of firm-years that are called upstream; paper 4.3(3) has a tenth
    imp           log number of HS6 products; imp_pairs: of product-destination pairs
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
    bound = firm_years["upstreamness"].quantile(1 - top_share, "nearest")
    return firm_years.with_columns(
        gvc_firm=(pl.col("upstreamness") >= pl.lit(bound, pl.Float64)).cast(pl.Int32),
    ).select("company_id", "year", "imp", "imp_pairs", "upstreamness", "gvc_firm")
