"""The version of what makes a table: the code that its chapter runs, the libraries, and the sections of the study.

Dagster calls it the code version, keeps it with every table made, and marks a table stale when it is another one now.
"""

import hashlib
import json
import re
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from egov_assets.platform.commodities import revisions
from egov_assets.platform.folders import Folders
from egov_assets.platform.settings_file import is_given, read_mapping
from egov_assets.platform.years import YEARS

PACKAGE = Path(__file__).parents[1]
SHOWN = 12  # of a hash
CODE = "code"
_IMPORT = re.compile(rf"^\s*from ({PACKAGE.name}[\w.]*) import (\([^)]*\)|.*)", re.MULTILINE)
WHOLE = "study"  # as a section: all sections
PRODUCTS = "products"  # as a section: what a product is follows from the years of the study
WORDS = {
    CODE: "the code or a library",
    "dbt": "the dbt project",
    WHOLE: "study.yml",
    PRODUCTS: "the revisions of the Harmonized System among the years",
}


def version_of(module: str, sections: Sequence[str]) -> str:
    """`code=1a2b... quality=3c4d...`: of the module with all it imports from here, and of sections of the study.yml."""
    parts = [f"{CODE}={code_of(module)}", *(f"{name}={_section_version(name)}" for name in sections)]
    return " ".join(parts)


def what_changed(before: str, now: str) -> list[str]:
    """In words, the parts of a version that are not what they were."""
    old = dict(part.partition("=")[::2] for part in before.split())
    new = dict(part.partition("=")[::2] for part in now.split())
    changed = [name for name in new if new[name] != old.get(name)]
    return [WORDS.get(name, f"section {name}") for name in changed]


@cache
def code_of(module: str) -> str:
    """Hash of a module, of all modules of this package that it imports however far, of the data files beside each, and
    of the versions of Python and all libraries."""
    digest = hashlib.sha256(libraries().encode())
    for file in sorted(_files_of(module)):
        digest.update(_file_version(file).encode())
    return digest.hexdigest()[:SHOWN]


@cache
def libraries() -> str:
    """Python and all installed libraries with their versions."""
    # By the names of their folders: reading what lies in them takes a tenth of the time of loading the definitions.
    installed = {each.name for place in sys.path for each in Path(place).glob("*.dist-info")}
    return "\n".join([sys.version, *sorted(installed)])


def _files_of(module: str) -> set[Path]:
    reached, waiting = set[str](), [module]
    files: set[Path] = set()
    while waiting:
        name = waiting.pop()
        if name in reached:
            continue
        reached.add(name)
        file = _file_of(name)
        if file:
            files |= {file, *_data_beside(file.parent)}
            waiting += _imports_of(file)
    return files


@cache
def _file_of(module: str) -> Path | None:
    place = PACKAGE.joinpath(*module.split(".")[1:])
    return next((file for file in (place.with_suffix(".py"), place / "__init__.py") if file.is_file()), None)


@cache
def _imports_of(file: Path) -> tuple[str, ...]:
    """Modules of this package; of `from a import b` both a and a.b, of which one may be none."""
    found = []
    # By their words: parsing every module takes a quarter of the time of loading the definitions.
    for module, names in _IMPORT.findall(file.read_text("utf-8")):
        found += [module, *(f"{module}.{name}" for name in re.findall(r"\w+", names))]
    return tuple(found)


@cache
def _data_beside(folder: Path) -> tuple[Path, ...]:
    return tuple(file for file in folder.iterdir() if file.is_file() and file.suffix not in (".py", ".pyc"))


@cache
def _file_version(file: Path) -> str:
    return f"{file.relative_to(PACKAGE).as_posix()} {hashlib.sha256(file.read_bytes()).hexdigest()}"


def _section_version(section: str) -> str:
    study_file = Folders.from_environment().study_file
    try:
        if section == PRODUCTS:
            return "-".join(sorted(set(revisions(YEARS))))
        # The corrections, and tables of the study's own, may be files beside the study.yml.
        own = study_file.with_name(f"{section}.yml")
        of_section = read_mapping(study_file) if is_given(study_file) else None
        if of_section and section != WHOLE:
            of_section = of_section.get(section)
        given = [of_section, own.read_text("utf-8") if own.is_file() else None]
    except (ValueError, OSError):  # what cannot be used: `check_settings` stops every run with the reason
        return "unreadable"
    return hashlib.sha256(json.dumps(given, sort_keys=True, default=str).encode()).hexdigest()[:SHOWN]
