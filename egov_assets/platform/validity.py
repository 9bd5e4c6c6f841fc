"""What holds in a year: the revision of HS and of GB/T 4754, the survey's threshold, the list of places.

What belongs here: reading `reference/validity.csv`, and the words for years that it does not cover. No year takes what
holds of the nearest one.
"""

from collections.abc import Sequence
from pathlib import Path

from egov_assets.platform.reference import table
from egov_assets.platform.settings_file import SettingsError
from egov_assets.platform.years import SECTION, read_years

WITHOUT_WHICH_NO_YEAR = {  # what -> what it is; without it neither products nor cities can be told
    "hs": "revision of the Harmonized System",
    "place_list": "list of prefectures",
}
INDUSTRIES = "gbt4754"
THRESHOLD = "survey_threshold_thousand_cny"
SHIPPED_INDUSTRIES = ("2002", "2011")


def holding(what: str, year: int) -> str | None:
    """What of `what` holds in the year; null where the shipped table says nothing.

    Raises  ValueError if the table has no such `what`
    """
    rows = table("validity").filter(what=what)
    if rows.is_empty():
        raise ValueError(f"reference/validity.csv has no row of {what!r}")
    spans = rows.select("holds", "first_year", "last_year").rows()
    return next((holds for holds, first, last in spans if int(first) <= year <= int(last)), None)


def industry_edition(year: int) -> str | None:
    """The edition of GB/T 4754 that the survey of a year is coded in, if it is shipped."""
    edition = holding(INDUSTRIES, year)
    return edition if edition in SHIPPED_INDUSTRIES else None


def check_years(study_file: Path) -> None:
    """Raises  SettingsError naming the years of a study.yml that lack a list without which they cannot be made"""
    problems = [
        f"  {_listed(missing)}: no {words} is shipped for {_these(missing)}; {_covered(what)}"
        for what, words in WITHOUT_WHICH_NO_YEAR.items()
        if (missing := [year for year in read_years(study_file) if holding(what, year) is None])
    ]
    if problems:
        raise SettingsError(
            "\n".join([f"{study_file}: {SECTION}: {len(problems)} problem(s)", *problems, "  Leave these years out."])
        )


def what_years_lack(years: Sequence[int]) -> list[str]:
    """A sentence for each thing that some of the years cannot have, though they can be made."""
    lines = []
    if without := [year for year in years if industry_edition(year) is None]:
        editions = sorted({holding(INDUSTRIES, year) or "an edition not known" for year in without})
        lines.append(
            f"{_listed(without)}: no industries; the survey's classes follow GB/T 4754 of {', '.join(editions)}, "
            "which is not shipped"
        )
    if unknown := [year for year in years if holding(THRESHOLD, year) is None]:
        lines.append(f"{_listed(unknown)}: which firms the survey takes is not known, nor if the years can be compared")
    return lines


def _listed(years: Sequence[int]) -> str:
    return ", ".join(map(str, years))


def _these(years: Sequence[int]) -> str:
    return "this year" if len(years) == 1 else "these years"


def _covered(what: str) -> str:
    rows = table("validity").filter(what=what)
    return f"there are {min(rows['first_year'])} to {max(rows['last_year'])}"
