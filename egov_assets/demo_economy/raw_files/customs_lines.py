"""From the economy's flows to declared lines: splits by port, place and month, and lines that are no export flow.

What belongs here: how many lines there are and what each is about, before any dialect, name or defect. One line is a
row of LINE_COLUMNS; amounts are integers (cents, hundredths), so that sums stay exact.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from egov_assets.demo_economy.raw_files.defect_list import count_of
from egov_assets.demo_economy.raw_files.draws import pick
from egov_assets.demo_economy.raw_files.rates import Defects
from egov_assets.platform.reference import table

LINE_COLUMNS = (
    "firm", "hs6_2007_code", "destination_iso3", "is_import", "is_processing", "port", "month",
    "value_cents", "quantity_hundredths", "class",
)  # fmt: skip
LINES_PER_FLOW = (0.80, 0.15, 0.05)  # shares of flows declared in 1, 2, 3 lines: 1.25 lines a flow
PORTS = (
    "北京海关", "天津海关", "大连海关", "沈阳海关", "长春海关", "上海海关", "南京海关", "杭州海关", "宁波海关",
    "福州海关", "厦门海关", "青岛海关", "济南海关", "武汉海关", "黄埔海关", "深圳海关", "拱北海关", "广州海关",
    "成都海关",
)  # fmt: skip
IMPORT_LINE_SHARE = 0.04  # enough to show that the reader must filter by flow


@dataclass(frozen=True)
class Goods:
    """HS6 codes that no firm of the economy makes: chapters 01-09 (lost zeros) and 93, 97 (excluded goods)."""

    farm: list[str]
    excluded: list[str]

    @classmethod
    def from_reference(cls) -> "Goods":
        codes = table("hs6_classes")["hs6"]
        chapter = codes.str.head(2)
        return cls(codes.filter(chapter <= "09").to_list(), codes.filter(chapter.is_in(["93", "97"])).to_list())


def lines_of_flows(flows: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """One to three lines per flow; value_cents and quantity_hundredths of a flow's lines add up to the flow's.

    The lines of one flow differ in port and month, so that no two of them are equal in either dialect. Where the unit
    slipped, it did in every line of the flow.
    """
    lines_each = rng.choice([1, 2, 3], size=len(flows), p=LINES_PER_FLOW)
    flow = np.repeat(np.arange(len(flows)), lines_each)
    last = np.cumsum(lines_each) - 1
    number = np.arange(len(flow)) - np.repeat(last - lines_each + 1, lines_each)
    weight = rng.uniform(0.2, 1.0, len(flow))
    quantity_weight = weight * np.exp(0.1 * rng.standard_normal(len(flow)))
    port_step = np.repeat(rng.integers(1, len(PORTS), len(flows)), lines_each)  # 19 is prime: no two meet
    first_port = np.repeat(rng.integers(0, len(PORTS), len(flows)), lines_each)
    first_month = np.repeat(rng.integers(0, 12, len(flows)), lines_each)
    slipped = flows.select(pl.when(pl.col("unit_slip") != 1).then(pl.lit("c33_unit_slips"))).to_series()
    repeated = flows.select("firm", "hs6_2007_code", "destination_iso3", "is_processing")[flow]
    return (
        repeated.with_columns(
            is_import=pl.lit(False),
            port=pl.Series((first_port + number * port_step) % len(PORTS), dtype=pl.Int32),
            month=pl.Series((first_month + number * 5) % 12 + 1, dtype=pl.Int32),  # 5 is prime to 12: months differ
            value_cents=pl.Series(_split(_hundredths(flows["value_usd"]), weight, lines_each)),
            quantity_hundredths=pl.Series(
                _split(_hundredths(flows["quantity"] * flows["unit_slip"]), quantity_weight, lines_each)
            ),
        )
        .with_columns(pl.lit(pl.Series("class", slipped[flow])))
        .select(LINE_COLUMNS)
    )


def added_lines(
    lines: pl.DataFrame, goods: Goods, defects: Defects, year: int, rng: np.random.Generator
) -> pl.DataFrame:
    """Lines that are no flow of the economy, modelled on `lines`: imports, re-imports, goods of other chapters."""

    def sample(share: float) -> pl.DataFrame:
        return lines[rng.integers(0, max(len(lines), 1), count_of(share, len(lines), rng) if len(lines) else 0)]

    no_class = pl.lit(None, dtype=pl.String).alias("class")  # a slip of the model line is not the added line's
    imports = sample(IMPORT_LINE_SHARE).with_columns(no_class, is_import=pl.lit(True))
    returned = sample(defects.c08_partner_is_china)
    returned = returned.with_columns(
        pl.lit("c08_partner_is_china").alias("class"),
        destination_iso3=pl.lit("CHN"),
        is_import=pl.Series(rng.random(len(returned)) < 0.8, dtype=pl.Boolean),  # mainly imports, domain.md C8
    )
    farm = _with_goods(sample(defects.c05_leading_zero_lost if year < 2012 else 0.0), goods.farm, rng)
    excluded = _with_goods(sample(defects.c17_goods_excluded), goods.excluded, rng)
    return pl.concat(
        [
            _with_new_amounts(imports, rng),
            _with_new_amounts(returned, rng),
            _with_new_amounts(farm.with_columns(pl.lit("c05_leading_zero_lost").alias("class")), rng),
            _with_new_amounts(excluded.with_columns(pl.lit("c17_goods_excluded").alias("class")), rng),
        ]
    )


def _with_goods(lines: pl.DataFrame, goods: list[str], rng: np.random.Generator) -> pl.DataFrame:
    return lines.with_columns(hs6_2007_code=pick(goods, rng.integers(0, len(goods), len(lines))))


def _with_new_amounts(lines: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Other amounts than the model line's, so that an added line is never a duplicate by accident."""
    factor = pl.Series(np.exp(0.5 * rng.standard_normal(len(lines))), dtype=pl.Float64)
    amounts = ("value_cents", "quantity_hundredths")
    return lines.with_columns((pl.col(name) * factor).cast(pl.Int64).clip(lower_bound=100) + 1 for name in amounts)


def _hundredths(amount: pl.Series) -> np.ndarray:
    return np.maximum(np.rint(amount.to_numpy() * 100).astype(np.int64), 3)


def _split(totals: np.ndarray, weight: np.ndarray, parts: np.ndarray) -> np.ndarray:
    """(n,) integer totals -> (sum of parts,) integers that add up to them, about in proportion to weight."""
    last = np.cumsum(parts) - 1
    running = np.cumsum(weight)
    before = np.concatenate([[0.0], running[last[:-1]]]) if len(parts) else np.zeros(0)
    share = (running - np.repeat(before, parts)) / np.repeat(running[last] - before, parts)
    upper = np.floor(np.repeat(totals, parts) * share).astype(np.int64)
    upper[last] = totals
    lower = np.concatenate([[0], upper[:-1]])
    lower[last - parts + 1] = 0
    return upper - lower
