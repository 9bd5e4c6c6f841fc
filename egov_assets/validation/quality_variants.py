"""Readings of quality against the truth of invented economies: bias of sigma, ranks, and the scale of `qua`.

    python -m egov_assets.validation.quality_variants

prints the tables of docs/quality.md, or with `readings`, `rules`, `attenuation` or `scale` one of them;
`egov_assets.validation.quality_variants_picture` draws two. The estimation sees prices and quantities only; the truth
is joined to its results.
"""

import argparse
from collections.abc import Iterator, Mapping

import polars as pl

from egov_assets.demo_economy.economy import simulate
from egov_assets.demo_economy.oracle import oracle_quality
from egov_assets.demo_economy.truth import Truth, read_truth
from egov_assets.product_quality.firm_quality import firm_year_quality
from egov_assets.product_quality.settings import Method, QualitySettings
from egov_assets.validation.estimated_economy import (
    KEY,
    beside_truth,
    company_id,
    estimated,
    firm_years_beside_truth,
    flows_and_provinces,
    parts_of_firms,
)
from egov_assets.validation.sparse_data_rules import attenuation, compare_rules, economies

METHODS = {
    "iv": Method(),
    "ols": Method(price_coefficient="ols"),
    "ols without GDP": Method(price_coefficient="ols", province_gdp=False),
    "sigma 3 imposed": Method(price_coefficient="imposed"),
    "sigma 5 imposed": Method(price_coefficient="imposed", sigma=5.0),
    "unit value": Method(price_coefficient="unit_value"),
}
COSTS_OF_QUALITY = (0.0, 0.3, 0.5, 0.7)  # prices.quality_raises_cost of truth.yml
SMALL_SCALE = 0.1  # of the economies in which readings are compared
# Number of parts and draw: ten draws, so that a share does not hang on one division.
DIVISIONS = ((1, 0), *((parts, draw) for parts in (2, 4) for draw in range(10)))
COEFFICIENTS = {  # of the one regressor; firm and year effects as in Table 2 (2)
    "qua_on_ln_quality": "qua ~ ln_quality",
    "qua_on_ln_quality_within": "qua ~ ln_quality | company_id + year",
    "qua_on_true": "qua ~ ln_quality_true | company_id + year",
    "ln_quality_on_true": "ln_quality ~ ln_quality_true | company_id + year",
}


def compare_readings(truth: Truth) -> pl.DataFrame:
    """reading, products, median sigma_hat less the true sigma, and how its quality orders flows.

    rank_in_product   Spearman, within product, of standardised quality with the true ln quality (noise excluded)
    rank_of_residual  the same with the true ln quality and taste, which is all that any residual can recover
    rank_of_firms     Spearman over firm-years of `qua` with the oracle's, which knows sigma and the market's demand
    """
    economy = simulate(truth)
    flows, provinces = flows_and_provinces(economy)
    firms = oracle_quality(economy).firm_quality.select(company_id(), "year", oracle_qua="qua")
    rows = []
    for name, method in METHODS.items():
        settings = QualitySettings(qua=method)
        coefficients, quality = estimated(flows, provinces, settings)
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


def recovered_quality(truth: Truth, rules: Mapping[str, QualitySettings]) -> Iterator[tuple[str, pl.DataFrame]]:
    """By rule, flows with quality: ln_quality by the method of `qua`, ln_quality_true less the mean of its market."""
    flows, provinces = flows_and_provinces(simulate(truth))
    for name, settings in rules.items():
        _, quality = estimated(flows, provinces, settings)
        yield name, beside_truth(quality, flows, within_market=True).select("ln_quality", "ln_quality_true")


def scale_of_qua(products: pl.DataFrame, coefficients: pl.DataFrame) -> pl.DataFrame:
    """One row per share of firms: fewest products of a sample, medians of their flows and range, mean COEFFICIENTS.

    products, coefficients  as `samples_of_firms` gives
    qua_per_ln_quality      the coefficient of true log quality on `qua` over its coefficient on `ln_quality`
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
        .with_columns(qua_per_ln_quality=pl.col("qua_on_true") / pl.col("ln_quality_on_true"))
    )


def samples_of_firms(truth: Truth) -> tuple[pl.DataFrame, pl.DataFrame]:
    """All firms, halves and quarters of them, each a sample estimated as if there were no other firms.

    products      hs6_2007_code, flows, range of log quality, share_of_firms, sample; products that can be estimated
    coefficients  share_of_firms, sample, COEFFICIENTS over the sample's firm-years
    Firms are divided at random and every part is a sample, so that each share has the same firms.
    """
    flows, provinces = flows_and_provinces(simulate(truth))
    products, coefficients = [], []
    for sample, (share, kept) in enumerate(parts_of_firms(flows, truth.seed, DIVISIONS)):
        estimates, quality = estimated(kept, provinces, QualitySettings())
        used = estimates.filter((pl.col("outcome") == "qua") & pl.col("min_ln_quality").is_not_null())
        width = pl.col("max_ln_quality") - pl.col("min_ln_quality")
        ranges = used.select("hs6_2007_code", "flows", range=width)
        products.append(ranges.with_columns(share_of_firms=pl.lit(share), sample=pl.lit(sample)))
        found = coefficients_of_scale(firm_years_beside_truth(quality, flows))
        coefficients.append({"share_of_firms": share, "sample": sample} | found)
    return pl.concat(products), pl.DataFrame(coefficients)


def coefficients_of_scale(firm_years: pl.DataFrame) -> dict[str, float]:
    """COEFFICIENTS by least squares; firm_years has company_id, year, qua, ln_quality, ln_quality_true."""
    import pyfixest  # takes seconds: only where it is needed

    data = firm_years.to_pandas()
    fits = {name: pyfixest.feols(formula, data, fixef_rm="none") for name, formula in COEFFICIENTS.items()}
    return {name: float(fit.coef().iloc[-1]) for name, fit in fits.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tables", nargs="*", metavar="TABLE", help=f"of {', '.join(TABLES)}; all without any")
    wanted = parser.parse_args().tables or list(TABLES)
    if unknown := set(wanted) - set(TABLES):
        parser.error(f"no such table: {', '.join(sorted(unknown))}; there are {', '.join(TABLES)}")
    with pl.Config(
        tbl_rows=60,
        tbl_cols=20,
        tbl_width_chars=200,
        float_precision=4,
        fmt_str_lengths=40,
        tbl_hide_dataframe_shape=True,
    ):
        for name in wanted:
            for title, table in TABLES[name]():
                print(f"{title}\n{table}", flush=True)


def _readings() -> Iterator[tuple[str, pl.DataFrame]]:
    for cost in COSTS_OF_QUALITY:
        truth = read_truth().with_changes(scale=SMALL_SCALE, prices={"quality_raises_cost": cost})
        yield f"prices.quality_raises_cost {cost}, scale {SMALL_SCALE}", compare_readings(truth)


def _rules() -> Iterator[tuple[str, pl.DataFrame]]:
    for name, truth in economies().items():
        yield f"Rules for sparse data, the {name} economy", compare_rules(truth)


def _attenuation() -> Iterator[tuple[str, pl.DataFrame]]:
    yield "Effect on estimated over effect on true log quality", attenuation(read_truth())


def _scale() -> Iterator[tuple[str, pl.DataFrame]]:
    yield "The scale of qua in the dense economy", scale_of_qua(*samples_of_firms(economies()["dense"]))


TABLES = {"readings": _readings, "rules": _rules, "attenuation": _attenuation, "scale": _scale}


if __name__ == "__main__":
    main()
