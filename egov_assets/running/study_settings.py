"""All settings of a study, checked before anything runs: a slip in a section that is read late must not show late."""

from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path

from egov_assets.checks import drift
from egov_assets.clean import settings as cleaning
from egov_assets.egscore_index import settings as score
from egov_assets.firm_match import settings as matching
from egov_assets.iv_instruments import settings as instruments
from egov_assets.moderators import settings as moderators
from egov_assets.paper import chosen
from egov_assets.platform import owner, years
from egov_assets.platform.folders import SETTINGS_FILES, Folders, is_given
from egov_assets.platform.settings_file import SettingsError, misnamed, read_mapping
from egov_assets.platform.validity import check_years
from egov_assets.product_quality import settings as quality
from egov_assets.raw import corrections, own_sources, sources
from egov_assets.regression_tables import inference, own_columns, specifications
from egov_assets.regression_tables import settings as printing

READERS: dict[str, Callable[[Path], object]] = {
    chosen.SECTION: chosen.has_paper,
    years.SECTION: years.read_years,
    owner.SECTION: owner.read_owner,
    sources.SECTION: sources.read_sources,
    own_sources.SECTION: own_columns.columns_of_study,
    cleaning.SECTION: cleaning.read_cleaning,
    matching.SECTION: matching.read_match_settings,
    quality.SECTION: quality.read_quality_settings,
    score.SECTION: score.read_score_settings,
    instruments.SECTION: instruments.read_instrument_settings,
    moderators.SECTION: moderators.read_moderator_settings,
    specifications.SECTION: specifications.read_specifications,
    printing.SECTION: printing.read_printing,
    inference.SECTION: inference.read_inference,
    drift.SECTION: drift.read_drift,
}
# What was a file in the raw folder before it was a section, where the name is another.
FORMER_NAMES = {"specifications": specifications.SECTION}


def check_settings(folders: Folders) -> None:
    """Read every section of the study.yml, and the files of settings beside it.

    Raises  SettingsError listing the problems of all of them, and files that are nearly named like one, or lie in the
            raw folder, where nothing reads them
    """
    study_file, raw = folders.study_file, folders.raw
    problems = misnamed(study_file.parent, SETTINGS_FILES)
    problems += _misplaced(raw, study_file)
    for read in (_read_names, *READERS.values(), check_years, corrections.read_corrections):
        try:
            read(study_file)
        except SettingsError as problem:
            problems.append(str(problem))
    if problems:
        raise SettingsError("\n".join(dict.fromkeys(problems)))  # what is no YAML is so for every section


def _read_names(study_file: Path) -> None:
    """Raises  SettingsError naming the sections that nothing reads"""
    names = map(str, read_mapping(study_file) if is_given(study_file) else ())
    unknown = [name for name in names if name not in READERS]
    if unknown:
        near = {name: get_close_matches(name, READERS, n=1, cutoff=0.0)[0] for name in unknown}
        raise SettingsError(
            "\n".join(
                f"{study_file}: {name}: unknown section; the nearest known one is {near[name]!r}. Rename or remove it."
                for name in unknown
            )
        )


def _misplaced(raw: Path, study_file: Path) -> list[str]:
    """A sentence for each file at the top of the raw folder that is named like settings."""
    problems = []
    for path in sorted(raw.iterdir()) if raw.is_dir() else []:
        if path.suffix.casefold() not in (".yml", ".yaml"):
            continue
        section = FORMER_NAMES.get(path.stem.casefold(), path.stem.casefold())
        if f"{section}.yml" in SETTINGS_FILES:
            problems.append(f"{path}: nothing reads it there. Move it to {study_file.with_name(f'{section}.yml')}.")
        elif section in READERS:
            problems.append(
                f"{path}: nothing reads it. Put its content under `{section}:` in {study_file}, and remove the file."
            )
    return problems
