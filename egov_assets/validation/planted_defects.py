"""How the cleaning treats the defects that the demo economy plants: found or repaired, class by class.

What belongs here: what each class should lead to, and the count. Reads the demo's answers, so no asset may use it.
"""

from dataclasses import asdict, dataclass

import polars as pl

from egov_assets.platform.words import message

ROW = ["source_file", "source_row"]
YEAR = r"(\d{4})"  # in the path of a file
TWO_FILES = "firm_survey/2010/"  # who a firm is and its figures


@dataclass(frozen=True)
class Rejected:
    """Rows of the class are rejected for one of these reasons: all if `all_planted`, no others if `only_planted`."""

    reasons: tuple[str, ...]
    only_planted: bool = True
    all_planted: bool = True


@dataclass(frozen=True)
class Repaired:
    """Rows of the class stay: none is rejected for one of these reasons, which it would meet without the repair.

    Or, where a row alone does not show the defect, they are kept as they are.
    """

    instead_of: tuple[str, ...]
    treatment: str = "repaired"


@dataclass(frozen=True)
class Understood:
    """Cells of the class are read: every cell of the column that is not, in the class's years, is held against it.

    But for one in each row whose fields are shifted, which has another kind of text in the column.
    """

    source: str
    column_name: str  # as in column_readings


AMOUNT = ("value missing", "value zero or negative", "quantity missing", "quantity zero or negative")
ID_IS_NONE = "organisation code is none: spoiled, or not of letters and digits"
# what becomes of a firm whose code is read wrongly: rejected itself, or, in the survey of two files, without figures
LOST_CODE = (ID_IS_NONE, "revenue missing", "figures without an identity row")
SHIFTED = ("several fields cannot be of their kind",)
EXPECTED: dict[str, Rejected | Repaired | Understood] = {
    "c01_amount_missing": Rejected(AMOUNT, only_planted=False),  # tiny flows have a quantity that prints as 0
    "c02_company_id_empty": Rejected(("company id missing",)),
    "c03_company_name_empty": Repaired(("company id missing",)),
    "c04_company_name_varies": Repaired(("company id missing",)),
    "c05_leading_zero_lost": Repaired(
        ("no commodity code of 6, 8 or 10 digits", "code not in the HS revision of the year")
    ),
    "c07_partner_renamed": Repaired(("partner missing", "partner in no country list")),
    "c07_partner_unknown": Rejected(("partner in no country list",)),
    "c08_partner_is_china": Rejected(("re-import, partner is China",)),
    "c09_duplicate_line": Rejected(("exact duplicate of an earlier line",)),
    # sound units vary; kilograms declared in grams are converted and stay
    "c10_unit_differs": Rejected(("unit is not the usual one of the product",), only_planted=False, all_planted=False),
    "c11_number_as_text": Repaired(
        ("value not a number below 10^14", "quantity not a number below 10^14", "value missing", "quantity missing")
    ),
    "c15_phone_malformed": Repaired(("company id missing",)),
    "c17_goods_excluded": Rejected(
        (message("goods of excluded chapters", chapters="93, 97, 98, 99"),), only_planted=False
    ),  # sound ones exist
    # the core keywords do not know logistics companies; `intermediary_keywords: all` does
    "c18_intermediary": Rejected(("trading intermediary by its name",), only_planted=False, all_planted=False),
    "c22_commodity_with_dots": Repaired(
        ("no commodity code of 6, 8 or 10 digits", "code not in the HS revision of the year")
    ),
    "c23_partner_in_english": Repaired(("partner missing", "partner in no country list")),
    "c24_unit_in_other_words": Repaired(
        ("unit is not the usual one of the product", "unit missing, other lines of the product name one")
    ),
    "c25_period_in_other_form": Repaired(
        ("period cannot be read", "period is of another year", "month outside 1 to 12")
    ),
    "c26_mark_of_nothing": Understood("customs", "zip_code"),
    "c27_fields_shifted": Rejected(SHIFTED),
    "c28_company_id_rounded": Rejected(("company id is none: spoiled, or not of 10 characters",)),
    "c29_commodity_rounded": Rejected(("commodity code rounded by a spreadsheet",)),
    "c30_period_of_another_year": Rejected(("period is of another year",)),
    "c31_total_line": Rejected(("a line that adds up others",)),
    "c32_lines_in_another_format": Rejected(
        ("every line of the file is in an earlier file",), only_planted=False
    ),  # the doubled part goes for it too
    # only beside the product's other unit values does a slip show, and those belong to quality
    "c33_unit_slips": Repaired(
        (*AMOUNT, "quantity not a number below 10^14", "unit is not the usual one of the product"), treatment="kept"
    ),
    "s01_employees_below_8": Rejected((message("fewer employees than the minimum", employees=8),)),
    "s02_current_assets_above_total": Rejected(("current assets above total assets",)),
    "s03_fixed_assets_above_total": Rejected(("fixed assets above total assets",)),
    "s04_opening_month_13": Rejected(("opening month outside 1 to 12",)),
    "s05_opening_year_after_survey": Rejected((message("opening year after the survey or too early", year=1900),)),
    "s06_id_missing": Rejected(("organisation code missing",)),
    "s07_duplicate_row": Rejected(("exact duplicate of an earlier row",)),
    "s08_id_lower_case": Repaired(("organisation code missing", "another row of the same firm is more complete")),
    "s09_name_and_legal_person_swapped": Repaired(("organisation code missing",)),
    "s10_wages_blank": Repaired(("wages_thousand_cny missing",)),
    "s11_paid_in_capital_not_positive": Rejected(("paid-in capital zero or negative",)),
    "s12_revenue_missing": Rejected(("revenue missing",)),
    "s13_revenue_not_positive": Rejected(("revenue zero or negative",)),
    "s14_total_assets_missing": Repaired(("total_assets_thousand_cny missing",)),
    "s15_id_with_hyphen": Repaired(LOST_CODE),
    "s16_id_in_credit_code": Repaired(LOST_CODE),
    "s17_id_without_zeros": Repaired(LOST_CODE),
    "s18_region_in_words": Understood("firm_survey", "city of region_code"),
    "s19_industry_with_letter": Understood("firm_survey", "industry_code"),
    "s20_type_in_words": Understood("firm_survey", "registration_type_code"),
    "s21_mark_of_nothing": Understood("firm_survey", "current_assets_thousand_cny"),
    "s22_fields_shifted": Rejected(SHIFTED),
    "s23_code_of_another_firm": Rejected(("code of another firm, with which it agrees in nothing else",)),
    "s24_id_rounded": Rejected((ID_IS_NONE,)),
    "s25_total_row": Rejected(("a row that adds up others",)),
    "y01_label_marked": Understood("city_yearbook", "city_name"),
}


def defect_scores(defects: pl.DataFrame, rejected: pl.DataFrame, readings: pl.DataFrame) -> pl.DataFrame:
    """One row per planted class: how many were planted, judged by an earlier rule, treated as expected.

    defects   class, source_file, source_row of planted rows (null rows stand for whole files and are left out)
    rejected  rejected_rows of the same years
    readings  column_readings of the same years
    Returns   class, treatment, planted, judged_before (an earlier rule took the row, so this one was never asked),
              treated, recall = treated / (planted - judged_before), precision = treated / all rows rejected for the
              class's reasons (null for a class whose reasons sound rows meet too, and for what is to be read)
    """
    planted = defects.drop_nulls("source_row").join(rejected.select(*ROW, "step", "reason"), on=ROW, how="left")
    rows = [_score(name, expected, planted, rejected, readings) for name, expected in EXPECTED.items()]
    return pl.DataFrame(rows)


def is_missed(scores: pl.DataFrame) -> bool:
    """Was a planted defect missed, or a sound row caught for one, that should not have been?"""
    may_miss = [name for name, each in EXPECTED.items() if isinstance(each, Rejected) and not each.all_planted]
    missed = (pl.col("recall") < 1) & ~pl.col("class").is_in(may_miss)
    return scores.select((missed | (pl.col("precision") < 1)).any()).item()


def _score(
    name: str,
    expected: Rejected | Repaired | Understood,
    planted: pl.DataFrame,
    rejected: pl.DataFrame,
    readings: pl.DataFrame,
) -> dict[str, str | int | float | None]:
    of_class = planted.filter(pl.col("class") == name)
    if isinstance(expected, Understood):
        year = pl.col("source_file").str.extract(YEAR).cast(pl.Int32)
        years = of_class.select(year.unique()).to_series().to_list()
        of_column = readings.filter(pl.col("year").is_in(years), **asdict(expected))
        of_source = year.is_in(years) & pl.col("source_file").str.starts_with(f"{expected.source}/")
        shifted = planted.filter(pl.col("class").str.ends_with("_fields_shifted"), of_source).height
        unread = int((of_column["filled"] - of_column["understood"]).sum())
        return _row(name, "understood", of_class.height, 0, of_class.height - max(unread - shifted, 0), None)
    if isinstance(expected, Repaired):
        lost = of_class.filter(pl.col("reason").is_in(expected.instead_of)).height
        return _row(name, expected.treatment, of_class.height, 0, of_class.height - lost, None)
    sources = of_class["source_file"].str.split("/").list.first().unique().to_list()
    of_source = pl.col("source_file").str.split("/").list.first().is_in(sources)
    for_it = rejected.filter(pl.col("reason").is_in(expected.reasons), of_source)
    treated = of_class.filter(pl.col("reason").is_in(expected.reasons))
    before = of_class.filter(pl.col("step") < for_it["step"].min()).height if for_it.height else 0
    precision = None
    if expected.only_planted and for_it.height:
        # in the survey of two files a row shares the fate of its companion: one defect, planted in one of the two
        is_companion = pl.col("source_file").str.starts_with(TWO_FILES) & ~pl.col("source_file").is_in(
            of_class["source_file"].unique().to_list()
        )
        precision = treated.height / for_it.filter(~is_companion).height
    return _row(name, "rejected", of_class.height, before, treated.height, precision)


def _row(
    name: str, treatment: str, planted: int, before: int, treated: int, precision: float | None
) -> dict[str, str | int | float | None]:
    asked = planted - before
    return {
        "class": name,
        "treatment": treatment,
        "planted": planted,
        "judged_before": before,
        "treated": treated,
        "recall": treated / asked if asked else None,
        "precision": precision,
    }
