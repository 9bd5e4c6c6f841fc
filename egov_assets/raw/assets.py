"""The raw tables as assets: one partition per year where the source is yearly."""

from collections.abc import Generator
from pathlib import Path

import dagster as dg
import polars as pl

from egov_assets.platform.availability import NotAvailable
from egov_assets.platform.changed_files import inventory
from egov_assets.platform.check_results import CheckResult
from egov_assets.platform.folders import Folders
from egov_assets.platform.lake_asset import lake_asset
from egov_assets.platform.years import YEARS
from egov_assets.raw.corrections import SECTION as CORRECTIONS
from egov_assets.raw.file_versions import RAW_FILES
from egov_assets.raw.input_output import read_input_output
from egov_assets.raw.lines import every_line_is_read_or_named
from egov_assets.raw.own_rows import every_row_is_used, no_key_stands_twice, own_table, read_own_rows
from egov_assets.raw.own_sources import SECTION as OWN_SOURCES
from egov_assets.raw.own_sources import OwnSource, declared_or_none
from egov_assets.raw.presence import lacking_reports, lacking_tariffs
from egov_assets.raw.same_content import under_another_name, under_another_year
from egov_assets.raw.schema import (
    FileInventory,
    RawCityYearbook,
    RawCustoms,
    RawEgovScores,
    RawFirmSurvey,
    RawInputOutput,
    RawProvinceYearbook,
    RawTariffs,
    RawWorkReports,
    file_columns,
)
from egov_assets.raw.sources import SECTION as SOURCES
from egov_assets.raw.sources import read_for_every_year, read_sources
from egov_assets.raw.tables import Facts, read_blocks, read_tables
from egov_assets.raw.tariffs import read_tariffs
from egov_assets.raw.work_reports import read_work_reports
from egov_assets.raw.year_files import missing_parts, refuse_if_empty, source_files
from egov_assets.raw.yearbooks import read_city_yearbook, read_province_yearbook

CHECKS = (every_line_is_read_or_named,)
READ_BY = (SOURCES, CORRECTIONS)


def no_file_stands_under_two_years(year: int, folders: Folders) -> CheckResult:
    """No file of a source has the content of a file of another year."""
    sources = read_sources(folders.study_file).values()
    same = [words for source in sources for words in under_another_year(folders.raw, source, year, YEARS)]
    remedy = "One of the two is not what its place says: put the right file there."
    return CheckResult(not same, f"{'; '.join(same)}. {remedy}" if same else "no content stands under two years")


@lake_asset(
    schema=FileInventory,
    group="raw",
    by_year=True,
    deps=[RAW_FILES],
    sections=[SOURCES, OWN_SOURCES],
    checks=[no_file_stands_under_two_years],
)
def file_inventory(year: int, folders: Folders) -> tuple[pl.DataFrame, dict[str, str]]:
    """The files that feed the year and the hash of their content: when it changes, Dagster marks the year stale.

    A file that stands there twice under two names is told with the table; the cleaning rejects the lines of the second.
    """
    refuse_if_empty(folders.raw)
    sources = read_sources(folders.study_file).values()
    twice = [words for source in sources for words in under_another_name(folders.raw, source, year)]
    files = inventory(folders.raw, year, YEARS, read_for_every_year(folders.study_file))
    return files, {"files_standing_twice": "; ".join(twice) or "none"}


def no_part_is_missing(year: int, folders: Folders) -> CheckResult:
    """Of files numbered at the end of their names none is missing before the last."""
    customs = read_sources(folders.study_file)["customs"]
    gaps = missing_parts(source_files(folders.raw, customs, year))
    return CheckResult(not gaps, "; ".join(gaps) or "the part files are numbered without a gap", {"gaps": len(gaps)})


@lake_asset(
    schema=RawCustoms,
    group="raw",
    by_year=True,
    deps=["file_inventory"],
    sections=READ_BY,
    checks=CHECKS,
    warnings=[no_part_is_missing],
)
def raw_customs(year: int, folders: Folders) -> Generator[pl.DataFrame, None, Facts]:
    """Customs lines as they stand in the files: one row per line of a part file, everything text."""
    return (yield from read_blocks(folders.raw, "customs", year, file_columns(RawCustoms)))


@lake_asset(schema=RawFirmSurvey, group="raw", by_year=True, deps=["file_inventory"], sections=READ_BY, checks=CHECKS)
def raw_firm_survey(year: int, folders: Folders) -> tuple[pl.DataFrame, Facts]:
    """Rows of the annual survey of industrial firms as they stand in the files, everything text."""
    return read_tables(folders.raw, "firm_survey", year, file_columns(RawFirmSurvey))


@lake_asset(schema=RawEgovScores, group="raw", by_year=True, deps=["file_inventory"], sections=READ_BY, checks=CHECKS)
def raw_egov_scores(year: int, folders: Folders) -> tuple[pl.DataFrame, Facts]:
    """Published scores of city government websites in nine fields, as printed: one row per city and producer."""
    table, facts = read_tables(folders.raw, "egov_scores", year, file_columns(RawEgovScores))
    return table.drop("dialect"), facts


@lake_asset(schema=RawCityYearbook, group="raw", by_year=True, deps=["file_inventory"], sections=READ_BY, checks=CHECKS)
def raw_city_yearbook(year: int, folders: Folders) -> tuple[pl.DataFrame, Facts]:
    """Figures of the city yearbook as printed: one row per city, indicator and block."""
    return read_city_yearbook(folders.raw, year)


@lake_asset(
    schema=RawProvinceYearbook, group="raw", by_year=True, deps=["file_inventory"], sections=READ_BY, checks=CHECKS
)
def raw_province_yearbook(year: int, folders: Folders) -> tuple[pl.DataFrame, Facts]:
    """One year's figures of the province yearbook as printed: one row per province and indicator."""
    return read_province_yearbook(folders.raw, year)


@lake_asset(schema=RawWorkReports, group="raw", by_year=True, deps=["file_inventory"])
def raw_work_reports(year: int, folders: Folders) -> tuple[pl.DataFrame, dict[str, int]]:
    """Government work reports as running text: one row per file, in whichever encoding it was saved."""
    refuse_if_empty(folders.raw)
    if lacking := lacking_reports(folders.raw, year):
        raise NotAvailable(lacking)
    reports = read_work_reports(folders.raw, year)
    encodings = reports["encoding"].drop_nulls().value_counts().sort("encoding")
    return reports, {f"files_in_{encoding}": files for encoding, files in encodings.iter_rows()}


@lake_asset(schema=RawInputOutput, group="raw", by_year=False, deps=["file_inventory"])
def raw_input_output(folders: Folders) -> pl.DataFrame:
    """The input-output table cell by cell: the user's, or the shipped one of 2012 (139 sectors); it must balance."""
    refuse_if_empty(folders.raw)
    return read_input_output(folders.raw)


@lake_asset(schema=RawTariffs, group="raw", by_year=False, deps=["file_inventory"])
def raw_tariffs(folders: Folders) -> pl.DataFrame:
    """Applied import tariffs by product and year."""
    refuse_if_empty(folders.raw)
    if lacking := lacking_tariffs(folders.raw):
        raise NotAvailable(lacking)
    return read_tariffs(folders.raw)


def own_assets(study_file: Path | None) -> list[dg.AssetsDefinition]:
    """One table for each of the study's own sources."""
    return [_own_asset(name, own) for name, own in declared_or_none(study_file).items()]


def _own_asset(name: str, own: OwnSource) -> dg.AssetsDefinition:
    def rows(year: int, folders: Folders) -> tuple[pl.DataFrame, Facts]:
        return read_own_rows(folders.raw, name, year, own)

    rows.__name__, rows.__doc__ = f"raw_{name}", f"{own.title}: one row per {own.about}, with the figures as numbers."
    return lake_asset(
        schema=own_table(name, own),
        group="raw",
        by_year=True,
        deps=["file_inventory"],
        sections=[OWN_SOURCES, CORRECTIONS],
        checks=[*CHECKS, no_key_stands_twice],
        warnings=[every_row_is_used],
    )(rows)
