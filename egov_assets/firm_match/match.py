"""Pair customs firms with survey firms of the same year: by name, then by postal code and telephone.

A key pairs two firms only where exactly one firm on each side has it, so the result is one-to-one, does not depend on
the order of the rows, and no firm is picked out of several candidates.
"""

import polars as pl

from egov_assets.firm_match.chinese_names import normalised_name

PHONE_DIGITS = 7  # Tian & Yu 2013: area codes stand in one source only, and cities moved from 7 to 8 digits
CITY_DIGITS = 4  # GB/T 2260: the first four digits are the prefecture
MAX_NAMES_PER_PHONE = 3  # domain.md 3.5: more names than that share an agent's line
PLACEHOLDER_PHONES = (*(digit * PHONE_DIGITS for digit in "0123456789"), "1234567", "2345678", "7654321")
MATCHED = ("company_id", "survey_firm_id", "year", "method", "customs_name", "survey_name")

_NAME_KEY = ["year", "name"]
_PHONE_KEY = ["year", "zip", "phone7"]


def match_firms(customs: pl.DataFrame, survey: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, int]]:
    """One row per matched pair and year, sorted by company_id and year; and the counts of each step.

    customs  company_id, year, company_name, zip_code, phone, city_code: one row per firm-year
    survey   survey_firm_id, year, firm_name, zip_code, phone, city_code: one row per firm-year
    Counts   candidates and accepted pairs per step, and the pairs the city veto refused.
    Source   Tian & Yu 2013, Yu 2015 (domain.md 3.2), guards of domain.md 3.5.
    """
    customs, survey = (_keyed(customs, "company_name"), _keyed(survey, "firm_name"))
    by_name = _unique_pairs(customs, survey, _NAME_KEY)
    left_customs = customs.join(by_name, on=["company_id", "year"], how="anti")
    left_survey = survey.join(by_name, on=["survey_firm_id", "year"], how="anti")
    # The key must be unique among all firms, not among those left: a group's telephone stays ambiguous after one
    # of its firms was found by name.
    candidates = _unique_pairs(
        left_customs.join(_unique(customs, _PHONE_KEY), on=_PHONE_KEY, how="semi"),
        left_survey.join(_unique(survey, _PHONE_KEY), on=_PHONE_KEY, how="semi"),
        _PHONE_KEY,
    )
    by_phone = candidates.filter(~_different_city())
    matched = pl.concat(
        [
            by_name.with_columns(method=pl.lit("name")),
            by_phone.with_columns(method=pl.lit("zip_phone")),
        ]
    )
    counts = {
        "customs_firms": customs.height,
        "survey_firms": survey.height,
        "matched_by_name": by_name.height,
        "zip_phone_candidates": candidates.height,
        "zip_phone_refused_by_city": candidates.height - by_phone.height,
        "matched_by_zip_phone": by_phone.height,
    }
    return matched.select(MATCHED).sort("company_id", "year"), counts


def _keyed(firms: pl.DataFrame, name: str) -> pl.DataFrame:
    """The firms with normalised name, postal code and last seven telephone digits; null where unusable as a key."""
    digits = pl.col("phone").str.normalize("NFKC").str.replace_all(r"\D", "")
    zip_code = pl.col("zip_code").str.normalize("NFKC").str.strip_chars()
    keyed = firms.with_columns(
        name=normalised_name(pl.col(name)),
        zip=pl.when(zip_code.str.contains(r"^\d{6}$") & (zip_code != "000000")).then(zip_code),
        phone7=pl.when(digits.str.len_chars() >= PHONE_DIGITS).then(digits.str.tail(PHONE_DIGITS)),
    )
    shared = pl.col("name").n_unique().over("year", "phone7") > MAX_NAMES_PER_PHONE
    return keyed.with_columns(
        phone7=pl.when(~pl.col("phone7").is_in(PLACEHOLDER_PHONES) & ~shared).then(pl.col("phone7"))
    )


def _unique(firms: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """The firms whose key is complete and theirs alone."""
    return firms.drop_nulls(key).filter(pl.len().over(key) == 1)


def _unique_pairs(customs: pl.DataFrame, survey: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    left = _unique(customs, key).select(*key, "company_id", customs_name="company_name", customs_city="city_code")
    right = _unique(survey, key).select(*key, "survey_firm_id", survey_name="firm_name", survey_city="city_code")
    columns = ["company_id", "survey_firm_id", "year", "customs_name", "survey_name", "customs_city", "survey_city"]
    return left.join(right, on=key, validate="1:1").select(columns)


def _different_city() -> pl.Expr:
    """True where both cities are known and differ: a known contradiction vetoes, a missing code does not."""
    customs_city, survey_city = (pl.col(side).str.head(CITY_DIGITS) for side in ("customs_city", "survey_city"))
    return (customs_city != survey_city).fill_null(False)
