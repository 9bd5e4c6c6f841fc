"""Readings of quality against the truth of invented economies: bias of sigma, ranks, and the scale of `qua`.

    python -m egov_assets.product_quality.readings --scale 0.1

prints both tables; `egov_assets.figures.quality_readings` draws them. The estimation sees prices and quantities only;
the truth is joined to its results.
"""

import argparse
from itertools import chain

import polars as pl

from egov_assets.demo_economy.economy import Economy, simulate
from egov_assets.demo_economy.oracle import oracle_quality, usable_flows
from egov_assets.demo_economy.truth import Truth, read_truth
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
KEPT_SHARES = (1.0, 0.5, 0.25)


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
            column: (compared[column] * compared["len"]).sum() / compared["len"].sum()
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
    true = pl.col("ln_quality_true")
    return quality.join(flows.select(*KEY, true), on=KEY, maintain_order="left").select(
        "ln_quality", true - true.mean().over("hs6_2007_code", "destination_iso3", "year")
    )


def scale_of_qua(ranges: pl.DataFrame) -> pl.DataFrame:
    """Per share of firms kept: flows per product, range of log quality and one over it, medians of the same products.

    ranges  as `ranges_of_quality` gives
    A coefficient on `qua` is one on log quality times about the last column: it falls as products gather flows.
    """
    return ranges.group_by("share_of_firms", maintain_order=True).agg(
        products=pl.len(),
        flows=pl.col("flows").median(),
        range=pl.col("range").median(),
        one_over_range=(1 / pl.col("range")).median(),
    )


def ranges_of_quality(truth: Truth) -> pl.DataFrame:
    """hs6_2007_code, share_of_firms kept, flows, range of log quality, of products that can be estimated at all shares.

    Firms are left out at random, so that nothing but the size of products changes.
    """
    flows, provinces = _flows_and_provinces(simulate(truth))
    draw = flows.select("company_id").unique().sort("company_id")
    draw = draw.with_columns(place=pl.int_range(pl.len()).shuffle(seed=truth.seed) / pl.len())
    tables = []
    for share in KEPT_SHARES:
        kept = flows.join(draw.filter(pl.col("place") < share).select("company_id"), on="company_id", how="semi")
        coefficients, _ = _estimated(kept, provinces, QualitySettings())
        used = coefficients.filter((pl.col("outcome") == "qua") & pl.col("min_ln_quality").is_not_null())
        width = pl.col("max_ln_quality") - pl.col("min_ln_quality")
        tables.append(used.select("hs6_2007_code", "flows", share_of_firms=pl.lit(share), range=width))
    everywhere = pl.col("share_of_firms").n_unique().over("hs6_2007_code") == len(KEPT_SHARES)
    return pl.concat(tables).filter(everywhere)


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
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=0.1, help="size of each economy; 1 is the demo")
    truth = read_truth().with_changes(scale=parser.parse_args().scale)
    with pl.Config(tbl_rows=60, tbl_width_chars=140, float_precision=3, tbl_hide_dataframe_shape=True):
        for cost in COSTS_OF_QUALITY:
            print(f"prices.quality_raises_cost {cost}")
            print(compare_readings(truth.with_changes(prices={"quality_raises_cost": cost})))
        print("The scale of qua")
        print(scale_of_qua(ranges_of_quality(truth)))


if __name__ == "__main__":
    main()
