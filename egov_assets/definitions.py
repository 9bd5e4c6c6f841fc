"""The study as Dagster sees it: the chapters in the order of the story, their jobs, sensors and executor."""

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
from egov_assets.platform.folders import Folders
from egov_assets.platform.resources import RESOURCES
from egov_assets.product_quality import assets as product_quality
from egov_assets.raw import assets as raw
from egov_assets.regression_tables import assets as regression_tables
from egov_assets.replication import assets as replication
from egov_assets.running.jobs import JOBS
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


def study_assets(raw: Path) -> Sequence[dg.AssetsDefinition]:
    """The assets of all chapters; a study's own tables, named in its raw folder, are assets like the paper's."""
    # The chapters make all their assets: none is only named, as a source would be.
    of_chapters = cast("Sequence[dg.AssetsDefinition]", dg.load_assets_from_modules(CHAPTERS))
    return [*of_chapters, *regression_tables.table_assets(raw)]


def build_definitions(folders: Folders | None = None) -> dg.Definitions:
    """The whole study: in the folders given, or where the environment of each run says."""
    return dg.Definitions(
        assets=study_assets((folders or Folders.from_environment()).raw),
        asset_checks=(*expectation_checks.CHECKS, *drift_checks.CHECKS),
        jobs=JOBS,
        sensors=SENSORS,
        resources={"folders": folders} if folders else RESOURCES,
        # A process per step would cost 5-7 s of imports each; years still run side by side, as runs of their own.
        executor=dg.in_process_executor,
    )


defs = build_definitions()
