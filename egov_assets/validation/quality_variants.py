"""Readings of quality against the truth of invented economies: bias of sigma, ranks, and the scale of `qua`.

    python -m egov_assets.validation.quality_variants

prints both tables; `egov_assets.validation.quality_variants_picture` draws them. The estimation sees prices and
quantities only; the truth is joined to its results.
"""

import argparse
from collections.abc import Iterator
from itertools import chain

import polars as pl

from egov_assets.demo_economy.economy import Economy, simulate
from egov_assets.demo_economy.oracle import oracle_quality, usable_flows
from egov_assets.demo_economy.truth import Truth, read_truth
from egov_assets.paper.study import SCORE_FIELDS
from egov_assets.platform.exact_sums import sum_across
from egov_assets.product_quality.coefficient_table import coefficient_table
from egov_assets.product_quality.firm_quality import firm_year_quality
from egov_assets.product_quality.flows import BY_PRODUCT
from egov_assets.product_quality.moments import moments_of_year
from egov_assets.product_quality.residuals import flow_quality
from egov_assets.product_quality.settings import Method, QualitySettings

METHODS = {
    "iv": Method(),
    "ols": Method(price_coefficient="ols"),
    "ols without GDP": Method(price_coefficient="ols", province_gdp=False),
    "sigma 3 imposed": Method(price_coefficient="imposed"),
    "sigma 5 imposed": Method(price_coefficient="imposed", sigma=5.0),
    "unit value": Method(price_coefficient="unit_value"),
}
KEY = ["company_id", "hs6_2007_code", "destination_iso3", "year"]
COSTS_OF_QUALITY = (0.0, 0.3, 0.5, 0.7)  # prices.quality_raises_cost of truth.yml
SMALL_SCALE = 0.1  # of the economies in which readings are compared
# Number of parts and draw. Ten draws, because one alone moves the coefficient of egscore on `qua` in quarters by 5 %
# (standard deviation).
DIVISIONS = ((1, 0), *((parts, draw) for parts in (2, 4) for draw in range(10)))
COEFFICIENTS = {  # of the one regressor; firm and year effects as in Table 2 (2)
    "qua_on_ln_quality": "qua ~ ln_quality",
    "qua_on_ln_quality_within": "qua ~ ln_quality | company_id + year",
    "qua_on_egscore": "qua ~ egscore | company_id + year",
    "ln_quality_on_egscore": "ln_quality ~ egscore | company_id + year",
    "true_ln_quality_on_egscore": "ln_quality_true ~ egscore | company_id + year",
}


def compare_readings(truth: Truth) -> pl.DataFrame:
    """reading, products, median sigma_hat less the true sigma, and how its quality orders flows.

    rank_in_product   Spearman, within product, of standardised quality with the true ln quality (noise excluded)
    rank_of_residual  the same with the true ln quality and taste, which is all that any residual can recover
    rank_of_firms     Spearman over firm-years of `qua` with the oracle's, which knows sigma and the market's demand
    """
    economy = simulate(truth)
    flows, provinces = _flows_and_provinces(economy)
    firms = oracle_quality(economy).firm_quality.select(_company_id(), "year", oracle_qua="qua")
    rows = []
    for name, method in METHODS.items():
        settings = QualitySettings(qua=method)
        coefficients, quality = _estimated(flows, provinces, settings)
        own = coefficients.filter(pl.col("outcome") == "qua").join(
            flows.group_by("hs6_2007_code").agg(pl.col("sigma").first().alias("true_sigma")), on="hs6_2007_code"
        )
        compared = (
            quality.join(flows, on=KEY)
            .group_by("hs6_2007_code")
            .agg(
                pl.len(),
                quality=pl.corr("rquality", "ln_quality_true", method="spearman"),
                residual=pl.corr("rquality", "ln_residual", method="spearman"),
            )
        )
        of_firms = firm_year_quality(quality.lazy()).join(firms, on=["company_id", "year"])
        mean = {
            column: compared.select((pl.col(column) * pl.col("len")).sum() / pl.col("len").sum()).item()
            for column in ("quality", "residual")
        }
        rows.append(
            {
                "reading": name,
                "products": compared.height,
                "sigma_hat_less_sigma": (own["sigma_hat"] - own["true_sigma"]).median(),
                "rank_in_product": mean["quality"],
                "rank_of_residual": mean["residual"],
                "rank_of_firms": of_firms.select(pl.corr("qua", "oracle_qua", method="spearman")).item(),
            }
        )
    return pl.DataFrame(rows)


def recovered_quality(truth: Truth) -> pl.DataFrame:
    """Every flow with quality: ln_quality by the method of `qua`, ln_quality_true less the mean of its market."""
    flows, provinces = _flows_and_provinces(simulate(truth))
    _, quality = _estimated(flows, provinces, QualitySettings())
    return _beside_truth(quality, flows).select("ln_quality", "ln_quality_true")


def scale_of_qua(products: pl.DataFrame, coefficients: pl.DataFrame) -> pl.DataFrame:
    """One row per share of firms: fewest products of a sample, medians of their flows and range, mean COEFFICIENTS.

    products, coefficients  as `samples_of_firms` gives
    qua_per_ln_quality      the coefficient of egscore on `qua` over its coefficient on `ln_quality`
    """
    counts = products.group_by("share_of_firms", "sample").agg(products=pl.len())
    tables = (
        counts.group_by("share_of_firms").agg(pl.col("products").min()),
        products.group_by("share_of_firms").agg(pl.col("flows", "range").median()),
        coefficients.group_by("share_of_firms").agg(pl.col(*COEFFICIENTS).mean()),
    )
    return (
        pl.concat(tables, how="align")
        .sort("share_of_firms", descending=True)
        .with_columns(qua_per_ln_quality=pl.col("qua_on_egscore") / pl.col("ln_quality_on_egscore"))
    )


def samples_of_firms(truth: Truth) -> tuple[pl.DataFrame, pl.DataFrame]:
    """All firms, halves and quarters of them, each a sample estimated as if there were no other firms.

    products      hs6_2007_code, flows, range of log quality, share_of_firms, sample; products that can be estimated
    coefficients  share_of_firms, sample, COEFFICIENTS over the sample's firm-years in customs and survey
    Firms are divided at random and every part is a sample, so that each share has the same firms.
    """
    economy = simulate(truth)
    flows, provinces = _flows_and_provinces(economy)
    scores = _scores_of_matched(economy)
    products, coefficients = [], []
    for sample, (share, kept) in enumerate(_parts_of_firms(flows, truth.seed)):
        estimates, quality = _estimated(kept, provinces, QualitySettings())
        used = estimates.filter((pl.col("outcome") == "qua") & pl.col("min_ln_quality").is_not_null())
        width = pl.col("max_ln_quality") - pl.col("min_ln_quality")
        ranges = used.select("hs6_2007_code", "flows", range=width)
        products.append(ranges.with_columns(share_of_firms=pl.lit(share), sample=pl.lit(sample)))
        firm_years = _firm_years(_beside_truth(quality, flows)).join(scores, on=["company_id", "year"])
        coefficients.append({"share_of_firms": share, "sample": sample} | coefficients_of_scale(firm_years))
    return pl.concat(products), pl.DataFrame(coefficients)


def coefficients_of_scale(firm_years: pl.DataFrame) -> dict[str, float]:
    """COEFFICIENTS by least squares; firm_years has company_id, year, egscore, qua, ln_quality, ln_quality_true."""
    import pyfixest  # takes seconds: only where it is needed

    data = firm_years.to_pandas()
    fits = {name: pyfixest.feols(formula, data, fixef_rm="none") for name, formula in COEFFICIENTS.items()}
    return {name: float(fit.coef().iloc[-1]) for name, fit in fits.items()}


def _parts_of_firms(flows: pl.DataFrame, seed: int) -> Iterator[tuple[float, pl.DataFrame]]:
    """The share of firms in a part and the flows of these firms, part by part of DIVISIONS."""
    firms = flows.select("company_id").unique().sort("company_id")
    for parts, draw in DIVISIONS:
        part = pl.int_range(pl.len()).shuffle(seed=seed + draw) % parts
        divided = flows.join(firms.with_columns(part=part), on="company_id", maintain_order="left")
        for kept in divided.partition_by("part"):
            yield 1 / parts, kept


def _firm_years(quality: pl.DataFrame) -> pl.DataFrame:
    """Firm-years of `firm_year_quality`, with ln_quality_true weighted in the same way."""
    true = (pl.col("ln_quality_true") * pl.col("export_value_usd")).sum() / pl.col("export_value_usd").sum()
    return firm_year_quality(quality.lazy()).join(
        quality.group_by("company_id", "year").agg(true), on=["company_id", "year"], maintain_order="left"
    )


def _beside_truth(quality: pl.DataFrame, flows: pl.DataFrame) -> pl.DataFrame:
    """`quality` with ln_quality_true of its flows, less the mean of their market in `quality`."""
    true = pl.col("ln_quality_true")
    return quality.join(flows.select(*KEY, true), on=KEY, maintain_order="left").with_columns(
        true - true.mean().over("hs6_2007_code", "destination_iso3", "year")
    )


def _scores_of_matched(economy: Economy) -> pl.DataFrame:
    """company_id, year, egscore of every firm-year that customs and survey hold."""
    matched = economy.firm_years.filter(pl.col("in_survey") & pl.col("in_customs"))
    return matched.join(economy.city_years, on=["city_code", "year"]).select(
        _company_id(), "year", egscore=sum_across(pl.col(field) for field in SCORE_FIELDS) / len(SCORE_FIELDS)
    )


def _company_id() -> pl.Expr:
    return pl.col("firm").cast(pl.String).str.zfill(10).alias("company_id")


def _flows_and_provinces(economy: Economy) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The makers' usable flows with the columns of clean_exports, beside sigma and what is true; GDP of provinces."""
    homes = economy.firm_years.join(economy.cities.select("city_code", "province_code"), on="city_code")
    blocks = [block for year in economy.parameters.years for block in usable_flows(economy, year)]
    flows = pl.concat(blocks).join(homes.select("firm", "year", "province_code"), on=["firm", "year"])
    return flows.select(
        _company_id(),
        *KEY[1:],
        "province_code",
        "quantity",
        "sigma",
        "ln_residual",
        export_value_usd=pl.col("value_usd").cast(pl.Float64),
        ln_quality_true="ln_quality",
    ).sort(BY_PRODUCT), economy.province_years.select("province_code", "year", "gdp_100m_cny")


def _estimated(
    flows: pl.DataFrame, provinces: pl.DataFrame, settings: QualitySettings
) -> tuple[pl.DataFrame, pl.DataFrame]:
    by_year = [part.lazy() for part in flows.partition_by("year")]
    moments = pl.concat(moments_of_year(part, provinces.lazy(), settings) for part in by_year)
    coefficients = coefficient_table(moments, flows.lazy(), provinces.lazy(), settings)
    blocks = chain.from_iterable(flow_quality(part, provinces.lazy(), coefficients, settings) for part in by_year)
    return coefficients, pl.concat(blocks)


def main() -> None:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    truth = read_truth()
    with pl.Config(tbl_rows=60, tbl_cols=20, tbl_width_chars=200, float_precision=4, tbl_hide_dataframe_shape=True):
        for cost in COSTS_OF_QUALITY:
            print(f"prices.quality_raises_cost {cost}, scale {SMALL_SCALE}")
            print(compare_readings(truth.with_changes(scale=SMALL_SCALE, prices={"quality_raises_cost": cost})))
        print("The scale of qua in the demo economy")
        print(scale_of_qua(*samples_of_firms(truth)))


if __name__ == "__main__":
    main()
