"""The stages of a study, in the order in which they feed each other; what a user starts is in `jobs.py`."""

from dataclasses import dataclass

from dagster import AssetSelection, define_asset_job

from egov_assets.checks.drift_checks import CHECKS
from egov_assets.platform.contract import ONE_YEAR, ROWS_OF

_by_year = AssetSelection.tag(ROWS_OF, ONE_YEAR)
_comparisons = AssetSelection.checks(*(key for check in CHECKS for key in check.check_keys))
_prepared = (AssetSelection.groups("raw", "clean") & _by_year) - _comparisons
_moments = AssetSelection.assets("quality_moments")
_measured = (AssetSelection.groups("egscore_index") & _by_year) | _moments
_pooled = AssetSelection.assets("unit_changes", "quality_coefficients", "firm_panel_ids", "firm_identities")
_graded = (AssetSelection.groups("iv_instruments", "firm_match", "product_quality") & _by_year) - _moments

list_files = define_asset_job(
    "list_files",
    selection=AssetSelection.assets("file_inventory"),
    description="Take stock of the files of one year; if their content changed, what is made from them shows as stale.",
)
prepare_year = define_asset_job(
    "prepare_year",
    selection=_prepared,
    description="From the raw files of one year to its clean tables.",
)
measure_year = define_asset_job(
    "measure_year",
    selection=_comparisons | _measured,
    description="Compare the year with all others; unless it is under grave suspicion, its scores and quality moments.",
)
pool_years = define_asset_job(
    "pool_years",
    selection=_pooled,
    description="Add the years' moments, solve one demand equation per product, follow each firm through the years.",
)
grade_year = define_asset_job(
    "grade_year",
    selection=_graded,
    description="Of one year, what other years have a say in: instruments, matched firms, quality of flows and firms.",
)
tables_only = define_asset_job(
    "tables_only",
    selection=AssetSelection.all() - _prepared - _measured - _pooled - _graded - _comparisons,
    description="The firm panel, the regression tables and the comparison with print, from the quality made before.",
)

STAGE_JOBS = (prepare_year, measure_year, pool_years, grade_year, tables_only)


@dataclass(frozen=True)
class Stage:
    """One job over some years (None: over all years at once)."""

    job: str
    years: tuple[int, ...] | None


def stages(all_years: tuple[int, ...], changed_years: tuple[int, ...]) -> list[Stage]:
    """What to run, in order, when the raw files of some years changed.

    Quality, matches and instruments are redone for every year: coefficients and min-max bounds are pooled over years,
    a firm is known by its names of all years, and cities may be near by the GDP of a base year. A year is compared with
    the others only when the clean tables of all changed years are there, and nothing is made of it before.
    """
    return [
        Stage("prepare_year", changed_years),
        Stage("measure_year", changed_years),
        Stage("pool_years", None),
        Stage("grade_year", all_years),
        Stage("tables_only", None),
    ]
