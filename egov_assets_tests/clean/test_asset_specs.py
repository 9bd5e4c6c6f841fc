"""The clean tables in the asset graph: a manifest small enough to read, and the project's own."""

import json
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from egov_assets.clean.asset_specs import DBT_TEST, check_specs, table_specs
from egov_assets.clean.manifest import manifest_path
from egov_assets.platform.dbt_project import PROJECT


def model(name: str, reads: list[str], materialized: str = "lake") -> dict[str, Any]:
    return {
        "resource_type": "model",
        "name": name,
        "original_file_path": f"models/{name}.sql",
        "description": f"One row per {name}.",
        "columns": {"firm": {"name": "firm", "data_type": "varchar", "description": "who"}},
        "config": {"materialized": materialized, "meta": {"key": ["firm"]}},
        "depends_on": {"nodes": reads},
        "tags": ["customs"],
        "checksum": {"name": "sha256", "checksum": f"hash of {name}"},
    }


def dbt_test(name: str, reads: list[str], severity: str = "ERROR", **more: Any) -> dict[str, Any]:
    return {
        "resource_type": "test",
        "unique_id": f"test.x.{name}.1",
        "name": name,
        "description": "",
        "config": {"severity": severity, "meta": more.pop("meta", {})},
        "depends_on": {"nodes": reads},
        **more,
    }


@pytest.fixture
def manifest() -> dict[str, Any]:
    """raw -> judged (memory) -> once (memory) -> exports; exports -> firms, which reads the judged rows too."""
    nodes = {
        "m.judged": model("judged", ["s.raw"], "table"),
        "m.once": model("once", ["m.judged"], "view"),
        "m.exports": model("exports", ["m.once"]),
        "m.firms": model("firms", ["m.exports", "m.judged"]),
        "t.unique": dbt_test("unique", ["m.firms"], attached_node="m.firms"),
        "t.rare": dbt_test("rare", ["m.firms"], "warn", attached_node="m.firms"),
        "t.memory": dbt_test("memory", ["m.judged"], attached_node="m.judged"),
        "t.conserved": dbt_test("conserved", ["s.raw", "m.once", "m.exports"], meta={"table": "exports"}),
    }
    return {"nodes": nodes, "sources": {"s.raw": {"resource_type": "source", "name": "raw_customs"}}}


def test_a_table_is_made_from_the_tables_and_files_behind_what_lives_in_memory(manifest: dict[str, Any]):
    made_from = {
        spec.key.to_user_string(): [dep.asset_key.to_user_string() for dep in spec.deps]
        for spec in table_specs(manifest, "code=1")
    }
    assert made_from == {"exports": ["raw_customs"], "firms": ["exports", "raw_customs"]}


def test_a_table_shows_its_words_columns_key_and_version(manifest: dict[str, Any]):
    spec = next(each for each in table_specs(manifest, "code=1") if each.key == dg.AssetKey("firms"))
    assert (spec.description, spec.group_name, spec.code_version) == ("One row per firms.", "clean", "code=1")
    assert spec.kinds == {"dbt", "duckdb"} and spec.tags["customs"] == ""
    [column] = spec.metadata["dagster/column_schema"].columns
    assert (column.name, column.type, column.description) == ("firm", "varchar", "who")
    assert spec.metadata["egov/key"] == ["firm"]


def test_a_test_is_the_check_of_the_table_it_stands_with_or_names_and_waits_for_the_others_it_reads(
    manifest: dict[str, Any],
):
    checks = {spec.key.to_user_string(): spec for spec in check_specs(manifest)}
    assert set(checks) == {"firms:unique", "firms:rare", "exports:conserved"}
    assert [checks[name].blocking for name in checks] == [True, False, True]
    assert all(spec.partitions_def for spec in checks.values())
    assert [dep.asset_key.to_user_string() for dep in checks["exports:conserved"].additional_deps] == ["raw_customs"]
    assert checks["exports:conserved"].metadata == {DBT_TEST: "test.x.conserved.1"}


def test_every_test_of_the_project_is_the_check_of_a_table_unless_it_stands_with_a_model_in_memory():
    """One in a file of its own that names no table would judge the year without ever being seen in the UI."""
    manifest = json.loads(manifest_path().read_text("utf-8"))
    shown = {spec.metadata[DBT_TEST] for spec in check_specs(manifest)}
    tables = {spec.key.to_user_string() for spec in table_specs(manifest, "code=1")}
    others = {
        name: manifest["nodes"][node["attached_node"]]["name"] if node.get("attached_node") else None
        for name, node in manifest["nodes"].items()
        if node["resource_type"] == "test" and name not in shown
    }
    assert shown and tables
    assert None not in others.values() and tables.isdisjoint(others.values())


def test_a_checkout_that_may_only_be_read_takes_no_manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("EGOV_OUTPUTS", str(tmp_path))
    monkeypatch.setattr("egov_assets.clean.manifest.IS_INSTALLED", False)
    monkeypatch.setattr("egov_assets.clean.manifest._parse_into", lambda path: None)
    monkeypatch.setattr("egov_assets.clean.manifest.os.access", lambda *_: False)
    assert manifest_path().parent == tmp_path / ".dbt"
    monkeypatch.setattr("egov_assets.clean.manifest.os.access", lambda *_: True)
    assert manifest_path().parent == PROJECT / "target"
