"""From which columns a column is made: what each table says of its own, and the whole way back to the raw files.

A column of a Python table comes from the columns of the same name among the inputs, unless its schema says otherwise in
`_made_from`: column -> "input.column input.column". Pure; the page is drawn in `lineage_page.py`.
"""

from collections.abc import Mapping, Sequence

import dagster as dg

Source = tuple[str, str]  # table, column
Lineage = dict[str, tuple[Source, ...]]

METADATA = "dagster/column_lineage"


def column_sources(
    columns: Sequence[str], inputs: Mapping[str, Sequence[str]], made_from: Mapping[str, str]
) -> Lineage:
    """Column -> the input columns it is made from; empty where neither a name nor a declaration tells.

    inputs     table -> its columns
    made_from  column -> sources, separated by blanks
    """
    return {
        column: tuple(sorted(_source(each) for each in made_from[column].split()))
        if column in made_from
        else tuple(sorted((table, column) for table, known in inputs.items() if column in known))
        for column in columns
    }


def lineage_metadata(lineage: Lineage) -> dict[str, dg.TableColumnLineage]:
    """As Dagster keeps it with a materialization."""
    deps = {
        column: [dg.TableColumnDep(asset_key=dg.AssetKey(table.split("/")), column_name=name) for table, name in found]
        for column, found in lineage.items()
    }
    return {METADATA: dg.TableColumnLineage(deps_by_column=deps)}


def lineage_recorded(metadata: Mapping[str, dg.MetadataValue]) -> Lineage:
    """As it was kept; empty if the table was made before lineage was."""
    if METADATA not in metadata:
        return {}
    recorded = metadata[METADATA]
    assert isinstance(recorded, dg.TableColumnLineageMetadataValue), "Dagster keeps nothing else under this name"
    return {
        column: tuple(("/".join(dep.asset_key.path), dep.column_name) for dep in deps)
        for column, deps in recorded.value.deps_by_column.items()
    }


def _source(text: str) -> Source:
    table, _, column = text.partition(".")
    return table, column
