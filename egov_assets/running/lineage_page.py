"""`lineage.html`: search a column, see what it is made from, table by table back to the raw files, and what uses it.

Dagster keeps the sources of columns with each table; its open-source UI does not draw them, so this page does.
"""

from pathlib import Path
from typing import Any

import dagster as dg
from dagster._core.definitions.assets.graph.base_asset_graph import BaseAssetGraph

from egov_assets.platform.column_lineage import lineage_recorded
from egov_assets.platform.folders import Folders
from egov_assets.platform.pages import page
from egov_assets.platform.written_files import publish_text

COLUMNS = "dagster/column_schema"


def write_lineage_page(graph: BaseAssetGraph, instance: dg.DagsterInstance, folders: Folders) -> Path:
    """Write the page from the definitions and from what the newest run recorded of each table; returns its path."""
    tables = {key.to_user_string(): _table(graph, key, instance) for key in sorted(graph.materializable_asset_keys)}
    path = folders.outputs / "lineage.html"
    publish_text(page("lineage", "Where a column comes from", tables=tables), path)
    return path


def _table(graph: BaseAssetGraph, key: dg.AssetKey, instance: dg.DagsterInstance) -> dict[str, Any]:
    node = graph.get(key)
    event = instance.get_latest_materialization_event(key)
    made = event.asset_materialization if event else None
    lineage = lineage_recorded(made.metadata) if made else {}
    described = node.metadata.get(COLUMNS)
    columns = described.value.columns if hasattr(described, "value") else described.columns if described else []
    return {
        "chapter": node.group_name,
        "what": (node.description or "").strip().split("\n\n")[0],
        "columns": {column.name: [column.type, column.description or ""] for column in columns},
        "sources": {column: [list(source) for source in found] for column, found in lineage.items()},
        "inputs": sorted(parent.to_user_string() for parent in node.parent_keys),
        "made": made is not None,
    }
