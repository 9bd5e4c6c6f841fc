"""What we expect of each raw source, year by year: one suite a source, in the words of Great Expectations.

Cells are text here, as they stand in the files. Shares are least shares of rows; each carries its reason. Cleaning
rejects single bad rows by itself, so a suite warns only when a file as a whole looks unlike its source.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from egov_assets.study import SCORE_FIELDS, YEARS

ROW = ("source_file", "source_row")  # tells a failing row apart, in the docs and in the saved rows


@dataclass(frozen=True)
class Expected:
    """One expectation: the class of Great Expectations, its options, why, and the years it holds for."""

    kind: str
    options: Mapping[str, object]
    why: str
    years: tuple[int, ...] = YEARS


def _written_as(column: str, regex: str, mostly: float, why: str, years: tuple[int, ...] = YEARS) -> Expected:
    options = {"column": column, "regex": regex, "mostly": mostly}
    return Expected("ExpectColumnValuesToMatchRegex", options, why, years)


def _present(column: str, mostly: float, why: str, years: tuple[int, ...] = YEARS) -> Expected:
    return Expected("ExpectColumnValuesToNotBeNull", {"column": column, "mostly": mostly}, why, years)


def _among(column: str, values: tuple[str, ...], mostly: float, why: str, years: tuple[int, ...] = YEARS) -> Expected:
    options = {"column": column, "value_set": list(values), "mostly": mostly}
    return Expected("ExpectColumnValuesToBeInSet", options, why, years)


def _rows(least: int, most: int, why: str) -> Expected:
    return Expected("ExpectTableRowCountToBeBetween", {"min_value": least, "max_value": most}, why)


NUMBER = r"^\s*-?[\d,]+(\.\d+)?([eE][+-]?\d+)?\s*$"

SUITES: Mapping[str, tuple[Expected, ...]] = {
    "raw_customs": (
        _written_as("hs8_code", r"^\s*\d{7,8}\s*$", 0.99, "eight digits, seven where a leading zero was lost"),
        _present("hs8_code", 0.99, "a line without product cannot be used"),
        _written_as("company_id", r"^\s*[0-9A-Z]{9,10}\s*$", 0.95, "ten characters, nine where a zero was lost"),
        _present("company_id", 0.95, "the same firm is followed over months by it"),
        _present("company_name", 0.90, "names carry most of the match"),
        _present("phone", 0.80, "postal code and phone link what names do not", (2010, 2011)),
        _written_as("partner", r"^\s*\d{3}\s*$", 0.99, "customs codes of three digits in this copy", (2010, 2011)),
        _present("partner", 0.99, "quality compares the destinations of a product"),
        _written_as("value_usd", NUMBER, 0.99, "values are sums of dollars"),
        _present("value_usd", 0.97, "a line without value carries no price"),
        _present("quantity", 0.97, "a line without quantity carries no price"),
        _among("flow", ("0", "1", "出口", "进口"), 0.99, "exports and imports are told apart by it"),
    ),
    "raw_firm_survey": (
        _present("survey_firm_id", 0.95, "the firm is followed over years by it"),
        _present("firm_name", 0.45, "in 2010 a second file completes the first, which has no names", (2010,)),
        _present("firm_name", 0.98, "names carry most of the match", (2011, 2012)),
        _written_as("industry_code", r"^\s*\d{3,4}\s*$", 0.98, "four digits, three where a zero was lost"),
        _written_as("opening_year", r"^\s*(18|19|20)\d\d\s*$", 0.95, "a calendar year"),
        _present("revenue_thousand_cny", 0.45, "in 2010 the second of two files has the figures", (2010,)),
        _present("revenue_thousand_cny", 0.95, "the survey takes firms by their revenue", (2011, 2012)),
        _present("wages_thousand_cny", 0.80, "Con_wag; 2010 has none", (2011, 2012)),
    ),
    "raw_egov_scores": (
        _rows(250, 1000, "about 340 prefectures, by one or a few producers"),
        _present("city_name", 1.0, "a score without city cannot be used"),
        _present("producer", 0.99, "competing producers are told apart by it"),
        *(
            _written_as(field, r"^\s*(0(\.\d+)?|1(\.0+)?)\s*$", 0.98, "scores run from 0 to 1")
            for field in SCORE_FIELDS
        ),
    ),
    "raw_city_yearbook": (
        _rows(1000, 20_000, "about 280 cities with some indicators in one or two blocks"),
        _among("block", ("全市", "市辖区"), 0.99, "whole city and districts must not be mixed"),
        _written_as("value", NUMBER, 0.95, "figures; a few cells hold dots for missing"),
        _present("unit", 0.99, "units differ by a factor of ten thousand"),
    ),
    "raw_province_yearbook": (
        _rows(31, 2000, "31 provinces with some indicators"),
        _written_as("value", NUMBER, 0.95, "figures; a few cells hold dots for missing"),
        _present("unit", 0.99, "units differ by a factor of ten thousand"),
    ),
}


def expected_of(source: str, year: int) -> tuple[Expected, ...]:
    """The suite of one source for one year."""
    return tuple(each for each in SUITES[source] if year in each.years)


def columns_of(source: str, year: int) -> list[str]:
    """The columns that the suite looks at, sorted, and those that name a row."""
    looked_at = {str(each.options["column"]) for each in expected_of(source, year) if "column" in each.options}
    return [*ROW, *sorted(looked_at)]
