"""The clean tables as assets: one dbt build per year, published only if every model and every check of it succeeds.

Three tables of all years tell how they came about: `sample_attrition`, `unit_changes` and `survey_plausibility`.
"""

import json
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import cast

import dagster as dg
import polars as pl

from egov_assets.clean.asset_specs import DBT_TEST, check_specs, lacking_tables, table_specs
from egov_assets.clean.attrition import attrition, attrition_page
from egov_assets.clean.build_year import NodeResult, build_year, publish, words
from egov_assets.clean.manifest import manifest_path, project_fingerprint
from egov_assets.clean.plausibility import plausibility
from egov_assets.clean.schema import SampleAttrition, SurveyPlausibility, UnitChanges
from egov_assets.clean.settings import SECTION as CLEANING
from egov_assets.clean.settings import read_cleaning
from egov_assets.clean.units import CONVERTED, KEPT, LEFT_OUT, units_by_year
from egov_assets.platform.availability import lacking_of_table, words_of_lacking
from egov_assets.platform.check_results import CheckResult
from egov_assets.platform.code_version import PRODUCTS, version_of
from egov_assets.platform.column_lineage import Lineage, lineage_metadata
from egov_assets.platform.folders import Folders
from egov_assets.platform.lake import table_path
from egov_assets.platform.lake_asset import lake_asset, materialized_without_rows
from egov_assets.platform.partitions import export_years
from egov_assets.platform.publishing import FIRST_ROWS
from egov_assets.platform.ui_metadata import as_metadata

MANIFEST = json.loads(manifest_path().read_text(encoding="utf-8"))
UNITS_SHOWN = 10


@dg.multi_asset(
    name="clean_year",
    specs=table_specs(MANIFEST, f"{version_of(__name__, [CLEANING, PRODUCTS])} dbt={project_fingerprint()}"),
    check_specs=check_specs(MANIFEST),
    can_subset=True,
    partitions_def=export_years,
    required_resource_keys={"folders"},
)
def clean_year(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """One year's raw rows through dbt. All tables of the year are replaced together or not at all."""
    folders = context.resources.folders
    lake, cleaning, year = folders.lake, read_cleaning(folders.study_file), int(context.partition_key)
    checks = _checks_by_test(context)
    lacking = lacking_tables(MANIFEST, year, partial(lacking_of_table, lake))
    with build_year(lake, year, cleaning, lacking=lacking) as build:
        for result in build.results:
            if result.unique_id in checks:
                yield _check_result(checks[result.unique_id], result)
        if build.bad:
            raise dg.Failure(words(build), allow_retries=False)
        lineage = build.lineage
        versions = publish(build, lake)
    context.log.info(f"clean {build.year}: {len(versions)} tables published, {len(checks)} checks passed")
    for result in build.results:  # in dbt's order, upstream first, as Dagster asks for
        key = dg.AssetKey(result.name)
        if not (result.is_model and key in context.selected_asset_keys):
            continue
        if result.name in lacking:
            path, why = table_path(lake, result.name, year), words_of_lacking(lacking[result.name])
            yield materialized_without_rows(result.name, path, versions[result.name], why)
        else:
            yield _materialized(result.name, year, versions, lake, lineage)


def _checks_by_test(context: dg.AssetExecutionContext) -> dict[str, dg.AssetCheckKey]:
    """dbt test -> the selected asset check it is."""
    specs = {spec.key: spec for spec in context.assets_def.check_specs}
    return {specs[key].metadata[DBT_TEST]: key for key in sorted(context.selected_asset_check_keys)}


def _check_result(key: dg.AssetCheckKey, result: NodeResult) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=key.asset_key,
        check_name=key.name,
        passed=result.status == "pass",
        severity=dg.AssetCheckSeverity.WARN if result.status == "warn" else dg.AssetCheckSeverity.ERROR,
        description="no row fails" if result.status == "pass" else result.found,
        metadata={"failures": result.failures or 0, "seconds": result.seconds},
    )


def _materialized(
    table: str, year: int, versions: Mapping[str, str], lake: Path, lineage: Mapping[str, Lineage]
) -> dg.MaterializeResult:
    """A published table with its file, rows, first rows, content hash and the sources of its columns."""
    path = table_path(lake, table, year)
    return dg.MaterializeResult(
        asset_key=table,
        data_version=dg.DataVersion(versions[table]),
        metadata={
            "dagster/row_count": pl.scan_parquet(path).select(pl.len()).collect().item(),
            "path": dg.MetadataValue.path(path),
            **as_metadata({"preview": pl.read_parquet(path, n_rows=FIRST_ROWS, hive_partitioning=False)}),
            **lineage_metadata(lineage[table]),
        },
    )


@lake_asset(schema=SampleAttrition, group="clean", by_year=False)
def sample_attrition(sample_flow: pl.DataFrame, folders: Folders) -> tuple[pl.DataFrame, dict[str, Path]]:
    """The sample flow of all years with what is left after each cut; also as page and picture for people."""
    from egov_assets.clean.attrition_picture import draw_attrition
    from egov_assets.platform.figure_style import drawing, save_figure
    from egov_assets.platform.spreadsheets import publish_csv
    from egov_assets.platform.words import words_of
    from egov_assets.platform.written_files import publish_text

    steps = attrition(sample_flow)
    said = steps.with_columns(pl.col("reason").map_elements(words_of("clean", "en").of, return_dtype=pl.String))
    with drawing():
        save_figure(draw_attrition(said), folders.tables / "sample_flow")
    publish_text(attrition_page(said), folders.tables / "sample_flow.html")
    publish_csv(said, folders.tables / "sample_flow.csv")
    return steps, {"what_is_left": folders.tables / "sample_flow.png", "page": folders.tables / "sample_flow.html"}


def no_product_changes_its_unit(table: pl.DataFrame) -> CheckResult:
    """Every product is counted in one unit in all years that name one."""
    year = pl.format("{} {}", "year", "unit")
    said = pl.when(pl.col("treatment") == KEPT).then(year).otherwise(pl.format("{} ({})", year, "treatment"))
    products = table.group_by("hs6_2007_code", maintain_order=True).agg(said.alias("years"))
    words = "; ".join(f"{code}: {', '.join(years)}" for code, years in products.head(UNITS_SHOWN).iter_rows())
    more = ", …" if products.height > UNITS_SHOWN else ""
    flows = {f"flows {each}": int(table.filter(treatment=each)["flows"].sum()) for each in (CONVERTED, LEFT_OUT)}
    facts = {"products": products.height, **flows}
    return CheckResult(table.is_empty(), words + more or "no product changes its unit", facts)


@lake_asset(schema=UnitChanges, group="clean", by_year=False, warnings=[no_product_changes_its_unit])
def unit_changes(clean_product_units: pl.DataFrame) -> pl.DataFrame:
    """Products whose quantities are in different units in different years, and what quality does with each year."""
    return units_by_year(clean_product_units)


def digits_follow_benford(table: pl.DataFrame) -> CheckResult:
    """First and second digits of the survey's figures follow Benford's law."""
    return _finding(table, ["first digits", "second digits"])


def firms_do_not_repeat_figures(table: pl.DataFrame) -> CheckResult:
    """Few firms report to the last digit what they reported the year before."""
    return _finding(table, ["same as the year before"])


def figures_are_not_rounded(table: pl.DataFrame) -> CheckResult:
    """Few figures end in 00."""
    return _finding(table, ["ends in 00"])


@lake_asset(
    schema=SurveyPlausibility,
    group="clean",
    by_year=False,
    warnings=[digits_follow_benford, firms_do_not_repeat_figures, figures_are_not_rounded],
)
def survey_plausibility(clean_firms: pl.DataFrame) -> pl.DataFrame:
    """Digits, repeats and rounding of the survey's figures by year: its later years are under suspicion."""
    return plausibility(clean_firms)


def _finding(table: pl.DataFrame, tests: list[str]) -> CheckResult:
    judged = table.filter(pl.col("test").is_in(tests), pl.col("limit").is_not_null())
    suspect = judged.filter("is_suspect")
    words = "; ".join(
        f"{row['year']} {row['figure']}, {row['test']}: {row['statistic']:.4f}, at most {row['limit']}"
        for row in suspect.iter_rows(named=True)
    )
    largest = cast("float | None", (judged["statistic"] / judged["limit"]).max())
    facts = {"statistics": judged.height, "suspect": suspect.height, "largest_share_of_limit": largest or 0.0}
    return CheckResult(suspect.is_empty(), words or f"none of {judged.height} statistics is above its limit", facts)
