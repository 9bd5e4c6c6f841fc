"""All settings files of a study, checked before anything runs: a slip in one that is read late must not show late."""

from collections.abc import Callable
from pathlib import Path

from egov_assets.checks import drift
from egov_assets.clean import settings as cleaning
from egov_assets.egscore_index import settings as score
from egov_assets.firm_match import settings as matching
from egov_assets.iv_instruments import settings as instruments
from egov_assets.moderators import settings as moderators
from egov_assets.platform.settings_file import SettingsError, misnamed
from egov_assets.product_quality import settings as quality
from egov_assets.raw import corrections, sources
from egov_assets.regression_tables import settings as printing
from egov_assets.regression_tables import specifications

READERS: dict[str, Callable[[Path], object]] = {
    sources.FILE_NAME: sources.read_sources,
    corrections.FILE_NAME: corrections.read_corrections,
    cleaning.FILE_NAME: cleaning.read_cleaning,
    matching.FILE_NAME: matching.read_match_settings,
    quality.FILE_NAME: quality.read_quality_settings,
    score.FILE_NAME: score.read_score_settings,
    instruments.FILE_NAME: instruments.read_instrument_settings,
    moderators.FILE_NAME: moderators.read_moderator_settings,
    specifications.FILE_NAME: specifications.read_specifications,
    printing.FILE_NAME: printing.read_printing,
    drift.FILE_NAME: drift.read_drift,
}


def check_settings(raw: Path) -> None:
    """Read every settings file of the raw folder.

    Raises  SettingsError listing the problems of all of them, and files that are nearly named like one
    """
    problems = misnamed(raw, READERS)
    for read in READERS.values():
        try:
            read(raw)
        except SettingsError as problem:
            problems.append(str(problem))
    if problems:
        raise SettingsError("\n".join(problems))
