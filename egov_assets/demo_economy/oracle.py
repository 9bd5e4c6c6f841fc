"""The infeasible estimator: what any estimator of the paper's kind would find if it knew sigma, markets and true links.

What belongs here: quality from the true sigma and market terms, its regressions, and the truth folder (what they
should find is in `planted.py`). No asset may read that folder; tests and reports do.

The bounds of the min-max are set by extreme residuals, demand noise included. A coefficient in `qua` units is therefore
the effect on ln lambda times the mean of 1/range, which falls as products gather more flows; the coefficient on
`ln_quality` does not depend on the scale.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from egov_assets.demo_economy.economy import WITHOUT_EXPORTS, WITHOUT_WAGES, Economy
from egov_assets.demo_economy.oracle_columns import oracle_columns
from egov_assets.demo_economy.planted import planted_estimates
from egov_assets.paper.study import (
    CONTROLS,
    MIN_FLOW_QUANTITY,
    MIN_FLOW_VALUE_USD,
    MIN_PRODUCT_FLOWS,
    NEIGHBOUR_COUNTS,
    SCORE_FIELDS,
)
from egov_assets.platform.exact_sums import exact_sum, sum_across
from egov_assets.regression_tables.estimate import INFERENCE, PRINTED_VARIANT, estimate_table
from egov_assets.regression_tables.specifications import read_specifications

NEIGHBOURS = NEIGHBOUR_COUNTS[0]
FLOW_TRUTH = (
    "company_id", "hs6_2007_code", "destination_iso3", "year", "ln_quality", "sigma", "rquality_oracle",
    "in_long_tail", "cost_pass_through", "unit_slip",
)  # fmt: skip


@dataclass(frozen=True)
class Oracle:
    """bounds: hs6_2007_code, flows, low, high of the true residual (ln lambda units), over all years;
    firm_quality: firm, year, qua, ln_quality (true ln lambda), ln_residual, per_range, flows, export_value_usd, all but
    the last two value-weighted means over the firm's usable flows."""

    bounds: pl.DataFrame
    firm_quality: pl.DataFrame


def usable_flows(economy: Economy, year: int) -> Iterator[pl.DataFrame]:
    """The year's flows that the sample rules keep, with ln_residual = true (ln lambda + noise / (sigma - 1)).

    Kept: makers' flows of differentiated manufactures, at least 50 USD and one unit, with another destination of the
    same firm and product in the year (domain.md 4.1; method.md section 5).
    """
    firm_years = economy.firm_years.filter(pl.col("year") == year)
    makers = firm_years.filter(~pl.col("is_intermediary")).select("firm", "city_code")
    places = makers.join(economy.cities.select("city_code", "province_code"), on="city_code")
    gdp = economy.province_years.filter(pl.col("year") == year).select("province_code", "gdp_100m_cny")
    homes = places.join(gdp, on="province_code").select("firm", "gdp_100m_cny")
    kept = economy.world.code[economy.world.is_kept]
    elasticity = economy.parameters.demand.home_gdp_elasticity
    for block in economy.flows(year):
        usable = block.filter(
            pl.col("hs6_2007_code").is_in(kept.tolist()),
            pl.col("value_usd") >= MIN_FLOW_VALUE_USD,
            pl.col("quantity") >= MIN_FLOW_QUANTITY,
        ).join(homes, on="firm", how="inner", maintain_order="left")
        usable = usable.filter(pl.len().over("firm", "hs6_2007_code") > 1)
        ln_price = (pl.col("value_usd") / pl.col("quantity")).log()
        unexplained = (
            pl.col("quantity").log()
            + pl.col("sigma") * ln_price
            - pl.col("market_term")
            - elasticity * pl.col("gdp_100m_cny").log()
        )
        yield usable.with_columns(ln_residual=unexplained / (pl.col("sigma") - 1)).drop("gdp_100m_cny")


def oracle_quality(economy: Economy) -> Oracle:
    """Bounds per product and quality per firm-year; passes twice over the flows, block by block."""
    years = economy.parameters.years
    per_product = pl.col("ln_residual")
    bounds = (
        pl.concat(
            block.group_by("hs6_2007_code").agg(flows=pl.len(), low=per_product.min(), high=per_product.max())
            for year in years
            for block in usable_flows(economy, year)
        )
        .group_by("hs6_2007_code")
        .agg(pl.col("flows").sum(), pl.col("low").min(), pl.col("high").max())
        .filter((pl.col("flows") >= MIN_PRODUCT_FLOWS) & (pl.col("high") > pl.col("low")))
        .sort("hs6_2007_code")
    )
    firm_quality = pl.concat(
        _firm_quality(standardised(block, bounds)) for year in years for block in usable_flows(economy, year)
    )
    return Oracle(bounds, firm_quality.sort("firm", "year"))


def standardised(flows: pl.DataFrame, bounds: pl.DataFrame) -> pl.DataFrame:
    """The flows with per_range = 1 / (high - low) and rquality_oracle in 0..1; null where the product has no bounds."""
    return flows.join(bounds, on="hs6_2007_code", how="left", maintain_order="left").with_columns(
        per_range=1 / (pl.col("high") - pl.col("low")),
        rquality_oracle=(pl.col("ln_residual") - pl.col("low")) / (pl.col("high") - pl.col("low")),
    )


def _firm_quality(flows: pl.DataFrame) -> pl.DataFrame:
    value = pl.col("value_usd")

    def weighted(name: str) -> pl.Expr:
        return exact_sum(pl.col(name) * value) / exact_sum(value)

    return (
        flows.drop_nulls("per_range")
        .group_by("firm", "year", maintain_order=True)
        .agg(
            qua=weighted("rquality_oracle"),
            ln_quality=weighted("ln_quality"),
            ln_residual=weighted("ln_residual"),
            per_range=weighted("per_range"),
            flows=pl.len(),
            export_value_usd=exact_sum(value),
        )
    )


def oracle_panel(economy: Economy, oracle: Oracle) -> pl.DataFrame:
    """Matched firm-years (true links: in customs and in survey) with oracle quality, score, controls and instruments.

    Controls are null where the raw files have none: GDP and firms outside the yearbook, wages in 2008-2010, exports in
    2010, broadband until 2010, reported exports of zero. Sorted by firm and year.
    """
    score = sum_across(pl.col(field) for field in SCORE_FIELDS) / len(SCORE_FIELDS)
    cities = economy.city_years.join(economy.cities, on="city_code").with_columns(egscore=score)
    provinces = economy.province_years.drop("gdp_100m_cny")
    matched = economy.firm_years.filter(pl.col("in_survey") & pl.col("in_customs"))
    panel = (
        oracle.firm_quality.join(matched, on=["firm", "year"], how="inner")
        .join(cities, on=["city_code", "year"], how="left")
        .join(provinces, on=["province_code", "year"], how="left")
        .join(neighbour_scores(cities), on=["city_code", "year"], how="left")
    )
    with_wages = ~pl.col("year").is_in(WITHOUT_WAGES)
    exports = pl.col("export_delivery_thousand_cny")
    return panel.with_columns(
        Con_wag=pl.when(with_wages).then((pl.col("wages_thousand_cny") / pl.col("employees_persons")).log()),
        Con_inc=pl.col("revenue_thousand_cny").log(),
        Con_exp=pl.when((pl.col("year") != WITHOUT_EXPORTS) & (exports > 0)).then(exports.log()),
        Con_gdp=pl.when("in_yearbook").then(pl.col("gdp_per_head_cny").log()),
        Con_num=pl.when("in_yearbook").then(pl.col("industrial_firms").log()),
        Con_inf=pl.col("urban_broadband_10k_households").log(),
        IV_gov=pl.col("report_keyword_count"),
        IV_int=pl.col("terrain_relief") * pl.col("domain_names_10k").log(),
    ).sort("firm", "year")


def neighbour_scores(cities: pl.DataFrame) -> pl.DataFrame:
    """ln mean score of the five same-province cities nearest in GDP; capitals and municipalities are left out.

    cities: city_code, province_code, year, gdp_10k_cny, in_yearbook, is_capital_or_municipality, egscore.
    Source  method.md section 10 A
    """
    pool = cities.filter(~pl.col("is_capital_or_municipality") & pl.col("in_yearbook")).select(
        "city_code", "province_code", "year", "gdp_10k_cny", "egscore"
    )
    apart = (pl.col("gdp_10k_cny") - pl.col("gdp_10k_cny_other")).abs()
    return (
        pool.join(pool, on=["province_code", "year"], suffix="_other")
        .filter(pl.col("city_code") != pl.col("city_code_other"))
        .sort("city_code", "year", apart, "city_code_other")
        .group_by("city_code", "year", maintain_order=True)
        .agg(ln_egscore_size5=pl.col("egscore_other").head(NEIGHBOURS).mean().log())
    )


_ESTIMATES = ("table", "column", "variant", "term", *INFERENCE, "n", "n_clusters", "r2_within", "r2")


def baseline_sample(panel: pl.DataFrame) -> pl.DataFrame:
    """Firm-years with every control: the sample of Table 2 column 3."""
    return panel.drop_nulls(list(CONTROLS))


def oracle_estimates(panel: pl.DataFrame) -> pl.DataFrame:
    """Table 2 (1)-(3) and Table 6 (1) on oracle quality, tidy; outcome `qua` and the scale-free `ln_quality`.

    By the code that makes these tables, errors included (method.md section 4). A column whose regressors cannot be told
    apart is left out: of one year, or of years without a control.
    """
    known = panel.rename({"firm": "firm_id", "ln_egscore_size5": "egscore_size5"})
    tables = read_specifications()
    found = []
    for outcome, variant in (("qua", "oracle"), ("ln_quality", "oracle ln_quality")):
        for name, numbers in (("table_02", ("1", "2", "3")), ("table_06", ("1",))):
            specified = tables[name].columns
            columns = {
                each: specified[each].model_copy(update={"outcome": outcome, "readings": {}}) for each in numbers
            }
            table = tables[name].model_copy(update={"columns": columns})
            rows = estimate_table(name, table, known).filter(pl.col("n") > 0, variant=PRINTED_VARIANT)
            found.append(rows.with_columns(variant=pl.lit(variant)).select(_ESTIMATES))
    return pl.concat(found)


def write_truth(economy: Economy, links: pl.DataFrame, truth_folder: Path) -> None:
    """Everything that is true of the economy and of its oracle, as files in `truth_folder`.

    links: firm, year, company_id, survey_firm_id, city_code (the raw files' identifiers; null outside a register).
    Writes truth.yml, planted.csv, firm_links.parquet, flow_truth/year=Y.parquet, firm_quality_oracle.parquet,
    moderators.parquet, oracle_estimates.csv.
    """
    truth_folder = Path(truth_folder)
    (truth_folder / "flow_truth").mkdir(parents=True, exist_ok=True)
    oracle = oracle_quality(economy)
    panel = oracle_panel(economy, oracle)
    (truth_folder / "truth.yml").write_text(economy.parameters.as_yaml(), encoding="utf-8")
    columns = oracle_columns(economy, panel)
    planted = planted_estimates(economy.parameters, economy.places, economy.moderators, panel)
    pl.concat([planted, columns.select(planted.columns)]).fill_nan(None).write_csv(truth_folder / "planted.csv")
    links.sort("firm", "year").write_parquet(truth_folder / "firm_links.parquet")
    oracle.firm_quality.write_parquet(truth_folder / "firm_quality_oracle.parquet")
    economy.moderators.write_parquet(truth_folder / "moderators.parquet")
    for year in economy.parameters.years:
        _write_flow_truth(economy, oracle, links, year, truth_folder / "flow_truth" / f"year={year}.parquet")
    found = columns.drop("planted").with_columns(variant=pl.lit("oracle"))
    pl.concat([oracle_estimates(panel), found], how="diagonal_relaxed").write_csv(truth_folder / "oracle_estimates.csv")


def _write_flow_truth(economy: Economy, oracle: Oracle, links: pl.DataFrame, year: int, path: Path) -> None:
    """All usable flows, also of products without bounds: FLOW_TRUTH, one row group a block."""
    import pyarrow.parquet as pq

    company = links.filter(pl.col("year") == year).select("firm", "company_id")
    writer = None
    for block in usable_flows(economy, year):
        rows = (
            standardised(block, oracle.bounds)
            .join(company, on="firm", how="left", maintain_order="left")
            .join(economy.world.products, on="hs6_2007_code", how="left", maintain_order="left")
            .select(FLOW_TRUTH)
            .to_arrow()
        )
        writer = writer or pq.ParquetWriter(path, rows.schema, compression="zstd")
        writer.write_table(rows)
    if writer:
        writer.close()
