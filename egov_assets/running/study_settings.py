"""All settings files of a study, checked before anything runs: a slip in one that is read late must not show late."""

from pathlib import Path

from egov_assets.checks.drift import read_drift
from egov_assets.clean.settings import read_cleaning
from egov_assets.egscore_index.settings import read_score_settings
from egov_assets.firm_match.settings import read_match_settings
from egov_assets.iv_instruments.settings import read_instrument_settings
from egov_assets.moderators.settings import read_moderator_settings
from egov_assets.platform.settings_file import SettingsError
from egov_assets.product_quality.settings import read_quality_settings
from egov_assets.raw.corrections import read_corrections
from egov_assets.raw.sources import read_sources
from egov_assets.regression_tables.settings import read_printing
from egov_assets.regression_tables.specifications import read_specifications

READERS = (
    read_sources,
    read_corrections,
    read_cleaning,
    read_match_settings,
    read_quality_settings,
    read_score_settings,
    read_instrument_settings,
    read_moderator_settings,
    read_specifications,
    read_printing,
    read_drift,
)


def check_settings(raw: Path) -> None:
    """Read every settings file of the raw folder.

    Raises  SettingsError listing the problems of all of them
    """
    problems = []
    for read in READERS:
        try:
            read(raw)
        except SettingsError as problem:
            problems.append(str(problem))
    if problems:
        raise SettingsError("\n".join(problems))
