"""The years of the study, as its study.yml names them: partitions, schemas and the demo economy follow them.

    years: [2010, 2011, 2012]      years: [2000..2006, 2010]      years: 2000..2013

They are read once, when a process begins: partitions and schemas are made of them. A running UI takes up other years by
"Reload definitions".
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator

from egov_assets.platform.folders import Folders
from egov_assets.platform.settings_file import Settings, SettingsError, parse_settings, section_of

SECTION = "years"
THE_PAPERS = (2010, 2011, 2012)  # paper 3.2: the customs, survey and score years of the panel
MOST_YEARS = 30
FIRST_POSSIBLE, LAST_POSSIBLE = 1980, 2100
_RANGE = re.compile(r"(\d{4})\.\.(\d{4})")


def _each(given: Any) -> Iterator[int]:
    for each in given if isinstance(given, list | tuple) else [given]:
        ends = _RANGE.fullmatch(each) if isinstance(each, str) else None
        if ends and int(ends[1]) <= int(ends[2]):
            yield from range(int(ends[1]), int(ends[2]) + 1)
        elif type(each) is int:
            yield each
        else:
            raise ValueError(f"{each!r} is no year and no range of years; write 2010, or 2000..2006")


def years_in_order(given: Any) -> tuple[int, ...]:
    """Years and ranges of years, as people write them, in order. Raises  ValueError saying what is wrong with them"""
    years = tuple(_each(given))
    if twice := sorted(year for year, times in Counter(years).items() if times > 1):
        raise ValueError(f"{', '.join(map(str, twice))} stands there more than once")
    if strange := [year for year in years if not FIRST_POSSIBLE <= year <= LAST_POSSIBLE]:
        raise ValueError(f"{strange[0]} is not between {FIRST_POSSIBLE} and {LAST_POSSIBLE}")
    if not 1 <= len(years) <= MOST_YEARS:
        raise ValueError(f"a study has 1 to {MOST_YEARS} years, these are {len(years)}")
    return tuple(sorted(years))


class _Years(Settings):
    years: Annotated[tuple[int, ...], BeforeValidator(years_in_order)] = THE_PAPERS


def read_years(study_file: Path) -> tuple[int, ...]:
    """The years that a study.yml names, in order; the paper's if it names none.

    Raises  SettingsError if they are no years, stand there twice, or are more than `MOST_YEARS`
    """
    given = section_of(study_file, SECTION)
    return parse_settings(_Years, {} if given is None else {SECTION: given}, study_file).years


def _of_this_process() -> tuple[int, ...]:
    # With a study.yml that cannot be used the graph still loads, and `check_settings` stops every run with the reason.
    try:
        return read_years(Folders.from_environment().study_file)
    except SettingsError:
        return THE_PAPERS


YEARS = _of_this_process()


def _in_the_study(year: int) -> int:
    if year not in YEARS:
        raise ValueError(f"{year} is no year of the study; its years are {', '.join(map(str, YEARS))}")
    return year


StudyYear = Annotated[int, AfterValidator(_in_the_study)]
