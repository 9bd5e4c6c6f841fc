"""The estimation sample and one asset per table; `regression_tables` gathers them and writes the files people read."""

from collections.abc import Callable
from functools import partial
from typing import Any

import dagster as dg
import polars as pl

from egov_assets.moderators.settings import read_moderator_settings
from egov_assets.moderators.upstreamness import PRODUCTS, product_sectors, upstreamness_of_products
from egov_assets.platform.check_results import Finding
from egov_assets.platform.folders import Folders
from egov_assets.platform.lake_asset import lake_asset
from egov_assets.platform.reference import table
from egov_assets.platform.ui_metadata import Markdown
from egov_assets.regression_tables.descriptives import descriptive_statistics
from egov_assets.regression_tables.estimate import WEAK_INSTRUMENT_VARIANT, estimate_table
from egov_assets.regression_tables.gather import every_column_is_estimated, gather_tables, publish_tables
from egov_assets.regression_tables.panel import firm_panel_of, panel_summary
from egov_assets.regression_tables.panel_coverage import coverage, coverage_by_year, unmatched_cities
from egov_assets.regression_tables.printed import printed_descriptives, printed_table
from egov_assets.regression_tables.render import to_markdown
from egov_assets.regression_tables.schema import (
    CitiesUnmatched,
    Descriptives,
    Estimates,
    FirmPanel,
    PanelCoverage,
    SpecificationCurve,
)
from egov_assets.regression_tables.settings import read_printing
from egov_assets.regression_tables.specification_curve import specification_curve_of
from egov_assets.regression_tables.specifications import read_specifications


@lake_asset(schema=FirmPanel, group="regression_tables", by_year=False, reads=[PRODUCTS])
def firm_panel(
    firm_match: pl.DataFrame,
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
) -> tuple[pl.DataFrame, dict[str, int]]:
    """The estimation sample: matched firm-years with every variable of the tables, in the paper's names.

    Source  method.md sections 4, 6, 7, 9, 11, 12
    """
    settings = read_moderator_settings(folders.raw)
    panel = firm_panel_of(
        firm_match,
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
        settings,
    )
    return panel, panel_summary(panel)


@lake_asset(schema=PanelCoverage, group="regression_tables", by_year=False)
def panel_coverage(firm_panel: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, pl.DataFrame]]:
    """How many firm-years of each year have each variable."""
    covered = coverage(firm_panel)
    return covered, {"percent_by_year": coverage_by_year(covered)}


def every_name_is_known(table: pl.DataFrame) -> Finding:
    """Every city name of the scores and the city yearbook is known."""
    strange = table.drop_nulls("nearest_known_name")
    words = "; ".join(
        f"{row['city_name']} ({row['year']}, nearest known name {row['nearest_known_name']})"
        for row in strange.iter_rows(named=True)
    )
    return Finding(strange.is_empty(), words or "all are known", {"names": strange["city_name"].n_unique()})


@lake_asset(schema=CitiesUnmatched, group="regression_tables", by_year=False, warnings=[every_name_is_known])
def cities_unmatched(
    firm_panel: pl.DataFrame,
    clean_cities: pl.DataFrame,
    rejected_rows: pl.LazyFrame,
) -> tuple[pl.DataFrame, dict[str, pl.DataFrame]]:
    """Cities by name that found no partner: unknown names in files, and firms' cities without score or yearbook."""
    unmatched = unmatched_cities(firm_panel, clean_cities, rejected_rows, table("prefectures"))
    return unmatched, {"cities": unmatched}


@lake_asset(schema=Descriptives, group="regression_tables", by_year=False)
def table_01_descriptives(firm_panel: pl.DataFrame, folders: Folders) -> tuple[pl.DataFrame, dict[str, Any]]:
    """Table 1: n, mean, sd, min, max of each variable on its own observations.

    Source  method.md section 7
    """
    statistics = descriptive_statistics(firm_panel)
    printed = printed_descriptives(statistics, printing=read_printing(folders.raw))
    return statistics, {"table": Markdown(to_markdown(printed))}


_estimated = partial(
    lake_asset, schema=Estimates, group="regression_tables", by_year=False, kinds=("polars", "pyfixest")
)


def _estimated_by(name: str) -> Callable[[Callable[..., Any]], dg.AssetsDefinition]:
    """An asset of one table; its numbers are made from every variable that its columns use."""
    columns = read_specifications()[name].columns.values()
    variables = {each.removeprefix("D.") for column in columns for each in column.variables}  # D. is a change
    used = " ".join(f"firm_panel.{each}" for each in sorted(variables))
    return _estimated(made_from=dict.fromkeys(("estimate", "std_error", "p_value", "ci_low", "ci_high", "n"), used))


def _estimates(name: str, panel: pl.DataFrame, folders: Folders) -> tuple[pl.DataFrame, dict[str, Any]]:
    specification, printing = read_specifications()[name], read_printing(folders.raw)
    estimates = estimate_table(name, specification, panel)
    printed = printed_table(name, specification, estimates, printing=printing)
    return estimates, {"table": Markdown(to_markdown(printed))}


@_estimated_by("table_02")
def table_02_baseline(firm_panel: pl.DataFrame, folders: Folders) -> tuple[pl.DataFrame, dict[str, Any]]:
    """Table 2: quality on digital government, without effects, with firm and year effects, with controls.

    Source  method.md section 8; column 1 in three readings (N-06), column 2 also on the sample of 3 (N-05)
    """
    return _estimates("table_02", firm_panel, folders)


@_estimated_by("table_03")
def table_03_fields(firm_panel: pl.DataFrame, folders: Folders) -> tuple[pl.DataFrame, dict[str, Any]]:
    """Table 3: one field of the score at a time; with the two that the paper mentions and does not print.

    Source  method.md section 8
    """
    return _estimates("table_03", firm_panel, folders)


@_estimated_by("table_04")
def table_04_robustness(firm_panel: pl.DataFrame, folders: Folders) -> tuple[pl.DataFrame, dict[str, Any]]:
    """Table 4: other outcomes, differences, more controls.

    Source  method.md section 9
    """
    return _estimates("table_04", firm_panel, folders)


@_estimated_by("table_05")
def table_05_samples(firm_panel: pl.DataFrame, folders: Folders) -> tuple[pl.DataFrame, dict[str, Any]]:
    """Table 5: subsamples of firms.

    Source  method.md section 9
    """
    return _estimates("table_05", firm_panel, folders)


@_estimated_by("table_06")
def table_06_instruments(firm_panel: pl.DataFrame, folders: Folders) -> tuple[pl.DataFrame, dict[str, Any]]:
    """Table 6: two-stage least squares, with what the paper does not print: first stages, reduced forms, weak tests.

    Source  method.md section 10
    """
    estimates, facts = _estimates("table_06", firm_panel, folders)
    tested = estimates.filter(variant=WEAK_INSTRUMENT_VARIANT)
    return estimates, facts | {f"effective_f_column_{row['column']}": row["effective_f"] for row in tested.to_dicts()}


@_estimated_by("table_07")
def table_07_regions(firm_panel: pl.DataFrame, folders: Folders) -> tuple[pl.DataFrame, dict[str, Any]]:
    """Table 7: does the effect differ between regions and kinds of city?

    Source  method.md section 11.1
    """
    return _estimates("table_07", firm_panel, folders)


@_estimated_by("table_08")
def table_08_industries(firm_panel: pl.DataFrame, folders: Folders) -> tuple[pl.DataFrame, dict[str, Any]]:
    """Table 8: does it differ between industries?

    Source  method.md section 11.2
    """
    return _estimates("table_08", firm_panel, folders)


@_estimated_by("table_09")
def table_09_firms(firm_panel: pl.DataFrame, folders: Folders) -> tuple[pl.DataFrame, dict[str, Any]]:
    """Table 9: does it differ between kinds of firm?

    Source  method.md section 11.3
    """
    return _estimates("table_09", firm_panel, folders)


@_estimated_by("table_10")
def table_10_mechanisms(firm_panel: pl.DataFrame, folders: Folders) -> tuple[pl.DataFrame, dict[str, Any]]:
    """Table 10: interactions with exit, varieties, foreign capital and innovation.

    Source  method.md section 12
    """
    return _estimates("table_10", firm_panel, folders)


@_estimated(warnings=(every_column_is_estimated,))
def regression_tables(
    table_01_descriptives: pl.DataFrame,
    table_02_baseline: pl.DataFrame,
    table_03_fields: pl.DataFrame,
    table_04_robustness: pl.DataFrame,
    table_05_samples: pl.DataFrame,
    table_06_instruments: pl.DataFrame,
    table_07_regions: pl.DataFrame,
    table_08_industries: pl.DataFrame,
    table_09_firms: pl.DataFrame,
    table_10_mechanisms: pl.DataFrame,
    firm_panel: pl.DataFrame,
    folders: Folders,
) -> pl.DataFrame:
    """All estimates in one tidy table, also of a study's own tables; writes outputs/tables.

    Out  estimates.parquet, estimates.csv; each table in English and Chinese as .html, .md, .tex and .docx
    """
    specifications = read_specifications(folders.raw)
    printed = [
        table_02_baseline,
        table_03_fields,
        table_04_robustness,
        table_05_samples,
        table_06_instruments,
        table_07_regions,
        table_08_industries,
        table_09_firms,
        table_10_mechanisms,
    ]
    estimates = gather_tables(specifications, printed, firm_panel)
    publish_tables(specifications, estimates, table_01_descriptives, folders.tables, read_printing(folders.raw))
    return estimates


@lake_asset(schema=SpecificationCurve, group="regression_tables", by_year=False, kinds=("polars", "pyfixest"))
def specification_curve(firm_panel: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, float]]:
    """The baseline under every combination of the paper's open points that the panel can tell apart.

    Source  method.md section 15
    """
    curve = specification_curve_of(firm_panel)
    positive = curve.filter(pl.col("estimate") > 0).height
    return curve, {"specifications": curve.height, "positive": positive}
