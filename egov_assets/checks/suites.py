"""What we expect of each raw source, by dialect and year: one suite a source, in the words of Great Expectations.

Cells are text here, as they stand in the files. Shares are least shares of rows; each carries its reason. Cleaning
rejects single bad rows by itself, so a suite warns only when a file as a whole looks unlike its source.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from egov_assets.paper.study import SCORE_FIELDS

NOT_BY_YEAR = ("raw_input_output", "raw_tariffs")  # one file for all years
WITH_DIALECTS = ("raw_customs", "raw_firm_survey")
DIALECT = "dialect"


@dataclass(frozen=True)
class Expected:
    """One expectation: the class of Great Expectations, its options, why, and of which copies and years it is none.

    only    dialects that it is asked of, where it is not asked of all
    not_of  dialects whose copies cannot meet it
    not_in  years that cannot, whatever the copy (domain.md 1.2, 2.3)
    """

    kind: str
    options: Mapping[str, object]
    why: str
    only: tuple[str, ...] = ()
    not_of: tuple[str, ...] = ()
    not_in: tuple[int, ...] = ()

    @property
    def column(self) -> str | None:
        """The column that it is about; None: the table as a whole."""
        return cast("str | None", self.options.get("column"))

    def is_asked_of(self, dialect: str | None, year: int | None) -> bool:
        """Is it asked of the rows of this dialect in this year? None: of rows without dialect, or of all years."""
        of_dialect = dialect is None or (dialect not in self.not_of and (not self.only or dialect in self.only))
        return of_dialect and year not in self.not_in


def _written_as(
    column: str, regex: str, mostly: float, why: str, only: tuple[str, ...] = (), not_of: tuple[str, ...] = ()
) -> Expected:
    options = {"column": column, "regex": regex, "mostly": mostly}
    return Expected("ExpectColumnValuesToMatchRegex", options, why, only, not_of)


def _present(
    column: str, mostly: float, why: str, not_of: tuple[str, ...] = (), not_in: tuple[int, ...] = ()
) -> Expected:
    options = {"column": column, "mostly": mostly}
    return Expected("ExpectColumnValuesToNotBeNull", options, why, not_of=not_of, not_in=not_in)


def _among(column: str, values: tuple[str, ...], mostly: float, why: str) -> Expected:
    options = {"column": column, "value_set": list(values), "mostly": mostly}
    return Expected("ExpectColumnValuesToBeInSet", options, why)


def _rows(least: int, most: int, why: str) -> Expected:
    return Expected("ExpectTableRowCountToBeBetween", {"min_value": least, "max_value": most}, why)


def _between(column: str, least: float, most: float, mostly: float, why: str) -> Expected:
    options = {"column": column, "min_value": least, "max_value": most, "mostly": mostly}
    return Expected("ExpectColumnValuesToBeBetween", options, why)


def _longer_than(column: str, characters: int, mostly: float, why: str) -> Expected:
    options = {"column": column, "min_value": characters, "mostly": mostly}
    return Expected("ExpectColumnValueLengthsToBeBetween", options, why)


ITS_OWN = "by_column"  # a copy whose columns are known one by one
IDENTITY, FIGURES = "questionnaire_identity", "questionnaire_finance"  # who a firm is and its figures, in two files
NUMBER = r"^\s*-?[\d,]+(?:\.\d+)?(?:[eE][+-]?\d+)?\s*$"

SUITES: Mapping[str, tuple[Expected, ...]] = {
    "raw_customs": (
        _written_as(
            "hs8_code", r"^\s*\d{7,8}\s*$", 0.99, "eight digits, seven where a leading zero was lost", not_of=(ITS_OWN,)
        ),
        _present("hs8_code", 0.99, "a line without product cannot be used"),
        _written_as("company_id", r"^\s*[0-9A-Z]{9,10}\s*$", 0.95, "ten characters, nine where a zero was lost"),
        _present("company_id", 0.95, "the same firm is followed over months by it"),
        _present("company_name", 0.90, "names carry most of the match"),
        _present(
            "phone", 0.80, "postal code and phone link what names do not", ("english", ITS_OWN), not_in=(2012, 2013)
        ),
        _written_as(
            "partner", r"^\s*\d{3}\s*$", 0.99, "customs codes of three digits in this copy", ("underscore_chinese",)
        ),
        _present("partner", 0.99, "quality compares the destinations of a product"),
        _written_as("value_usd", NUMBER, 0.99, "values are sums of dollars"),
        _present("value_usd", 0.97, "a line without value carries no price"),
        _present("quantity", 0.97, "a line without quantity carries no price"),
        _among("flow", ("0", "1", "出口", "进口"), 0.99, "exports and imports are told apart by it"),
    ),
    "raw_firm_survey": (
        _present("survey_firm_id", 0.95, "the firm is followed over years by it"),
        _present("firm_name", 0.98, "names carry most of the match", (FIGURES, "numbered_catalogue")),
        _written_as("industry_code", r"^\s*\d{3,4}\s*$", 0.98, "four digits, three where a zero was lost"),
        _written_as("opening_year", r"^\s*(?:18|19|20)\d\d\s*$", 0.95, "a calendar year"),
        _present("revenue_thousand_cny", 0.95, "the survey takes firms by their revenue", (IDENTITY,)),
        _present(
            "wages_thousand_cny",
            0.80,
            "Con_wag; 2008 to 2010 have none",
            (IDENTITY, FIGURES),
            not_in=(2008, 2009, 2010),
        ),
    ),
    "raw_egov_scores": (
        _rows(250, 1000, "about 340 prefectures, by one or a few producers"),
        _present("city_name", 1.0, "a score without city cannot be used"),
        _present("producer", 0.99, "competing producers are told apart by it"),
        *(
            _written_as(field, r"^\s*(?:0(?:\.\d+)?|1(?:\.0+)?)\s*$", 0.98, "scores run from 0 to 1")
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
    "raw_work_reports": (
        _present("text", 0.95, "a file without text counts for no city"),
        _longer_than("text", 300, 0.95, "a report has thousands of characters; a stub is a page that was not saved"),
        _written_as("text", r"[\u4e00-\u9fff]{2}", 0.98, "without Chinese characters the encoding was guessed wrongly"),
    ),
    "raw_input_output": (
        _rows(20 * 20, 200 * 250, "between 20 broad and 200 narrow sectors, each with its uses and totals"),
        _present("sector_name", 1.0, "a sector is known to the reader by its name"),
        _present("value_10k_cny", 1.0, "an empty cell is zero in print, a missing one a damaged file"),
    ),
    "raw_tariffs": (
        _written_as("hs6_code", r"^\d{6}$", 0.99, "six digits"),
        _between("tariff_percent", 0, 65, 0.99, "65 % is the highest rate China applies (WTO, World Tariff Profiles)"),
    ),
}


def row_of(source: str) -> tuple[str, ...]:
    """The columns that tell a failing row apart, in the docs and in the saved rows."""
    if source == "raw_work_reports":  # a row is a file
        return ("source_file",)
    return ("sector_code", "item") if source == "raw_input_output" else ("source_file", "source_row")


def expected_of(source: str, dialect: str | None, year: int | None) -> tuple[Expected, ...]:
    """What is asked of the rows of one dialect of a source in one year; None for sources without dialects, or years."""
    return tuple(each for each in SUITES[source] if each.is_asked_of(dialect, year))


def columns_of(source: str) -> list[str]:
    """The columns that name a row, its dialect where it has one, and those that the suite looks at, sorted."""
    looked_at = {each.column for each in SUITES[source] if each.column}
    dialect = [DIALECT] if source in WITH_DIALECTS else []
    return [*row_of(source), *dialect, *sorted(looked_at - set(row_of(source)))]
