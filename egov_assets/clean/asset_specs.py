"""What the asset graph knows of the clean tables, read off dbt's manifest: tables, what each is made from, dbt's tests.

A model is a table if it is materialized as `lake`. The others live in memory for one dbt call and have no file, so the
graph does not show them: a table is made from the tables and sources behind them, and their tests judge the year
without being the check of a table.
"""

from collections.abc import Callable, Mapping
from typing import Any

import dagster as dg

from egov_assets.platform.asset_checks import check_spec
from egov_assets.platform.availability import Lacking, Needs
from egov_assets.platform.contract import KEY_COLUMNS, ONE_YEAR, OPTIONAL, ROWS_OF
from egov_assets.platform.dbt_project import PROJECT
from egov_assets.platform.lake_asset import code_link
from egov_assets.platform.owner import OWNER

DBT_TEST = "egov/dbt_test"  # metadata of a check: the dbt test that it is

Manifest = Mapping[str, Any]  # manifest.json
Node = Mapping[str, Any]  # one model or test in it


def table_specs(manifest: Manifest, code_version: str) -> list[dg.AssetSpec]:
    """One for each table, in the manifest's order; one version, because one call of dbt makes all."""
    return [
        dg.AssetSpec(
            node["name"],
            deps=sorted(_made_from(manifest, node)),
            description=node["description"],
            group_name="clean",
            kinds={"dbt", "duckdb"},
            owners=[OWNER],
            tags={**dict.fromkeys(node["tags"], ""), ROWS_OF: ONE_YEAR},
            code_version=code_version,
            metadata={
                "dagster/column_schema": _columns(node),
                KEY_COLUMNS: node["config"]["meta"]["key"],
                "dagster/code_references": code_link(PROJECT / node["original_file_path"]),
                OPTIONAL: sorted(_made_from(manifest, node)) if len(_sources(manifest, node)) > 1 else [],
            },
            skippable=True,  # a run may ask for some of the tables only
        )
        for node in manifest["nodes"].values()
        if _is_table(node)
    ]


def lacking_tables(manifest: Manifest, year: int, of: Callable[[str, int | None], Lacking]) -> dict[str, Lacking]:
    """Of the tables that cannot be made in a year, what they lack, given what its raw tables do."""
    lacking = {table: needs.lacking(of) for table, needs in _needs_of_tables(manifest, year).items()}
    return {table: patterns for table, patterns in lacking.items() if patterns}


def _needs_of_tables(manifest: Manifest, year: int) -> dict[str, Needs]:
    """Table -> the raw tables it is made from: one made from several sources can do without any of them."""
    tables = [node for node in manifest["nodes"].values() if _is_table(node)]
    sources = {node["name"]: _sources(manifest, node) for node in tables}
    return {
        table: Needs(year, {name: [year] for name in read}, optional=read if len(read) > 1 else ())
        for table, read in sources.items()
    }


def _sources(manifest: Manifest, node: Node) -> set[str]:
    """Names of the raw tables that a node is made from, however many models are between."""
    found: set[str] = set()
    for parent in node["depends_on"]["nodes"]:
        source = manifest["sources"].get(parent)
        found |= {source["name"]} if source else _sources(manifest, manifest["nodes"][parent])
    return found


def check_specs(manifest: Manifest) -> list[dg.AssetCheckSpec]:
    """One for each dbt test of a table; a test in a file of its own names the table that it judges as `meta.table`."""
    tests = [node for node in manifest["nodes"].values() if node["resource_type"] == "test"]
    return [
        check_spec(
            test["name"],
            table,
            by_year=True,
            stops=test["config"]["severity"].lower() == "error",
            description=test["description"] or None,
            reads=sorted(_made_from(manifest, test) - {table}),
            metadata={DBT_TEST: test["unique_id"]},
        )
        for test in tests
        if (table := _table_judged(manifest, test))
    ]


def _is_table(node: Node) -> bool:
    return node["resource_type"] == "model" and node["config"]["materialized"] == "lake"


def _made_from(manifest: Manifest, node: Node) -> set[str]:
    """Names of the sources and tables that a node reads, itself or through models in memory."""
    found: set[str] = set()
    for parent in node["depends_on"]["nodes"]:
        read = manifest["sources"].get(parent) or manifest["nodes"][parent]
        is_shown = read["resource_type"] == "source" or _is_table(read)
        found |= {read["name"]} if is_shown else _made_from(manifest, read)
    return found


def _table_judged(manifest: Manifest, test: Node) -> str | None:
    if attached := test.get("attached_node"):  # dbt names it where the test stands in the table's own yml
        node = manifest["nodes"][attached]
        return node["name"] if _is_table(node) else None
    return test["config"]["meta"].get("table")


def _columns(node: Node) -> dg.TableSchema:
    return dg.TableSchema(
        [dg.TableColumn(name, each["data_type"], each["description"]) for name, each in node["columns"].items()]
    )
