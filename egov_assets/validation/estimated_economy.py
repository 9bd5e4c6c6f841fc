"""An invented economy as the estimation sees it, and its results beside the truth, for studies of quality."""

from collections.abc import Iterable, Iterator
from itertools import chain

import polars as pl

from egov_assets.demo_economy.economy import Economy
from egov_assets.demo_economy.oracle import usable_flows
from egov_assets.paper.study import SCORE_FIELDS
from egov_assets.platform.exact_sums import sum_across
from egov_assets.product_quality.coefficient_table import coefficient_table
from egov_assets.product_quality.firm_quality import firm_year_quality
from egov_assets.product_quality.flows import BY_PRODUCT
from egov_assets.product_quality.moments import moments_of_year
from egov_assets.product_quality.pooled_markets import means_of_markets
from egov_assets.product_quality.residuals import flow_quality
from egov_assets.product_quality.settings import QualitySettings

KEY = ["company_id", "hs6_2007_code", "destination_iso3", "year"]


def flows_and_provinces(economy: Economy) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The makers' usable flows with the columns of clean_exports, beside sigma and what is true; GDP of provinces."""
    homes = economy.firm_years.join(economy.cities.select("city_code", "province_code"), on="city_code")
    blocks = [block for year in economy.parameters.years for block in usable_flows(economy, year)]
    flows = pl.concat(blocks).join(homes.select("firm", "year", "province_code"), on=["firm", "year"])
    return flows.select(
        company_id(),
        *KEY[1:],
        "province_code",
        pl.col("quantity") * pl.col("unit_slip"),
        "sigma",
        "ln_residual",
        export_value_usd=pl.col("value_usd").cast(pl.Float64),
        ln_quality_true="ln_quality",
    ).sort(BY_PRODUCT), economy.province_years.select("province_code", "year", "gdp_100m_cny")


def estimated(
    flows: pl.DataFrame, provinces: pl.DataFrame, settings: QualitySettings
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The coefficients of all outcomes, and the quality of flows."""
    by_year = [part.lazy() for part in flows.partition_by("year")]
    moments = pl.concat(moments_of_year(part, provinces.lazy(), settings) for part in by_year)
    pooled = means_of_markets(flows.lazy(), provinces.lazy(), settings)
    coefficients = coefficient_table(moments, flows.lazy(), provinces.lazy(), settings, pooled)
    blocks = chain.from_iterable(
        flow_quality(part, provinces.lazy(), coefficients, settings, pooled) for part in by_year
    )
    return coefficients, pl.concat(blocks)


def scores_of_matched(economy: Economy) -> pl.DataFrame:
    """company_id, year, egscore of every firm-year that customs and survey hold."""
    matched = economy.firm_years.filter(pl.col("in_survey") & pl.col("in_customs"))
    return matched.join(economy.city_years, on=["city_code", "year"]).select(
        company_id(), "year", egscore=sum_across(pl.col(field) for field in SCORE_FIELDS) / len(SCORE_FIELDS)
    )


def beside_truth(quality: pl.DataFrame, flows: pl.DataFrame, within_market: bool = False) -> pl.DataFrame:
    """`quality` with ln_quality_true of its flows; within market: less the mean of their market in `quality`."""
    true = pl.col("ln_quality_true")
    beside = quality.join(flows.select(*KEY, true), on=KEY, maintain_order="left")
    if not within_market:
        return beside
    return beside.with_columns(true - true.mean().over("hs6_2007_code", "destination_iso3", "year"))


def firm_years_beside_truth(quality: pl.DataFrame, flows: pl.DataFrame) -> pl.DataFrame:
    """Firm-years of `firm_year_quality`, with ln_quality_true of the same flows, weighted in the same way."""
    beside = beside_truth(quality, flows)
    true = (pl.col("ln_quality_true") * pl.col("export_value_usd")).sum() / pl.col("export_value_usd").sum()
    return firm_year_quality(beside.lazy()).join(
        beside.group_by("company_id", "year").agg(true), on=["company_id", "year"], maintain_order="left"
    )


def parts_of_firms(
    flows: pl.DataFrame, seed: int, divisions: Iterable[tuple[int, int]]
) -> Iterator[tuple[float, pl.DataFrame]]:
    """The share of firms in a part and the flows of these firms, part by part of (number of parts, draw)."""
    firms = flows.select("company_id").unique().sort("company_id")
    for parts, draw in divisions:
        part = pl.int_range(pl.len()).shuffle(seed=seed + draw) % parts
        divided = flows.join(firms.with_columns(part=part), on="company_id", maintain_order="left")
        for kept in divided.partition_by("part"):
            yield 1 / parts, kept


def company_id() -> pl.Expr:
    return pl.col("firm").cast(pl.String).str.zfill(10).alias("company_id")
