"""From coefficients to quality: the residual of each flow, and its place between the bounds of its product."""

from collections.abc import Iterator, Mapping

import numpy as np
import polars as pl

from egov_assets.product_quality.coefficients import USED
from egov_assets.product_quality.flows import BY_PRODUCT, VARIABLES, Block, over_flows
from egov_assets.product_quality.pooled_markets import within_pooled_market
from egov_assets.product_quality.settings import OUTCOMES, Method, QualitySettings

MIN_QUALITY_RANGE = 1e-9  # in logs; flows that differ by less have one quality but for rounding
STANDARDISED = dict(
    zip(OUTCOMES, ("rquality", "rquality_sub", "rquality_sub_imposed", "runit_value"), strict=True)
)  # outcome -> column of a flow


def log_qualities(
    block: Block, tables: Mapping[str, pl.DataFrame], settings: QualitySettings, pooled: pl.DataFrame | None = None
) -> pl.DataFrame:
    """(n rows) product, market, and the log quality of each outcome; NaN where the product or the market is dropped.

    tables  by outcome: hs6_2007_code, rule, and, null where dropped, sigma, ln_gdp_coefficient, divisor_sigma
    pooled  as `means_of_markets` gives, where the settings pool years
    """
    within = _within_market(block, settings, pooled)
    logs = {
        outcome: _log_quality(block, within, settings.methods[outcome], block.coefficients(table))
        for outcome, table in tables.items()
    }
    return block.flows.select("product", "market").with_columns(**logs)


def _within_market(block: Block, settings: QualitySettings, pooled: pl.DataFrame | None) -> Mapping[str, np.ndarray]:
    """(n,) each variable less the mean of its market, thin ones as the settings say; NaN where they are dropped."""
    rules, is_thin = settings.sparse_data, block.flows["is_in_thin_market"].to_numpy()
    if rules.thin_markets == "keep" or not is_thin.any():
        return block.within
    if rules.thin_markets == "pool_years":
        if pooled is None:
            raise ValueError("thin_markets: pool_years needs pooled_markets. Make it first, and give it.")
        instead = within_pooled_market(block, pooled, rules.min_market_flows)
    else:
        instead = dict.fromkeys(VARIABLES, np.full(len(is_thin), np.nan))
    return {name: np.where(is_thin, instead[name], value) for name, value in block.within.items()}


def _log_quality(block: Block, within: Mapping[str, np.ndarray], method: Method, of: pl.DataFrame) -> np.ndarray:
    """(n,) the demand residual within market over (sigma - 1), or the log unit value; NaN where it is dropped.

    A market with one flow that is kept has ln_quality 0, its own mean: the market's effect absorbs all it sells.
    Source  method.md section 5 steps 2-3, reading 1; the GDP term belongs to the fitted value, not to quality
    """
    if method.price_coefficient == "unit_value":
        is_used = of["rule"].is_in(USED).fill_null(False).to_numpy()
        return np.where(is_used[block.product] & ~np.isnan(within["ln_price"]), block.flows["ln_price"], np.nan)
    divisor = of["divisor_sigma"].to_numpy() - 1
    of_quantity, of_price, of_gdp = (
        (numerator / divisor)[block.product]
        for numerator in (1, of["sigma"].to_numpy(), -of["ln_gdp_coefficient"].to_numpy())
    )
    quantity, price, gdp = (within[name] for name in ("ln_quantity", "ln_price", "ln_province_gdp"))
    return of_quantity * quantity + of_price * price + of_gdp * gdp


def least_and_most(settings: QualitySettings) -> list[pl.Expr]:
    """`<outcome>_least` and `<outcome>_most`: the extremes of log quality, or its tail quantiles, observed values both.

    For use within groups; NaN is left out, and a group without other values has null.
    """
    known = pl.col(*settings.methods).fill_nan(None)
    if settings.tails == "keep":
        least, most = known.min(), known.max()
    else:
        least, most = (known.quantile(q, "nearest") for q in (settings.tail_share, 1 - settings.tail_share))
    return [least.name.suffix("_least"), most.name.suffix("_most")]


def flow_quality(
    exports: pl.LazyFrame,
    provinces: pl.LazyFrame,
    coefficients: pl.DataFrame,
    settings: QualitySettings | None = None,
    pooled: pl.DataFrame | None = None,
) -> Iterator[pl.DataFrame]:
    """In blocks of whole products, one row per flow of a product with coefficients, sorted by BY_PRODUCT: log quality,
    and its place within bounds.

    exports, provinces  one year, as in `over_flows`
    coefficients        as `coefficient_table` gives; its bounds hold for the flows it was made from
    pooled              as `means_of_markets` gives, where the settings pool years
    ln_unit_value       USD per unit, in logs
    Missing             flows without `rquality` are left out; the other outcomes are null where they have no quality
    Source              method.md section 5 step 4
    """
    settings = settings or QualitySettings()
    tables = {outcome: coefficients.filter(pl.col("outcome") == outcome) for outcome in settings.methods}
    return over_flows(lambda block: _block_quality(block, tables, settings, pooled), exports, provinces, settings)


def _block_quality(
    block: Block, tables: dict[str, pl.DataFrame], settings: QualitySettings, pooled: pl.DataFrame | None
) -> pl.DataFrame:
    logs = log_qualities(block, tables, settings, pooled)
    bounds: dict[str, tuple[np.ndarray, np.ndarray]] = {
        outcome: (of["min_ln_quality"].to_numpy()[block.product], of["max_ln_quality"].to_numpy()[block.product])
        for outcome, of in ((outcome, block.coefficients(table)) for outcome, table in tables.items())
    }
    if settings.tails != "keep":
        cuts = _within(logs, "product", settings) if settings.tails_within == "product_year" else bounds
        logs = logs.with_columns(
            **{outcome: _without_tails(logs[outcome].to_numpy(), *cuts[outcome], settings) for outcome in tables}
        )
    if settings.bounds == "market":
        bounds = _within(logs, "market", settings.model_copy(update={"tails": "keep"}))
    places = {STANDARDISED[outcome]: _place(logs[outcome].to_numpy(), *bounds[outcome]) for outcome in tables}
    return (
        block.flows.select(*BY_PRODUCT, "export_value_usd", ln_unit_value="ln_price", ln_quality=logs["qua"])
        .with_columns(**places)
        .with_columns(pl.col("ln_quality", *places).fill_nan(None))
        .filter(pl.col("rquality").is_not_null())
    )


def _within(logs: pl.DataFrame, group: str, settings: QualitySettings) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """(n,), (n,) by outcome: the bounds of the flow's group."""
    of_flow = logs.select(bound.over(group) for bound in least_and_most(settings))
    return {
        outcome: (of_flow[f"{outcome}_least"].to_numpy(), of_flow[f"{outcome}_most"].to_numpy())
        for outcome in settings.methods
    }


def _without_tails(logs: np.ndarray, least: np.ndarray, most: np.ndarray, settings: QualitySettings) -> np.ndarray:
    """(n,) the values with the tails drawn to the bounds, or NaN there."""
    if settings.tails == "winsorise":
        return np.clip(logs, least, most)
    return np.where((logs >= least) & (logs <= most), logs, np.nan)


def _place(logs: np.ndarray, least: np.ndarray, most: np.ndarray) -> np.ndarray:
    """(n,) place between the bounds, 0 to 1; NaN where there is no quality, or no other."""
    spread = most - least
    return np.where(spread > MIN_QUALITY_RANGE, (logs - least) / np.where(spread > 0, spread, 1), np.nan)
