"""The estimation sample and one asset per table; `regression_tables` gathers them and writes the files people read."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl

from egov_assets.firm_match.settings import SECTION as MATCHING
from egov_assets.firm_match.settings import read_match_settings
from egov_assets.moderators.settings import SECTION as MODERATORS
from egov_assets.moderators.settings import read_moderator_settings
from egov_assets.moderators.upstreamness import PRODUCTS, product_sectors, upstreamness_of_products
from egov_assets.platform.check_results import CheckResult
from egov_assets.platform.folders import Folders
from egov_assets.platform.lake_asset import lake_asset
from egov_assets.platform.reference import table
from egov_assets.platform.settings_file import SettingsError
from egov_assets.platform.ui_metadata import Markdown
from egov_assets.raw.own_sources import SECTION as OWN_SOURCES
from egov_assets.regression_tables.descriptives import descriptive_statistics
from egov_assets.regression_tables.estimate import WEAK_INSTRUMENT_VARIANT, estimate_table
from egov_assets.regression_tables.gather import every_column_is_estimated, publish_tables
from egov_assets.regression_tables.inference import SECTION as INFERENCE
from egov_assets.regression_tables.inference import read_inference
from egov_assets.regression_tables.own_columns import (
    JOINS,
    own_sources_meet_firms,
    own_sources_of,
    panel_of,
    with_own_columns,
)
from egov_assets.regression_tables.panel import firm_panel_of, panel_summary
from egov_assets.regression_tables.panel_checks import firms_keep_their_place_in_quality
from egov_assets.regression_tables.panel_coverage import coverage, coverage_by_year, unmatched_cities
from egov_assets.regression_tables.printed import printed_descriptives, printed_table
from egov_assets.regression_tables.render import to_markdown
from egov_assets.regression_tables.robust_inference import robust_inference_of
from egov_assets.regression_tables.schema import (
    CitiesUnmatched,
    Descriptives,
    Estimates,
    PanelCoverage,
    RobustInference,
    SpecificationCurve,
)
from egov_assets.regression_tables.settings import SECTION as PRINTING
from egov_assets.regression_tables.settings import read_printing
from egov_assets.regression_tables.specification_curve import shares_by_estimator, specification_curve_of
from egov_assets.regression_tables.specifications import SECTION as TABLES
from egov_assets.regression_tables.specifications import Table, own_tables, read_specifications

ESTIMATED = ("estimate", "std_error", "p_value", "ci_low", "ci_high", "n")


def panel_asset(study_file: Path | None) -> dg.AssetsDefinition:
    """The firm panel of a study, with the columns of the study's own sources."""
    own = own_sources_of(study_file)
    of_own_sources = [f"raw_{name}" for name in own]

    @lake_asset(
        schema=panel_of(own),
        group="regression_tables",
        by_year=False,
        deps=["file_inventory"],
        gathers=of_own_sources,
        reads=[PRODUCTS],
        sections=[MATCHING, MODERATORS, *([OWN_SOURCES] if own else [])],
        optional=[
            "clean_cities",
            "clean_provinces",
            "egscore_index",
            "egscore_variants",
            "iv_instruments",
            "city_moderators",
            "importer_tariffs",
            *of_own_sources,
        ],
        warnings=[firms_keep_their_place_in_quality, *([own_sources_meet_firms] if own else [])],
    )
    def firm_panel(
        firm_match: pl.DataFrame,
        firm_panel_ids: pl.DataFrame,
        firm_quality: pl.DataFrame,
        clean_firms: pl.DataFrame,
        clean_cities: pl.DataFrame,
        clean_provinces: pl.DataFrame,
        egscore_index: pl.DataFrame,
        egscore_variants: pl.DataFrame,
        iv_instruments: pl.DataFrame,
        clean_exports: pl.LazyFrame,
        city_moderators: pl.DataFrame,
        exporter_trade_modes: pl.DataFrame,
        sector_stages: pl.DataFrame,
        importer_tariffs: pl.DataFrame,
        folders: Folders,
        **tables: pl.DataFrame,
    ) -> tuple[pl.DataFrame, dict[str, Any]]:
        """The estimation sample: matched firm-years with every variable of the tables, in the paper's names.

        Source  method.md sections 4, 6, 7, 9, 11, 12
        """
        settings = read_moderator_settings(folders.study_file)
        panel = firm_panel_of(
            firm_match,
            firm_panel_ids,
            firm_quality,
            clean_firms,
            clean_cities,
            clean_provinces,
            egscore_index,
            egscore_variants,
            iv_instruments,
            clean_exports,
            city_moderators,
            exporter_trade_modes,
            upstreamness_of_products(product_sectors(folders.raw), sector_stages, settings.upstreamness),
            importer_tariffs,
            read_match_settings(folders.study_file),
            settings,
        )
        panel, joins = with_own_columns(panel, own, tables, clean_exports)
        return panel, panel_summary(panel) | ({JOINS: joins} if own else {})

    return firm_panel


@lake_asset(schema=PanelCoverage, group="regression_tables", by_year=False)
def panel_coverage(firm_panel: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, pl.DataFrame]]:
    """How many firm-years of each year have each variable."""
    covered = coverage(firm_panel)
    return covered, {"percent_by_year": coverage_by_year(covered)}


def every_name_is_known(table: pl.DataFrame) -> CheckResult:
    """Every city name of the scores and the city yearbook is known."""
    strange = table.drop_nulls("nearest_known_name")
    words = "; ".join(
        f"{row['city_name']} ({row['year']}, nearest known name {row['nearest_known_name']})"
        for row in strange.iter_rows(named=True)
    )
    return CheckResult(strange.is_empty(), words or "all are known", {"names": strange["city_name"].n_unique()})


@lake_asset(
    schema=CitiesUnmatched,
    group="regression_tables",
    by_year=False,
    optional=["clean_cities"],
    warnings=[every_name_is_known],
)
def cities_unmatched(
    firm_panel: pl.DataFrame,
    clean_cities: pl.DataFrame,
    rejected_rows: pl.LazyFrame,
) -> tuple[pl.DataFrame, dict[str, pl.DataFrame]]:
    """Cities by name that found no partner: unknown names in files, and firms' cities without score or yearbook."""
    unmatched = unmatched_cities(firm_panel, clean_cities, rejected_rows, table("prefectures"))
    return unmatched, {"cities": unmatched}


@lake_asset(schema=Descriptives, group="regression_tables", by_year=False, sections=[PRINTING])
def table_01_descriptives(firm_panel: pl.DataFrame, folders: Folders) -> tuple[pl.DataFrame, dict[str, Any]]:
    """Table 1: n, mean, sd, min, max of each variable on its own observations.

    Source  method.md section 7
    """
    statistics = descriptive_statistics(firm_panel)
    printed = printed_descriptives(statistics, printing=read_printing(folders.study_file))
    return statistics, {"table": Markdown(to_markdown(printed))}


@lake_asset(schema=SpecificationCurve, group="regression_tables", by_year=False, kinds=("polars", "pyfixest"))
def specification_curve(firm_panel: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, Any]]:
    """The baseline under every combination of the paper's open points that the panel can tell apart.

    Source  method.md section 15
    """
    curve = specification_curve_of(firm_panel)
    counts = {"regressions": curve.height, "combinations": curve["combinations"].sum()}
    return curve, counts | {"by_outcome_and_estimator": shares_by_estimator(curve)}


@lake_asset(
    schema=RobustInference,
    group="regression_tables",
    by_year=False,
    kinds=("polars", "pyfixest"),
    sections=[INFERENCE, TABLES],
)
def robust_inference(firm_panel: pl.DataFrame, folders: Folders) -> pl.DataFrame:
    """The headline column by every method of inference, and p-values of whole tables of products.

    Source  docs/inference.md
    """
    places = table("prefectures").select("lon", "lat", city="code")
    tables = read_specifications(folders.study_file)
    return robust_inference_of(firm_panel, tables, places, read_inference(folders.study_file).conley_km)


def table_assets(study_file: Path | None) -> list[dg.AssetsDefinition]:
    """The firm panel, one asset per table, the paper's and the study's own, and `regression_tables`.

    A study.yml that cannot be used is left to `check_settings`, which stops every run with the reason: the
    graph of the paper's tables must not vanish from the UI for it.
    """
    try:
        specifications, own = read_specifications(study_file), own_tables(study_file) if study_file else {}
    except SettingsError:
        specifications, own = read_specifications(), {}
    tables = [
        _table_asset(name, table, [INFERENCE, *([TABLES] if name in own else [])])
        for name, table in specifications.items()
    ]
    return [panel_asset(study_file), *tables, _gathered(specifications)]


_estimated = partial(
    lake_asset, schema=Estimates, group="regression_tables", by_year=False, kinds=("polars", "pyfixest")
)


def _table_asset(name: str, specification: Table, sections: Sequence[str]) -> dg.AssetsDefinition:
    # Its numbers are made from every variable that its columns use; D. is a change.
    used = {each.removeprefix("D.") for column in specification.columns.values() for each in column.variables}
    sources = " ".join(f"firm_panel.{each}" for each in sorted(used))

    def estimates_of(firm_panel: pl.DataFrame, folders: Folders) -> tuple[pl.DataFrame, dict[str, Any]]:
        estimates = estimate_table(name, specification, firm_panel, read_inference(folders.study_file).errors)
        printed = printed_table(name, specification, estimates)
        tested = estimates.filter(variant=WEAK_INSTRUMENT_VARIANT).drop_nulls("effective_f")
        effective = {f"effective_f_column_{row['column']}": row["effective_f"] for row in tested.to_dicts()}
        return estimates, {"table": Markdown(to_markdown(printed)), **effective}

    estimates_of.__name__ = specification.asset or name
    estimates_of.__doc__ = specification.description or specification.title
    return _estimated(made_from=dict.fromkeys(ESTIMATED, sources), sections=sections)(estimates_of)


def _gathered(specifications: Mapping[str, Table]) -> dg.AssetsDefinition:
    names = [specification.asset or name for name, specification in specifications.items()]

    @_estimated(gathers=names, sections=[PRINTING, TABLES], warnings=(every_column_is_estimated,))
    def regression_tables(
        table_01_descriptives: pl.DataFrame, firm_panel: pl.DataFrame, folders: Folders, **tables: pl.DataFrame
    ) -> pl.DataFrame:
        """All estimates in one tidy table, also of a study's own tables; writes outputs/tables.

        In   the tables; firm_panel tells the check how many years there are
        Out  estimates.parquet, estimates.csv; each table in English and Chinese as .html, .md, .tex and .docx
        """
        estimates = pl.concat([Estimates.empty(), *tables.values()]).sort("table", "column", "variant", "term")
        publish_tables(
            specifications, estimates, table_01_descriptives, folders.tables, read_printing(folders.study_file)
        )
        return estimates

    return regression_tables
