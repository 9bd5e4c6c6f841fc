"""What a firm exports: varieties, upstreamness of its goods, and whether this is its last year."""

import polars as pl

from egov_assets.product_quality.exact_sums import exact_sum

TOP_SHARE = 0.10  # paper 4.3(3): the regression for upstreamness is on the top 10 %


def export_kinds(exports: pl.LazyFrame, product_upstreamness: pl.DataFrame) -> pl.DataFrame:
    """One row per exporter and year, sorted: company_id, year, imp, imp_pairs, exit, upstreamness, gvc_firm.

    exports       company_id, year, hs6_2007_code, destination_iso3, export_value_usd; every year of the study
    imp           log number of HS6 products; imp_pairs: of product-destination pairs
    exit          1 in the firm's last year of exports, else 0; missing in the last year of the study, when nobody can
                  know
    upstreamness  value-weighted mean over the products that have one, stages to final use
    gvc_firm      1 if that is in the highest tenth of its firm-years, else 0
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
    bound = firm_years["upstreamness"].quantile(1 - TOP_SHARE, "nearest")
    return firm_years.with_columns(
        exit=pl.when(pl.col("year") < last_year)
        .then(pl.col("year") == pl.col("year").max().over("company_id"))
        .cast(pl.Int32),
        gvc_firm=(pl.col("upstreamness") >= pl.lit(bound, pl.Float64)).cast(pl.Int32),
    ).select("company_id", "year", "imp", "imp_pairs", "exit", "upstreamness", "gvc_firm")


def upstreamness_of_products(concordance: pl.DataFrame, sectors: pl.DataFrame) -> pl.DataFrame:
    """hs6_2007_code, product_upstreamness: that of the input-output sector that makes the product; blanks left out.

    concordance  the shipped hs6_to_gbt4754: hs_version, hs6, io2012_code
    sectors      the shipped io_china_2012_sectors: io_code, upstreamness_open_inv (output net of exports, imports and
                 inventory changes corrected as in Antras, Chor, Fally and Hillberry 2012)
    """
    return (
        concordance.filter(pl.col("hs_version") == "HS2007")
        .join(sectors, left_on="io2012_code", right_on="io_code", validate="m:1")
        .select(hs6_2007_code="hs6", product_upstreamness="upstreamness_open_inv")
        .drop_nulls()
    )
