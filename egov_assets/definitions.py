"""The study as Dagster sees it: the chapters in the order of the story, their jobs, sensors, schedules and executor."""

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import dagster as dg

from egov_assets.checks import drift_checks, expectation_checks
from egov_assets.clean import assets as clean
from egov_assets.egscore_index import assets as egscore_index
from egov_assets.figures import assets as figures
from egov_assets.firm_match import assets as firm_match
from egov_assets.iv_instruments import assets as iv_instruments
from egov_assets.moderators import assets as moderators
from egov_assets.paper.chosen import OF_THE_PAPER, has_paper
from egov_assets.platform.folders import Folders
from egov_assets.platform.resources import PASSED, RESOURCES
from egov_assets.platform.settings_file import SettingsError
from egov_assets.product_quality import assets as product_quality
from egov_assets.raw import assets as raw
from egov_assets.raw.file_versions import FILES
from egov_assets.raw.rhythm import rhythms, with_freshness
from egov_assets.regression_tables import assets as regression_tables
from egov_assets.replication import assets as replication
from egov_assets.running.jobs import JOBS, SCHEDULES
from egov_assets.running.sensors import SENSORS
from egov_assets.theory import assets as theory

CHAPTERS = (
    raw,
    clean,
    firm_match,
    product_quality,
    egscore_index,
    iv_instruments,
    moderators,
    regression_tables,
    theory,
    figures,
    replication,
)


def chapter_names() -> list[str]:
    """The folders of the chapters, which are the groups of their assets, in the order of the story."""
    return [chapter.__name__.split(".")[-2] for chapter in CHAPTERS]


def study_assets(study_file: Path | None = None) -> Sequence[dg.AssetsDefinition]:
    """The assets of all chapters; a study's own sources and tables, named in its study.yml, are assets like the others.

    A study without a paper lacks what is the paper's, and has figures and a report that need none.
    """
    # The chapters make all their assets: none is only named, as a source would be.
    of_chapters = cast("Sequence[dg.AssetsDefinition]", dg.load_assets_from_modules(CHAPTERS))
    assets = [*of_chapters, *raw.own_assets(study_file), *regression_tables.table_assets(study_file)]
    if _has_paper(study_file):
        return assets
    without = [figures.figures_asset(has_paper=False), replication.report_asset(has_paper=False)]
    replaced = {*(dg.AssetKey(name) for name in OF_THE_PAPER), *(each.key for each in without)}
    return [*(each for each in assets if not replaced & each.keys), *without]


def _has_paper(study_file: Path | None) -> bool:
    # A study.yml that cannot be used is left to `check_settings`, as in `table_assets`.
    try:
        return has_paper(study_file)
    except SettingsError:
        return True


def build_definitions(folders: Folders | None = None) -> dg.Definitions:
    """The whole study: in the folders given, or where the environment of each run says."""
    study_file = (folders or Folders.from_environment()).study_file
    rhythm = rhythms(study_file)
    return dg.Definitions(
        assets=[*FILES, *(with_freshness(each, rhythm) for each in study_assets(study_file))],
        asset_checks=(*expectation_checks.CHECKS, *drift_checks.drift_checks(study_file)),
        jobs=JOBS,
        sensors=SENSORS,
        schedules=SCHEDULES,
        resources={"folders": folders, **PASSED} if folders else RESOURCES,
        # A process per step would cost 5-7 s of imports each; years still run side by side, as runs of their own.
        executor=dg.in_process_executor,
    )


defs = build_definitions()
