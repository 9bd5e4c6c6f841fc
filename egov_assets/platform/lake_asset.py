"""`@lake_asset`: a pure function over frames becomes an asset that is checked first and published only if it passes.

What belongs here: inputs by parameter name, and what Dagster is told. Not here: what a table promises (`contract.py`),
how it is judged and published (`publishing.py`), how files are written (`lake.py`), what a table means (the chapters).
"""

import inspect
import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, get_type_hints

import dagster as dg
import polars as pl

from egov_assets.platform.asset_checks import Check, audit_results, check_specs, judged, not_judged, refusal
from egov_assets.platform.automation import refresh_when_inputs_change
from egov_assets.platform.availability import Needs, NotAvailable, footer_of, lacking_of_table
from egov_assets.platform.code_version import version_of
from egov_assets.platform.contract import (
    ALL_OR_NONE,
    ALL_YEARS,
    KEY_COLUMNS,
    MADE_FROM,
    ONE_YEAR,
    OPTIONAL,
    READS,
    ROWS_OF,
    Table,
    columns_of,
    lineage_of,
    without_rows,
)
from egov_assets.platform.lake import scan_table, table_path, write_table
from egov_assets.platform.owner import OWNER
from egov_assets.platform.partitions import export_years
from egov_assets.platform.publishing import Judged, Refused, publish
from egov_assets.platform.ui_metadata import as_metadata, markdown_table
from egov_assets.platform.years import YEARS

# Code references are in beta; tested here.
warnings.filterwarnings("ignore", category=dg.BetaWarning, module=__name__)

NOT_TABLES = ("year", "folders")  # parameters of an asset's function that name no input


def lake_asset(
    *,
    schema: type[Table],
    group: str,
    by_year: bool,
    kinds: Sequence[str] = ("polars",),
    deps: Sequence[str] = (),
    all_years_of: Sequence[str] = (),
    optional: Sequence[str] = (),
    all_or_none: Sequence[str] = (),
    gathers: Sequence[str] = (),
    reads: Sequence[str] = (),
    sections: Sequence[str] = (),
    checks: Sequence[Check] = (),
    warnings: Sequence[Check] = (),
    made_from: Mapping[str, str] | None = None,
) -> Callable[[Callable[..., Any]], dg.AssetsDefinition]:
    """Make an asset of a function that returns a frame, or a frame and a dict of facts for the UI (`ui_metadata.py`).

    schema    model of the table
    by_year   True: one file per year partition; False: one file for all years
    deps      upstream assets that are not read as parameters
    all_years_of  parameters of a yearly asset that it reads for all years
    optional  inputs that it can do without: where they cannot be made, what comes from them has no value
    all_or_none  inputs without which it is another reading, if no year has them; if one has, its own year must
    gathers   further tables, handed to a function that ends in `**tables: pl.DataFrame`
    reads     patterns of files below the raw folder, settings aside, that it reads and whose names no column keeps
    sections  of the study.yml that it reads
    checks    pure functions; a failed one keeps the table unpublished and stops what is downstream
    warnings  pure functions; a failed one is shown and alerted, the table is published
    made_from column -> sources as in the schema's `_made_from`, where tables share a schema

    The function's parameters name lake tables and are loaded by annotation (`pl.DataFrame` or `pl.LazyFrame`): the
    same year for a yearly asset, all years for an all-years asset or where `all_years_of` says so, and a table of all
    years always whole. Two further parameters are filled in when asked for: `year: int` and `folders: Folders`, the
    study's, which Dagster's resource `folders` gives.
    A function that yields frames makes a table that may be larger than memory: each block is judged by the schema and
    written as it comes, all are published together or none. Blocks come in the order of the key; what the function
    returns behind the last are the facts. The checks of such an asset look at its inputs and facts, not at the whole
    table, which nobody holds.
    Where an input lacks its source the table is published without rows and says what it lacks (`availability.py`).
    A check takes the new frame as `table`, the asset's facts as `facts`, and by name any input of the asset; its name
    and first docstring line are the check's name and description in the UI.
    """

    def decorate(function: Callable[..., Any]) -> dg.AssetsDefinition:
        table, hints, columns = function.__name__, get_type_hints(function), columns_of(schema)
        parameters = [*_named_parameters(function), *gathers]
        inputs = [name for name in parameters if name not in NOT_TABLES]
        of_all_years = {*all_years_of, *all_or_none}
        own_checks = [(check, True) for check in checks] + [(check, False) for check in warnings]
        looks_at_rows = any("table" in inspect.signature(check).parameters for check in (*checks, *warnings))
        if looks_at_rows and inspect.isgeneratorfunction(function):
            raise TypeError(f"{table} is written block by block; no check of its own ever sees it whole.")

        @dg.asset(
            name=table,
            description=_in_markdown(inspect.getdoc(function)),
            group_name=group,
            kinds={*kinds, "parquet"},
            owners=[OWNER],
            tags={ROWS_OF: ONE_YEAR if by_year else ALL_YEARS},
            deps=[*(_all_years(name) if name in of_all_years else name for name in inputs), *deps],
            partitions_def=export_years if by_year else None,
            check_specs=check_specs(table, schema, by_year, own_checks),
            metadata={
                "dagster/column_schema": columns,
                KEY_COLUMNS: schema._key,
                MADE_FROM: dict(made_from or schema._made_from),
                "dagster/code_references": _place_of(function),
                **({READS: list(reads)} if reads else {}),
                **({OPTIONAL: list(optional)} if optional else {}),
                **({ALL_OR_NONE: list(all_or_none)} if all_or_none else {}),
            },
            code_version=version_of(function.__module__, sections),
            automation_condition=refresh_when_inputs_change if inputs or deps else None,
            required_resource_keys={"folders"},
        )
        def asset(context: dg.AssetExecutionContext) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult]:
            folders, year = context.resources.folders, int(context.partition_key) if by_year else None
            available: dict[str, Any] = {"year": year, "folders": folders}
            input_columns = {}
            for name in inputs:
                rows = scan_table(folders.lake, name, YEARS if year is None or name in all_years_of else [year])
                input_columns[name] = rows.collect_schema().names()
                available[name] = rows if hints.get(name) is pl.LazyFrame else rows.collect()
            years_read = {name: YEARS if year is None or name in of_all_years else [year] for name in (*inputs, *deps)}
            needs = Needs(year, years_read, optional, all_or_none)
            path = table_path(folders.lake, table, year)

            def made() -> _Blocks:
                if lacking := needs.lacking(partial(lacking_of_table, folders.lake)):
                    raise NotAvailable(lacking)
                return _Blocks(function(**{name: available[name] for name in parameters}))

            def judge(last_block: pl.DataFrame) -> list[Judged]:
                seen = available | {"table": last_block, "facts": blocks.facts}
                return [judged(check, seen, stops) for check, stops in own_checks]

            try:
                blocks = made()
                published = publish(blocks, schema, path, judge)
            except NotAvailable as reason:
                version = write_table(without_rows(schema), path, footer_of(reason.lacking))
                yield materialized_without_rows(table, path, version, str(reason))
                yield from not_judged(["schema", *(check.__name__ for check, _ in own_checks)], str(reason))
                return
            except Refused as refused:
                yield from audit_results(refused.audit, columns)
                raise refusal(table, year, refused, schema) from None
            yield dg.MaterializeResult(
                data_version=dg.DataVersion(published.version),
                metadata={
                    "dagster/row_count": published.rows,
                    "path": dg.MetadataValue.path(path),
                    "preview": dg.MetadataValue.md(markdown_table(published.first_rows)),
                    **lineage_of(columns, input_columns, made_from or schema._made_from),
                    **as_metadata(blocks.facts),
                },
            )
            # Told after the table though found before: Dagster ties a check to the newest table it knows, and one tied
            # to the table before counts as not passed for what waits downstream.
            yield from audit_results(published.audit, columns)

        return asset

    return decorate


def materialized_without_rows(table: str, path: Path, version: str, why: str) -> dg.MaterializeResult:
    """A table that is not available, as the UI shows it: no row, and what would make it possible."""
    return dg.MaterializeResult(
        asset_key=table,
        data_version=dg.DataVersion(version),
        metadata={
            "not_available": f"Not available: {why}.",
            "dagster/row_count": 0,
            "path": dg.MetadataValue.path(path),
        },
    )


class _Blocks:
    """What a function gives, frame by frame, and the facts it tells when the last has been taken."""

    def __init__(self, given: Any) -> None:
        self._given = given
        self.facts: Mapping[str, Any] = {}

    def __iter__(self) -> Iterator[pl.DataFrame]:
        if inspect.isgenerator(self._given):
            self.facts = (yield from self._given) or {}
            return
        frame, self.facts = self._given if isinstance(self._given, tuple) else (self._given, {})
        # In memory, not streaming: streaming adds floats in the order threads finish, and bytes would differ by run.
        yield frame.collect() if isinstance(frame, pl.LazyFrame) else frame


def _named_parameters(function: Callable[..., Any]) -> list[str]:
    parameters = inspect.signature(function).parameters.values()
    return [each.name for each in parameters if each.kind is not inspect.Parameter.VAR_KEYWORD]


def _place_of(function: Callable[..., Any]) -> dg.CodeReferencesMetadataValue:
    """The function's own; Dagster's search for it would find this module."""
    code = inspect.unwrap(function).__code__
    return code_link(Path(code.co_filename), code.co_firstlineno)


def code_link(file: Path, line: int = 1) -> dg.CodeReferencesMetadataValue:
    """The place where a table is made, as the UI links to it."""
    place = dg.LocalFileCodeReference(file_path=str(file), line_number=line, label=f"{file.parent.name}/{file.name}")
    return dg.CodeReferencesMetadataValue(code_references=[place])


def _in_markdown(docstring: str | None) -> str:
    """A docstring whose labelled parts ("Out     one row per ...") are points of a list, as the UI shows Markdown."""
    return re.sub(r"(?m)^(\w+) {2,}", r"- **\1** ", docstring or "")


def _all_years(table: str) -> dg.AssetDep:
    return dg.AssetDep(table, partition_mapping=dg.AllPartitionMapping())
