"""The rules for sparse data against the truth: what each does to quality and to the baseline, and what thin markets do.

What belongs here: the rules of `quality.sparse_data` one by one, and attenuation by the share of flows that are alone
in their market. The tables are printed by `egov_assets.validation.quality_variants`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Pair:
    """One draw with the effect and without: what differs between the two is the effect, and no noise.

    An economy: flows as `flows_and_provinces` gives, and company_id, year, qua, ln_quality of the oracle.
    """

    with_effect: tuple[pl.DataFrame, pl.DataFrame]
    without: tuple[pl.DataFrame, pl.DataFrame]
    provinces: pl.DataFrame
    scores: pl.DataFrame

    @classmethod
    def of(cls, truth: Truth) -> "Pair":
        """Without reverse causality, so that both have the same scores."""
        drawn = []
        for on_ln_quality in (truth.effect.on_ln_quality, 0.0):
            effect = {"on_ln_quality": on_ln_quality, "reverse_causality": 0.0}
            economy = simulate(truth.with_changes(effect=effect))
            flows, provinces = flows_and_provinces(economy)
            oracle = oracle_quality(economy).firm_quality.select(company_id(), "year", "qua", "ln_quality")
            drawn.append((flows, oracle))
        return cls(drawn[0], drawn[1], provinces, scores_of_matched(economy))

    def effect_on(self, outcome: str, of: Sequence[pl.DataFrame]) -> float:
        """The coefficient of egscore on the outcome of the first firm-years less that of the second, with firm and year
        effects.
        """
        import pyfixest  # takes seconds: only where it is needed

        found = []
        for firm_years in of:
            data = firm_years.join(self.scores, on=FIRM_YEAR).to_pandas()
            fit = pyfixest.feols(f"{outcome} ~ egscore | company_id + year", data, fixef_rm="none")
            found.append(float(fit.coef().iloc[0]))
        return found[0] - found[1]


def compare_rules(truth: Truth, rules: Mapping[str, QualitySettings] = RULES) -> pl.DataFrame:
    """One row per rule: what is left, how it orders flows and firms, and how much of the effect it finds.

    products, value_share  with quality by `qua`; share of the value of all usable flows
    sigma_error            root mean square of sigma in the residual less the true one, products weighed by value
    rank_in_product        Spearman within product, of standardised quality with true ln quality and taste
    rank_of_firms          Spearman over firm-years of `qua` with the oracle's
    qua, ln_quality        the effect (of `Pair`) on what is estimated over that on the oracle's
    """
    pair = Pair.of(truth)
    flows, oracle = pair.with_effect
    value, oracles = float(flows["export_value_usd"].sum()), (oracle, pair.without[1])
    sigmas = flows.group_by("hs6_2007_code").agg(true_sigma=pl.col("sigma").first())
    rows = []
    for name, settings in rules.items():
        coefficients, quality = estimated(flows, pair.provinces, settings)
        used = coefficients.filter(pl.col("outcome") == "qua", pl.col("sigma").is_not_null())
        error = (pl.col("sigma") - pl.col("true_sigma")) ** 2
        firms = firm_year_quality(quality.lazy())
        found = (firms, firm_year_quality(estimated(pair.without[0], pair.provinces, settings)[1].lazy()))
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
                **{name: pair.effect_on(name, found) / pair.effect_on(name, oracles) for name in ("qua", "ln_quality")},
            }
        )
    return pl.DataFrame(rows)


def _rank_in_product(quality: pl.DataFrame, flows: pl.DataFrame) -> float:
    """Mean over products, weighed by flows, of the rank correlation; a product of one rank counts for nothing."""
    rank = pl.corr("rquality", "ln_residual", method="spearman")
    by_product = quality.join(flows.select(*KEY, "ln_residual"), on=KEY).group_by("hs6_2007_code").agg(pl.len(), rank)
    known = by_product.filter(pl.col("rquality").is_not_nan())
    return float(known.select(pl.col("rquality").dot("len") / pl.col("len").sum()).item())


def attenuation(truth: Truth) -> pl.DataFrame:
    """One row per share of firms: how thin its markets are, and how much of the effect (of `Pair`) is found.

    Firms are divided at random and every part is a sample of its own, so that each share has the same firms.

    alone                         share of flows that are alone in their market
    kept, dropped, pooled, thick  the effect on estimated over that on true log quality of the same flows, where those
                                  alone are kept at the mean of their market, dropped, pooled over years, and where all
                                  markets of less than 3 are dropped; mean of the samples, each over both
    """
    pair = Pair.of(truth)
    rules = {
        "kept": SparseData(thin_markets="keep"),
        "dropped": SparseData(),
        "pooled": SparseData(thin_markets="pool_years"),
        "thick": SparseData(min_market_flows=3),
    }
    parts = [(number, 0) for number in PARTS]
    pairs = zip(
        *(parts_of_firms(flows, truth.seed, parts) for flows, _ in (pair.with_effect, pair.without)), strict=True
    )
    rows = []
    for (share, part), (_, without) in pairs:
        row = {"share_of_firms": share, "alone": part.select((pl.len().over(MARKET) == 1).mean()).item()}
        for name, rule in rules.items():
            settings = QualitySettings(sparse_data=rule)
            firms = [
                firm_years_beside_truth(estimated(flows, pair.provinces, settings)[1], flows)
                for flows in (part, without)
            ]
            row |= {
                name: pair.effect_on("ln_quality", firms),
                f"{name}_true": pair.effect_on("ln_quality_true", firms),
            }
        rows.append(row)
    means = pl.DataFrame(rows).group_by("share_of_firms").mean().sort("share_of_firms", descending=True)
    return means.select("share_of_firms", "alone", *(pl.col(name) / pl.col(f"{name}_true") for name in rules))
