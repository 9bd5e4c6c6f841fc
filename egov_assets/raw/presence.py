"""Which raw tables have no files to read, by year; nothing is opened."""

from collections.abc import Sequence
from pathlib import Path

from egov_assets.platform.availability import Lacking
from egov_assets.platform.folders import study_file_of
from egov_assets.raw.own_sources import read_own_sources
from egov_assets.raw.sources import RAW_TABLES, read_sources
from egov_assets.raw.tariffs import SOURCE as TARIFFS
from egov_assets.raw.work_reports import FOLDER as WORK_REPORTS
from egov_assets.raw.work_reports import work_report_files
from egov_assets.raw.year_files import lacking_source, source_files


def lacking_sources(raw: Path, years: Sequence[int]) -> dict[tuple[str, int | None], Lacking]:
    """Of the raw tables without files, (table, year or None for all years) -> the patterns that no file fits."""
    sources = read_sources(study_file_of(raw))
    places = [(name, year) for name in (*RAW_TABLES, *read_own_sources(study_file_of(raw))) for year in years]
    lacking: dict[tuple[str, int | None], Lacking] = {
        (f"raw_{name}", year): found for name, year in places if (found := lacking_source(raw, sources[name], year))
    }
    lacking |= {("raw_work_reports", year): found for year in years if (found := lacking_reports(raw, year))}
    return lacking | ({("raw_tariffs", None): found} if (found := lacking_tariffs(raw)) else {})


def lacking_reports(raw: Path, year: int) -> Lacking:
    """The pattern of the year's work reports, if there are none."""
    return () if work_report_files(raw, year) else (f"{WORK_REPORTS}/{year}/*.txt",)


def lacking_tariffs(raw: Path) -> Lacking:
    """The pattern of lists of tariffs, if there are none."""
    return () if source_files(raw, TARIFFS, None) else tuple(TARIFFS.files)
