"""Defects of single customs lines, domain.md 1.6: which line gets which, what it then shows, and the note about it.

What belongs here: C1-C4, C7, C9-C11, C15, C18. Added lines (C5, C8, C17) come with `customs_lines.py`.
"""

import numpy as np
import polars as pl

from egov_assets.demo_economy.raw_files.defect_list import choose_rows, count_of
from egov_assets.demo_economy.raw_files.names import spelled_differently
from egov_assets.demo_economy.raw_files.rates import Defects

UNKNOWN_PARTNER_CODE = "777"
UNKNOWN_PARTNER_NAME = "虚构国"
BOTH_YEARS = ("c01_amount_missing", "c02_company_id_empty", "c03_company_name_empty", "c04_company_name_varies",
              "c07_partner_unknown", "c07_partner_renamed")  # fmt: skip
TEXT_FROM_CENTS = 1000 * 100  # thousands separators need a thousand


def with_row_defects(lines: pl.DataFrame, defects: Defects, year: int, rng: np.random.Generator) -> pl.DataFrame:
    """Lines as printed: the chosen cells changed, `class` and `detail` filled, duplicates added behind their original.

    Adds value_text, quantity_text, price_text (2012). A line has at most one class.
    """
    rates = defects.model_dump()
    names = BOTH_YEARS + (("c10_unit_differs", "c11_number_as_text") if year >= 2012 else ("c15_phone_malformed",))
    is_sound = lines["class"].is_null().to_numpy()
    eligible = dict.fromkeys(names, is_sound) | {
        "c07_partner_renamed": is_sound & lines["other_partner"].is_not_null().to_numpy(),
        "c15_phone_malformed": is_sound & lines["customs_phone"].is_not_null().to_numpy(),
    }
    drawn = choose_rows({name: rates[name] for name in names}, eligible, len(lines), rng)
    kind = pl.Series("kind", rng.integers(0, 20, len(lines)))
    marked = lines.with_columns(pl.coalesce("class", drawn.rename("drawn")).alias("class"), kind)
    marked = marked.with_columns(detail=_detail(year))
    changed = _with_amounts_changed(marked.with_columns(_changes(year)), year)
    return _with_intermediaries(_with_duplicates(changed, rates["c09_duplicate_line"], rng))


def _is(name: str) -> pl.Expr:
    return pl.col("class") == name


def _changes(year: int) -> list[pl.Expr]:
    """Cells other than amounts."""
    no_text = pl.lit(None, dtype=pl.String)
    unknown = UNKNOWN_PARTNER_NAME if year >= 2012 else UNKNOWN_PARTNER_CODE
    is_kilogram = pl.col("unit") == "千克"
    changes = {
        "company_id": pl.when(_is("c02_company_id_empty")).then(no_text).otherwise("company_id"),
        "customs_name": pl.when(_is("c03_company_name_empty")).then(no_text)
        .when(_is("c04_company_name_varies")).then(spelled_differently(pl.col("customs_name"), pl.col("kind") % 5))
        .otherwise("customs_name"),
        "partner": pl.when(_is("c07_partner_renamed")).then("other_partner")
        .when(_is("c07_partner_unknown")).then(pl.lit(unknown)).otherwise("partner"),
        "unit": pl.when(_is("c10_unit_differs")).then(pl.when(is_kilogram).then(pl.lit("克")).otherwise(pl.lit("千克")))
        .otherwise("unit"),
        "quantity_hundredths": pl.when(_is("c10_unit_differs"))
        .then(pl.col("quantity_hundredths") * pl.when(is_kilogram).then(1000).otherwise(7))
        .otherwise("quantity_hundredths"),
        "customs_phone": pl.when(_is("c15_phone_malformed") & (pl.col("kind") < 10)).then(pl.lit("NULL"))
        .when(_is("c15_phone_malformed")).then("0" + pl.col("customs_phone")).otherwise("customs_phone"),
    }  # fmt: skip
    return [value.alias(column) for column, value in changes.items()]


def _with_amounts_changed(lines: pl.DataFrame, year: int) -> pl.DataFrame:
    """C1 and, in 2012, amounts as text: price = value / quantity with four decimals."""
    missing, kind = _is("c01_amount_missing"), pl.col("kind") % 4
    amounts = {"value_cents": 0, "quantity_hundredths": 2}
    changed = lines.with_columns(
        pl.when(missing & (kind == first)).then(0)
        .when(missing & (kind == first + 1)).then(None)
        .otherwise(name).alias(name)
        for name, first in amounts.items()
    )  # fmt: skip
    if year < 2012:
        return changed
    as_text, is_large = _is("c11_number_as_text"), pl.col("value_cents") >= TEXT_FROM_CENTS
    price = lines["value_cents"] / lines["quantity_hundredths"]
    return changed.with_columns(
        value_text=pl.when(as_text & is_large).then(_grouped("value_cents")).otherwise(_plain("value_cents")),
        quantity_text=pl.when(as_text & (pl.col("quantity_hundredths") >= TEXT_FROM_CENTS))
        .then(_grouped("quantity_hundredths")).otherwise(_plain("quantity_hundredths")),
        price_text=pl.when(as_text & ~is_large).then(pl.lit("NULL")).otherwise(pl.lit(price.round(4)).cast(pl.String)),
    )  # fmt: skip


def _with_duplicates(lines: pl.DataFrame, rate: float, rng: np.random.Generator) -> pl.DataFrame:
    numbered = lines.with_row_index("line")
    sound = numbered.filter(pl.col("class").is_null())
    chosen = rng.choice(len(sound), size=min(count_of(rate, len(lines), rng), len(sound)), replace=False)
    copies = sound[np.sort(chosen)].with_columns(
        pl.lit("c09_duplicate_line").alias("class"), detail=pl.lit("equals the line before")
    )
    return pl.concat([numbered, copies]).sort("line", maintain_order=True).drop("line", "kind")


def _with_intermediaries(lines: pl.DataFrame) -> pl.DataFrame:
    """The export lines of trading companies that carry no other defect; nothing about them is changed."""
    of_trader = pl.col("class").is_null() & pl.col("is_intermediary") & ~pl.col("is_import")
    notes = {"class": pl.lit("c18_intermediary"), "detail": "name is " + pl.col("customs_name")}
    return lines.with_columns(pl.when(of_trader).then(note).otherwise(name).alias(name) for name, note in notes.items())


def _detail(year: int) -> pl.Expr:
    """What the cell held before, or where an added line comes from."""
    value = "value was " + _plain("value_cents") + ", quantity was " + _plain("quantity_hundredths")
    notes = {
        "c01_amount_missing": value,
        "c02_company_id_empty": "company id was " + pl.col("company_id"),
        "c03_company_name_empty": "name was " + pl.col("customs_name"),
        "c04_company_name_varies": "name was " + pl.col("customs_name"),
        "c05_leading_zero_lost": "HS8 was " + pl.col("hs8"),
        "c07_partner_renamed": "partner was " + pl.col("partner"),
        "c07_partner_unknown": "partner was " + pl.col("partner"),
        "c08_partner_is_china": pl.lit("re-import, not a flow of the economy"),
        "c10_unit_differs": "unit was " + pl.col("unit") + ", quantity was " + _plain("quantity_hundredths"),
        "c11_number_as_text": value,
        "c15_phone_malformed": "phone was " + pl.col("customs_phone"),
        "c33_unit_slips": pl.lit("quantity is off by a power of ten from 0.001 to 1000"),
        "c17_goods_excluded": "HS8 is " + pl.col("hs8") + ", not a flow of the economy",
    }
    absent = {"c10_unit_differs", "c11_number_as_text"} if year < 2012 else {"c15_phone_malformed"}
    return pl.coalesce(pl.when(_is(name)).then(note) for name, note in notes.items() if name not in absent)


def _plain(hundredths: str) -> pl.Expr:
    amount = pl.col(hundredths)
    return (amount // 100).cast(pl.String) + "." + (amount % 100).cast(pl.String).str.zfill(2)


def _grouped(hundredths: str) -> pl.Expr:
    """1234567.89 -> 1,234,567.89: a comma before each group of three whole digits."""
    whole = (pl.col(hundredths) // 100).cast(pl.String)
    groups = whole.str.reverse().str.extract_all(r"\d{1,3}").list.join(",").str.reverse()
    return groups + "." + (pl.col(hundredths) % 100).cast(pl.String).str.zfill(2)
