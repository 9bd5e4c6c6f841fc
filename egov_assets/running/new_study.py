"""The files of a new study: its settings with every default as a comment, notes, and a list of what to do.

What belongs here: text made of the settings' own models, so that it cannot go stale. Not here: writing it.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, get_args, get_origin

import yaml
from pydantic import BaseModel

from egov_assets.checks import drift
from egov_assets.clean import settings as cleaning
from egov_assets.egscore_index import settings as score
from egov_assets.firm_match import settings as matching
from egov_assets.iv_instruments import settings as instruments
from egov_assets.moderators import settings as moderators
from egov_assets.platform import years
from egov_assets.platform.folders import CORRECTIONS_FILE, NOTE, STUDY_FILE, TABLES_FILE
from egov_assets.platform.owner import UNNAMED
from egov_assets.product_quality import settings as quality
from egov_assets.raw import corrections, own_sources, sources
from egov_assets.raw.notes import folder_notes
from egov_assets.regression_tables import inference, specifications
from egov_assets.regression_tables import settings as printing

PROSE, SETTING = "## ", "# "  # a line that explains, and one that holds once its mark is taken away
CHAPTERS: Mapping[str, BaseModel] = {
    cleaning.__name__: cleaning.Cleaning(),
    matching.__name__: matching.FirmMatchSettings(),
    quality.__name__: quality.QualitySettings(),
    score.__name__: score.ScoreSettings(),
    instruments.__name__: instruments.InstrumentSettings(),
    moderators.__name__: moderators.ModeratorSettings(),
    inference.__name__: inference.Inference(),
    printing.__name__: printing.Printing(),
}
OWN_SOURCE = """\
rail:
  title: Cities with a high-speed railway
  files: rail/rail_{year}.csv  # below raw; without {year} one file serves every year
  key: {city: 城市}  # a row is about a city, under this header; or survey_firm_id, company_id, province, industry, hs6
  columns:
    rail_lines: {header: 高铁线路, label: High-speed railways through the city, unit: number}
"""
OWN_TABLE = """\
my_table:
  title: The baseline
  columns:
    "1": {outcome: qua, treatment: egscore, controls: all, fixed_effects: [firm, year]}
"""
OWN_CORRECTION = """\
corrections:
  - source: customs
    year: 2011
    file: customs/2011/part_3.csv
    row: 4711  # data row, 1 = first below the header; or where: {hs8_code: "61091000"}
    column: value_usd
    expect: "12500000"  # what is there now: another file stops the run instead of being spoiled
    value: "125000.00"
    reason: two zeros too many, see the company's annual report
"""
CHECKLIST = f"""\
# What to do

1. {STUDY_FILE}: the years of the study. Everything else has a default and can wait.
2. raw/: put your files into the folders as they are; the {NOTE} in each says what belongs there. `egov demo` fills them
   with an invented economy instead, whose answer is known.
3. `egov doctor`: what is in the files, what cannot be read, what can be computed. Headers of your own: `--propose`.
4. `egov run`: every table. Results lie in outputs/.
5. `egov ui`: the same as a graph, with the checks and what is stale.
6. Odd single values: {CORRECTIONS_FILE}. Other readings, other cuts, tables of your own: the sections of {STUDY_FILE}.

Start these commands in this folder, or name it: `egov --study DIR run`.
"""


def study_files(paper: str) -> dict[str, str]:
    """Path below the study's folder -> text, for every file of a new study."""
    return {
        STUDY_FILE: study_text(paper),
        CORRECTIONS_FILE: "\n".join([f"{PROSE}{_about(corrections.__name__)}", *_commented(OWN_CORRECTION), ""]),
        "CHECKLIST.md": CHECKLIST,
        **{f"raw/{folder}/{NOTE}": note for folder, note in folder_notes().items()},
    }


def study_text(paper: str) -> str:
    """A study.yml in which paper and years are set, and a table where there is no paper; the rest are comments."""
    lines = [f"{PROSE}A study's settings. Lines that begin with `{SETTING}` hold the defaults: take the mark away.", ""]
    lines += [f"{PROSE}The paper that the study is held against: egov, or none.", f"paper: {paper}", ""]
    lines += [f"{PROSE}The years: a list of years and ranges, such as [2000..2006, 2010].", _years(), ""]
    lines += [f"{PROSE}Who answers for the tables: a mail address, or team:name.", f"{SETTING}owner: {UNNAMED}", ""]
    lines += [f"{PROSE}Where files lie and what their columns are called; docs/raw_files.md."]
    shipped = [f"{name}: {_flow({'files': list(each.files)})}" for name, each in sources.read_sources().items()]
    lines += _under(sources.SECTION, shipped)
    lines += [f"{PROSE}Files of your own, whose figures become variables of the tables; docs/own_sources.md."]
    lines += _under(own_sources.SECTION, OWN_SOURCE.splitlines())
    for module, defaults in CHAPTERS.items():
        lines += [f"{PROSE}{_about(module)}", *_under(sys.modules[module].SECTION, _defaults(defaults))]
    lines += [f"{PROSE}Tables of one's own, here or in {TABLES_FILE}; docs/tables.md."]
    tables = _under(specifications.SECTION, OWN_TABLE.splitlines())
    lines += tables if paper != "none" else [line.removeprefix(SETTING) for line in tables]
    lines += [f"{PROSE}What may differ between two versions of a year, or two years, and why; docs/operation.md."]
    lines += _under(drift.SECTION, _block(drift.shipped_drift()).splitlines())
    return "\n".join(lines)


def _years() -> str:
    return f"{years.SECTION}: {_flow(list(years.THE_PAPERS))}"


def _about(module: str) -> str:
    """The first sentence of a module of settings, behind the name of its section."""
    first = (sys.modules[module].__doc__ or "").partition("\n\n")[0].replace("\n", " ")
    return first.partition(": ")[2].capitalize()


def _defaults(settings: BaseModel, is_explained: bool = True) -> Iterator[str]:
    """Each field as a line of YAML with what it means, fields of inner models below their own.

    Of several inner models of one kind only the first is explained.
    """
    met: set[type[BaseModel]] = set()
    for name, field in type(settings).model_fields.items():
        value, about = getattr(settings, name), "; ".join(filter(None, (field.description, _choices(field.annotation))))
        note = f"  # {about}" if about and is_explained else ""
        if isinstance(value, BaseModel):
            yield f"{name}:{note}"
            yield from (f"  {line}" for line in _defaults(value, type(value) not in met))
            met.add(type(value))
        else:
            yield f"{name}: {_flow(value)}{note}"


def _choices(annotation: Any) -> str:
    return f"one of {', '.join(map(str, get_args(annotation)))}" if get_origin(annotation) is Literal else ""


def _flow(value: Any) -> str:
    """A value as YAML on one line."""
    plain = list(value) if isinstance(value, tuple) else value
    text = yaml.safe_dump(plain, allow_unicode=True, default_flow_style=True, sort_keys=False, width=10**6)
    return text.removesuffix("\n").removesuffix("\n...")


def _block(value: Any) -> str:
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=10**6)


def _under(section: str, lines: Iterable[str]) -> list[str]:
    return [*_commented("\n".join([f"{section}:", *(f"  {line}" for line in lines)])), ""]


def _commented(text: str) -> list[str]:
    return [f"{SETTING}{line}" for line in text.splitlines()]
