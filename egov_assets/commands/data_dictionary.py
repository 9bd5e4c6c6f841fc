"""`python -m egov_assets.commands.data_dictionary`: all tables and columns, written to docs/data_dictionary.md.

Reads the column schemas that the assets carry, which come from the pandera models and the dbt contracts, so nothing is
described twice.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import dagster as dg

from egov_assets.platform.contract import KEY_COLUMNS, rules_of

PAGE = Path(__file__).parents[2] / "docs" / "data_dictionary.md"
COMMAND = "python -m egov_assets.commands.data_dictionary"
TYPES = {  # of polars and of DuckDB
    **dict.fromkeys(("String", "varchar"), "text"),
    **dict.fromkeys(("Int32", "Int64", "integer", "bigint"), "integer"),
    **dict.fromkeys(("Float64", "double"), "number"),
    **dict.fromkeys(("Boolean", "boolean"), "yes or no"),
}
HEAD = f"""# Data dictionary

Every table with its columns, chapter by chapter. Written by `{COMMAND}`
from the pandera models and the dbt contracts: change those, not this page. A table is the file
`outputs/lake/<table>/data.parquet`, a table by year `outputs/lake/<table>/year=2011/data.parquet`;
each is also a view of `outputs/catalog.duckdb`.
"""


def data_dictionary(assets: Sequence[dg.AssetsDefinition], chapters: Sequence[str]) -> str:
    """The page in Markdown; chapters (groups) in the order given, tables of equal columns under one list."""
    specs = sorted((spec for each in assets for spec in each.specs), key=lambda spec: spec.key)
    lines = [HEAD]
    for chapter in chapters:
        lines.append(f"## {chapter}\n")
        by_columns: dict[str, list[dg.AssetSpec]] = {}
        for spec in (each for each in specs if each.group_name == chapter):
            by_columns.setdefault("\n".join(_columns(spec)), []).append(spec)
        for columns, alike in by_columns.items():
            lines.append(f"### {', '.join(spec.key.to_user_string() for spec in alike)}\n")
            lines += [f"{_introduction(spec)}\n" for spec in alike]
            lines.append(f"{columns}\n")
    return "\n".join(lines)


def _introduction(spec: dg.AssetSpec) -> str:
    first_paragraph = " ".join((spec.description or "").split("\n\n")[0].split())
    return f"{first_paragraph} {'One file a year.' if spec.partitions_def else ''}".rstrip()


def _columns(spec: dg.AssetSpec) -> Iterator[str]:
    schema = spec.metadata["dagster/column_schema"]
    yield f"Key: {', '.join(f'`{name}`' for name in spec.metadata[KEY_COLUMNS])}\n"
    yield "| column | type | meaning | rules |"
    yield "|---|---|---|---|"
    for column in schema.columns:
        cells = (f"`{column.name}`", TYPES[column.type], column.description, ", ".join(rules_of(column.constraints)))
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
    if schema.constraints and schema.constraints.other:
        yield f"\nOf the whole table: {' '.join(schema.constraints.other)}"


if __name__ == "__main__":
    from egov_assets.definitions import chapter_names, study_assets

    PAGE.write_text(data_dictionary(study_assets(), chapter_names()), encoding="utf-8")
    print(PAGE)
