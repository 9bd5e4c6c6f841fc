"""Survey rows as other hands write them, and rows that are no firms of their own: what is read, and what is not.

What belongs here: s15 to s25, planted in rows whose earlier defects are drawn already, by a generator of their own.
"""

import numpy as np
import polars as pl

from egov_assets.demo_economy.raw_files.defect_list import choose_rows, is_sound_alone
from egov_assets.demo_economy.raw_files.places import city_names
from egov_assets.demo_economy.raw_files.rates import Defects
from egov_assets.platform.reference import table

NOTHING = ("不详", "—", "..", "#N/A")
SPELLED = {  # class -> the column that it changes
    "s15_id_with_hyphen": "survey_firm_id",
    "s16_id_in_credit_code": "survey_firm_id",
    "s17_id_without_zeros": "survey_firm_id",
    "s18_region_in_words": "region_code",
    "s19_industry_with_letter": "industry_code",
    "s20_type_in_words": "registration_type_code",
}
IN_FINANCE_WORKBOOK = "s21_mark_of_nothing"  # of 2010, the one file whose figures are text
ADDED = ("s22_fields_shifted", "s23_code_of_another_firm", "s24_id_rounded")
# from the legal person on: the texts of a Stata file stand side by side, its numbers cannot hold them
SHIFTED = ("legal_person", "region_code", "survey_zip", "survey_phone", "industry_code", "registration_type_code")
SECTION_OF_MANUFACTURES = "C"
CREDIT_CODE_WEIGHTS = tuple(3**place % 31 for place in range(17))  # GB 32100
CREDIT_CODE_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def with_other_spellings(rows: pl.DataFrame, defects: Defects, year: int, rng: np.random.Generator) -> pl.DataFrame:
    """The rows with some codes in other forms, and rows that are no firms of their own behind their models.

    rows  the survey's rows before their layout, class, detail; a row keeps its class, a sound one takes one at most
    """
    rates = defects.model_dump()
    eligible = _eligible(rows, year)
    drawn = choose_rows({name: rates[name] for name in eligible}, eligible, len(rows), rng).rename("drawn")
    numbered = rows.with_columns(drawn).with_row_index("row")
    stays = pl.col("drawn").is_in([*SPELLED, IN_FINANCE_WORKBOOK])
    spelled = numbered.with_columns(
        *_spellings(year),
        pl.when(stays).then("drawn").otherwise("class").alias("class"),
        pl.when(stays).then(_before()).otherwise("detail").alias("detail"),
    )
    models = numbered.filter(pl.col("drawn").is_in(ADDED))
    added = _beside(models, _strangers(numbered, models, rng))
    printed = pl.concat([spelled, added]).sort("row", maintain_order=True).select(rows.columns)
    return pl.concat([printed, _total(rows)]) if defects.s25_total_row and year != 2010 else printed


def _eligible(rows: pl.DataFrame, year: int) -> dict[str, np.ndarray]:
    is_sound = is_sound_alone(rows["class"])
    digits_only = rows["survey_firm_id"].str.contains(r"^\d+$").fill_null(False).to_numpy()
    is_old = np.full(len(rows), year == 2010)
    no_zero_first = ~rows["industry_code"].str.starts_with("0").to_numpy()
    with_phone = rows["survey_phone"].str.contains("[1-9]").fill_null(False).to_numpy()
    manufactures = rows["industry_code"].str.head(2).cast(pl.Int32).is_between(13, 43).to_numpy()
    found = dict.fromkeys(SPELLED, is_sound) | {
        "s17_id_without_zeros": is_sound & rows["survey_firm_id"].str.starts_with("0").fill_null(False).to_numpy(),
        "s19_industry_with_letter": is_sound & manufactures & (year < 2012),
        IN_FINANCE_WORKBOOK: is_sound & is_old,
        "s22_fields_shifted": is_sound & ~is_old & no_zero_first & with_phone,
        "s23_code_of_another_firm": is_sound & ~is_old & with_phone,
        "s24_id_rounded": is_sound & ~is_old & digits_only,
    }
    return found


def _spellings(year: int) -> list[pl.Expr]:
    code, region = pl.col("survey_firm_id"), pl.col("region_code")
    cities = dict(city_names(year).select("city_code", "city_name").rows())
    types = (
        table("code_words")
        .filter(pl.col("coded") == "registration_type")
        .unique("code", keep="first", maintain_order=True)
    )
    texts = {
        "s15_id_with_hyphen": code.str.head(8) + "-" + code.str.tail(1),
        "s16_id_in_credit_code": (pl.lit("91") + region.str.head(6) + code).map_elements(
            _with_check_character, return_dtype=pl.String
        ),
        "s17_id_without_zeros": code.str.strip_chars_start("0"),
        "s18_region_in_words": (region.str.head(4) + "00").replace_strict(cities, default=region),
        "s19_industry_with_letter": SECTION_OF_MANUFACTURES + pl.col("industry_code"),
        "s20_type_in_words": pl.col("registration_type_code").replace(dict(types.select("code", "word").rows())),
    }
    changed: dict[str, pl.Expr] = {column: pl.col(column) for column in SPELLED.values()}
    for name, text in texts.items():
        changed[SPELLED[name]] = pl.when(pl.col("drawn") == name).then(text).otherwise(changed[SPELLED[name]])
    return [cell.alias(column) for column, cell in changed.items()]


def _with_check_character(code: str) -> str:
    """17 characters of a credit code and its check character by GB 32100."""
    weighted = zip(code, CREDIT_CODE_WEIGHTS, strict=True)
    total = sum(CREDIT_CODE_CHARACTERS.index(character) * weight for character, weight in weighted)
    return code + CREDIT_CODE_CHARACTERS[-total % 31]


def _before() -> pl.Expr:
    columns = SPELLED | {IN_FINANCE_WORKBOOK: "current_assets_thousand_cny"}
    return pl.coalesce(
        pl.when(pl.col("drawn") == name).then(pl.format("{} was {}", pl.lit(column), pl.col(column).cast(pl.String)))
        for name, column in columns.items()
    )


def _strangers(rows: pl.DataFrame, models: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """A sound row for each model, of another county, with another telephone."""
    sound = rows.filter(is_sound_alone(rows["class"]), pl.col("drawn").is_null(), pl.col("survey_phone").is_not_null())
    found = []
    for region, phone in models.select("region_code", "survey_phone").rows():
        others = sound.filter((pl.col("region_code") != region) & (pl.col("survey_phone") != phone))
        found.append(others[[int(rng.integers(0, len(others)))]])
    return pl.concat(found) if found else sound.head(0)


def _beside(models: pl.DataFrame, strangers: pl.DataFrame) -> pl.DataFrame:
    """The added rows: of shifted ones each text is that of the column before; of strangers few figures are known."""
    before = dict(zip(SHIFTED, ["survey_name", *SHIFTED], strict=False))
    shifted = {column: pl.col(source) for column, source in before.items()}
    kept = ("row", "survey_firm_id", "drawn", "class", "detail")
    unknown = [name for name in models.columns if name.endswith("_cny") and name != "revenue_thousand_cny"]
    of_strangers = models.select(kept).hstack(strangers.drop(kept)).select(models.columns)
    parts = {
        "s22_fields_shifted": models.with_columns(**shifted),
        "s23_code_of_another_firm": of_strangers.with_columns(pl.lit(None, pl.Float64).alias(name) for name in unknown),
        "s24_id_rounded": models.with_columns(
            survey_firm_id=pl.col("survey_firm_id").map_elements(_rounded, return_dtype=pl.String)
        ),
    }
    chosen = [part.filter(pl.col("drawn") == name) for name, part in parts.items()]
    detail = pl.lit("made after the row before")
    return pl.concat(chosen).with_columns(pl.col("drawn").alias("class"), detail.alias("detail"))


def _rounded(code: str) -> str:
    return f"{float(code):.5E}" if code.isdigit() else code


def _total(rows: pl.DataFrame) -> pl.DataFrame:
    marks = {"class": "s25_total_row", "detail": "adds up the year", "survey_name": "合计"}
    return rows.select(
        pl.lit(marks[name]).alias(name) if name in marks
        else pl.col(name).sum() if dtype.is_numeric() and (name.endswith("_cny") or name == "employees_persons")
        else pl.lit(None, dtype).alias(name)
        for name, dtype in rows.schema.items()
    )  # fmt: skip
