"""The rules for sparse data against the truth: what each does to quality and to the baseline, and what thin markets do.

What belongs here: the rules of `quality.sparse_data` one by one, and attenuation by the share of flows that are alone
in their market. The tables are printed by `egov_assets.validation.quality_variants`.
"""

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from egov_assets.demo_economy.economy import simulate
from egov_assets.demo_economy.oracle import oracle_quality
from egov_assets.demo_economy.truth import Truth, read_truth
from egov_assets.product_quality.firm_quality import firm_year_quality
from egov_assets.product_quality.settings import LITERAL, QualitySettings, SparseData
from egov_assets.validation.estimated_economy import (
    KEY,
    company_id,
    estimated,
    firm_years_beside_truth,
    flows_and_provinces,
    parts_of_firms,
    scores_of_matched,
)

MARKET = ["hs6_2007_code", "destination_iso3", "year"]
FIRM_YEAR = ["company_id", "year"]
PARTS = (1, 2, 4, 8, 16)  # firms are divided into so many samples


def _literal_but(**rules: object) -> QualitySettings:
    """The literal reading with these rules of `sparse_data`."""
    return QualitySettings(sparse_data=LITERAL.model_copy(update=rules))


RULES = {
    "none: the literal reading": _literal_but(),
    "sigma at most 1 dropped": _literal_but(sigma_at_most_one="drop"),
    "sigma at most 1: 3 imposed": _literal_but(sigma_at_most_one="fall_back"),
    "F below 10 dropped": _literal_but(weak_first_stage="drop"),
    "F below 10: 3 imposed": _literal_but(weak_first_stage="fall_back"),
    "F below 23.1: 3 imposed": _literal_but(weak_first_stage="fall_back", min_first_stage_f=23.1),
    "insignificant dropped": _literal_but(insignificant_sigma="drop"),
    "insignificant: 3 imposed": _literal_but(insignificant_sigma="fall_back"),
    "partial pooling": _literal_but(pooling=True),
    "alone in market dropped": _literal_but(thin_markets="drop"),
    "alone in market: pooled over years": _literal_but(thin_markets="pool_years"),
    "markets of less than 3 dropped": _literal_but(thin_markets="drop", min_market_flows=3),
    "markets of less than 5 dropped": _literal_but(thin_markets="drop", min_market_flows=5),
    "unit values within 3.5 MAD": _literal_but(unit_value_mads=3.5),
    "unit values within 5 MAD": _literal_but(unit_value_mads=5.0),
    "the defaults": QualitySettings(),
    "the defaults, suspects dropped": QualitySettings(
        sparse_data=SparseData(sigma_at_most_one="drop", weak_first_stage="drop")
    ),
    "the defaults, sigma pooled": QualitySettings(sparse_data=SparseData(pooling=True)),
    "the defaults, alone pooled over years": QualitySettings(sparse_data=SparseData(thin_markets="pool_years")),
}


def economies() -> Mapping[str, Truth]:
    """The demo without its long tail, as it is shipped, and its sparse variant."""
    shipped = read_truth()
    dense = shipped.with_changes(long_tail={"line_share": 0.0, "slip_share": 0.0})
    return {"dense": dense, "shipped": shipped, "sparse": read_truth(Path("sparse"))}


def compare_rules(truth: Truth, rules: Mapping[str, QualitySettings] = RULES) -> pl.DataFrame:
    """One row per rule: what is left, how it orders flows and firms, and how much of the baseline it finds.

    products, value_share  with quality by `qua`; share of the value of all usable flows
    sigma_error            root mean square of sigma in the residual less the true one, products weighed by value
    rank_in_product        Spearman within product, of standardised quality with true ln quality and taste
    rank_of_firms          Spearman over firm-years of `qua` with the oracle's
    qua, ln_quality        the coefficient of egscore, with firm and year effects, on what is estimated over that on the
                           oracle's, over firm-years in customs and survey
    """
    economy = simulate(truth)
    flows, provinces = flows_and_provinces(economy)
    scores, value = scores_of_matched(economy), float(flows["export_value_usd"].sum())
    oracle = oracle_quality(economy).firm_quality.select(company_id(), "year", "qua", "ln_quality")
    true = baseline(oracle.join(scores, on=FIRM_YEAR))
    sigmas = flows.group_by("hs6_2007_code").agg(true_sigma=pl.col("sigma").first())
    rows = []
    for name, settings in rules.items():
        coefficients, quality = estimated(flows, provinces, settings)
        used = coefficients.filter(pl.col("outcome") == "qua", pl.col("sigma").is_not_null())
        error = (pl.col("sigma") - pl.col("true_sigma")) ** 2
        firms = firm_year_quality(quality.lazy())
        found = baseline(firms.join(scores, on=FIRM_YEAR))
        rows.append(
            {
                "rule": name,
                "products": used.height,
                "value_share": float(quality["export_value_usd"].sum()) / value,
                "sigma_error": used.join(sigmas, on="hs6_2007_code")
                .select((error.dot("export_value_usd") / pl.col("export_value_usd").sum()).sqrt())
                .item(),
                "rank_in_product": _rank_in_product(quality, flows),
                "rank_of_firms": firms.join(oracle, on=FIRM_YEAR, suffix="_true")
                .select(pl.corr("qua", "qua_true", method="spearman"))
                .item(),
                **{outcome: found[outcome] / true[outcome] for outcome in true},
            }
        )
    return pl.DataFrame(rows)


def _rank_in_product(quality: pl.DataFrame, flows: pl.DataFrame) -> float:
    """Mean over products, weighed by flows, of the rank correlation; a product of one rank counts for nothing."""
    rank = pl.corr("rquality", "ln_residual", method="spearman")
    by_product = quality.join(flows.select(*KEY, "ln_residual"), on=KEY).group_by("hs6_2007_code").agg(pl.len(), rank)
    known = by_product.filter(pl.col("rquality").is_not_nan())
    return float(known.select(pl.col("rquality").dot("len") / pl.col("len").sum()).item())


def baseline(firm_years: pl.DataFrame) -> dict[str, float]:
    """The coefficients of egscore on `qua` and on `ln_quality`, with firm and year effects."""
    import pyfixest  # takes seconds: only where it is needed

    data = firm_years.to_pandas()
    fits = {
        outcome: pyfixest.feols(f"{outcome} ~ egscore | company_id + year", data, fixef_rm="none")
        for outcome in ("qua", "ln_quality")
    }
    return {outcome: float(fit.coef().iloc[0]) for outcome, fit in fits.items()}


def attenuation(truth: Truth) -> pl.DataFrame:
    """One row per share of firms: how thin its markets are, and how much of the true effect is found.

    Firms are divided at random and every part is a sample of its own, so that each share has the same firms.

    alone                 share of flows that are alone in their market
    kept, dropped, pooled, thick  the coefficient of egscore on log quality over that on the true one of the same
                          flows, where those alone are kept at the mean of their market, dropped, pooled over years, and
                          where all markets of less than 3 are dropped; with firm and year effects, mean of the samples
    """
    economy = simulate(truth)
    flows, provinces = flows_and_provinces(economy)
    scores = scores_of_matched(economy)
    rules = {
        "kept": SparseData(thin_markets="keep"),
        "dropped": SparseData(),
        "pooled": SparseData(thin_markets="pool_years"),
        "thick": SparseData(min_market_flows=3),
    }
    rows = []
    for share, part in parts_of_firms(flows, truth.seed, [(parts, 0) for parts in PARTS]):
        row = {"share_of_firms": share, "alone": part.select((pl.len().over(MARKET) == 1).mean()).item()}
        for name, rule in rules.items():
            _, quality = estimated(part, provinces, QualitySettings(sparse_data=rule))
            firms = firm_years_beside_truth(quality, flows).join(scores, on=FIRM_YEAR)
            row |= {name: baseline(firms)["ln_quality"], f"{name}_true": _true_effect(firms)}
        rows.append(row)
    means = pl.DataFrame(rows).group_by("share_of_firms").mean().sort("share_of_firms", descending=True)
    return means.select("share_of_firms", "alone", *(pl.col(name) / pl.col(f"{name}_true") for name in rules))


def _true_effect(firms: pl.DataFrame) -> float:
    return baseline(firms.with_columns(ln_quality="ln_quality_true"))["ln_quality"]
