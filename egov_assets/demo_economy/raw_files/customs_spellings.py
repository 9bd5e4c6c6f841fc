"""Customs lines of the 2012 vintage as other hands write them, and lines beside the flows: what is read, what is not.

What belongs here: c22 to c32, planted in the printed text of a part, each cell as a user meets it. They are drawn by a
generator of their own, behind the defects of `customs_defects.py`, whose rows stay as they were.
"""

from pathlib import Path

import numpy as np
import polars as pl

from egov_assets.demo_economy.raw_files.defect_list import DefectList, choose_rows, count_of, is_sound_alone
from egov_assets.demo_economy.raw_files.rates import Defects
from egov_assets.platform.reference import table

PERIOD, HS8, COMPANY, NAME, ADDRESS = (
    "统计年月_Period", "HS商品编码_HSCd", "企业编码_EntCd", "经营单位名称_EntNm", "单位地址_EntAddr",
)  # fmt: skip
ZIP, PARTNER, UNIT, VALUE, QUANTITY = (
    "邮编_ZipCd", "起运国或目的国名称_BegEndCntryNm", "数量单位名称_QuantityUnitNm",
    "金额_美元_Sum_USD", "数量_Quantity",
)  # fmt: skip
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
KILOGRAMS = ("公斤", "KG", "035")
NOTHING = ("不详", "—", "\\N", "无", "#N/A")
SPELLED = ("c22_commodity_with_dots", "c23_partner_in_english", "c24_unit_in_other_words", "c25_period_in_other_form",
           "c26_mark_of_nothing")  # fmt: skip
ADDED = ("c27_fields_shifted", "c28_company_id_rounded", "c29_commodity_rounded", "c30_period_of_another_year")


def with_other_spellings(lines: pl.DataFrame, defects: Defects, rng: np.random.Generator) -> pl.DataFrame:
    """The printed lines of a part with some cells in other forms, and lines that are no flows behind their models.

    lines  the text columns of the 2012 dialect, class, detail; a line keeps its class, a sound one takes one at most
    """
    rates = defects.model_dump()
    is_sound = is_sound_alone(lines["class"])
    has_digits_only = lines[COMPANY].str.contains(r"^\d+$").fill_null(False).to_numpy()
    eligible = dict.fromkeys((*SPELLED, *ADDED), is_sound) | {"c28_company_id_rounded": is_sound & has_digits_only}
    drawn = choose_rows({name: rates[name] for name in eligible}, eligible, len(lines), rng).rename("drawn")
    numbered = lines.with_columns(drawn, kind=pl.Series(rng.integers(0, 60, len(lines)))).with_row_index("line")
    is_spelled = pl.col("drawn").is_in(SPELLED)
    spelled = numbered.with_columns(
        *_spellings(),
        pl.when(is_spelled).then("drawn").otherwise("class").alias("class"),
        pl.when(is_spelled).then(_before()).otherwise("detail").alias("detail"),
    )
    added = numbered.filter(pl.col("drawn").is_in(ADDED)).with_columns(
        *_beside(lines.columns), pl.col("drawn").alias("class"), detail=pl.lit("made after the line before")
    )
    printed = pl.concat([spelled, added]).sort("line", maintain_order=True).select(lines.columns)
    return pl.concat([printed, _total(lines)]) if defects.c31_total_line else printed


def write_repeated_lines(
    lines: pl.DataFrame, defects: Defects, path: Path, name: str, listed: DefectList, rng: np.random.Generator
) -> None:
    """Some sound lines of a part once more in a file of tab-separated GB18030, amounts and partners spelled anew."""
    sound = lines.filter(is_sound_alone(lines["class"]))
    count = min(count_of(defects.c32_lines_in_another_format, len(lines), rng), len(sound))
    if not count:
        return
    repeated = sound[np.sort(rng.choice(len(sound), size=count, replace=False))]
    amounts = [pl.col(column).cast(pl.Float64).cast(pl.String).alias(column) for column in (VALUE, QUANTITY)]
    spelled = repeated.with_columns(*amounts, _partner("iso3")).drop("class", "detail")
    path.write_bytes(spelled.write_csv(separator="\t", null_value="").encode("gb18030"))
    named = pl.Series("class", ["c32_lines_in_another_format"] * count)
    listed.add_rows(name, named, pl.Series("detail", ["a line of the part before"] * count))


def _spellings() -> list[pl.Expr]:
    kind, hs8, unit = pl.col("kind"), pl.col(HS8), pl.col(UNIT)
    year, month = pl.col(PERIOD).str.head(4), pl.col(PERIOD).str.tail(2)
    month_number = month.cast(pl.Int32)
    changes = {
        HS8: ("c22_commodity_with_dots", hs8.str.head(4) + "." + hs8.str.slice(4, 2) + "." + hs8.str.tail(2)),
        PARTNER: ("c23_partner_in_english", pl.when(kind < 30).then(_partner("name_en")).otherwise(_partner("iso3"))),
        UNIT: (
            "c24_unit_in_other_words",
            pl.when(unit == "千克").then(_one_of(KILOGRAMS)).otherwise(unit.replace(_unit_codes())),
        ),
        PERIOD: (
            "c25_period_in_other_form",
            pl.when(kind < 20).then(year + "-" + month)
            .when(kind < 40).then(year + "年" + month_number.cast(pl.String) + "月")
            .otherwise((month_number - 1).replace_strict(dict(enumerate(MONTHS)), return_dtype=pl.String) + " " + year),
        ),
        ZIP: ("c26_mark_of_nothing", _one_of(NOTHING)),
    }  # fmt: skip
    return [
        pl.when(pl.col("drawn") == name).then(spelled).otherwise(column).alias(column)
        for column, (name, spelled) in changes.items()
    ]


def _before() -> pl.Expr:
    columns = dict(zip(SPELLED, (HS8, PARTNER, UNIT, PERIOD, ZIP), strict=True))
    return pl.coalesce(
        pl.when(pl.col("drawn") == name).then(pl.format("{} was {}", pl.lit(column), pl.col(column).fill_null("blank")))
        for name, column in columns.items()
    )


def _beside(columns: list[str]) -> list[pl.Expr]:
    """Cells of added lines; of shifted ones each cell from the postal code on is that of the column before."""
    shifted = columns[columns.index(ZIP) : columns.index("class")]
    before = dict(zip(shifted, [ADDRESS, *shifted], strict=False))
    year = pl.col(PERIOD).str.head(4).cast(pl.Int32)
    changed = {
        COMPANY: ("c28_company_id_rounded", _rounded(COMPANY)),
        HS8: ("c29_commodity_rounded", _rounded(HS8)),
        PERIOD: ("c30_period_of_another_year", (year - 1).cast(pl.String) + pl.col(PERIOD).str.tail(2)),
    } | {column: ("c27_fields_shifted", pl.col(source)) for column, source in before.items()}
    return [
        pl.when(pl.col("drawn") == name).then(cell).otherwise(column).alias(column)
        for column, (name, cell) in changed.items()
    ]


def _total(lines: pl.DataFrame) -> pl.DataFrame:
    sums = [
        pl.col(column).str.replace_all(",", "").cast(pl.Float64, strict=False).sum() for column in (VALUE, QUANTITY)
    ]
    printed = [each.round(2).cast(pl.Decimal(38, 2)).cast(pl.String) for each in sums]
    return lines.select(
        pl.lit("合计").alias(column) if column == NAME
        else printed[(VALUE, QUANTITY).index(column)] if column in (VALUE, QUANTITY)
        else pl.lit("c31_total_line").alias(column) if column == "class"
        else pl.lit("adds up the part").alias(column) if column == "detail"
        else pl.lit(None, pl.String).alias(column)
        for column in lines.columns
    )  # fmt: skip


def _rounded(column: str) -> pl.Expr:
    """As a spreadsheet shows a long number: 3301961234 -> 3.30196E+09."""
    return pl.col(column).map_elements(lambda code: f"{float(code):.5E}", return_dtype=pl.String)


def _one_of(texts: tuple[str, ...]) -> pl.Expr:
    return (pl.col("kind") % len(texts)).replace_strict(dict(enumerate(texts)), return_dtype=pl.String)


def _partner(form: str) -> pl.Expr:
    """The partner by another name of the list; as it is where the list has none."""
    listed = table("countries").filter(pl.col("is_residual") == "0").drop_nulls(["iso3", form])
    names = {
        name: other
        for column in ("name_zh_alt", "name_zh")
        for name, other in listed.select(column, form).drop_nulls().rows()
    }
    return pl.col(PARTNER).replace(names)


def _unit_codes() -> dict[str, str]:
    return dict(table("customs_units").select("name_zh", "code").rows())
