"""From which columns each column of a clean table is made, read off the SQL that dbt ran."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from egov_assets.platform.column_lineage import Lineage, Source

LIST = "reference__"  # within SQL; reference__countries is told as reference/countries


def lineage_of_models(
    sql: Mapping[str, str], tables: Sequence[str], raw_columns: Mapping[str, Sequence[str]]
) -> dict[str, Lineage]:
    """For each of `tables`, column -> the columns it is computed from, in raw tables, code lists or other `tables`.

    sql          model -> compiled DuckDB SQL, each after the models it reads
    raw_columns  raw table -> its columns
    A column counts as a source where its value enters, not where it only filters, joins or groups. What a model holds
    as constants has no source.
    """
    columns: dict[str, Sequence[str]] = dict(raw_columns)
    direct: dict[str, Lineage] = {}
    for model, text in sql.items():
        direct[model] = _direct_sources(text, columns)
        columns[model] = list(direct[model])
    ends = set(tables)

    def traced(source: Source) -> set[Source]:
        table, column = source
        if table in ends or table not in direct:
            return {(table.replace(LIST, "reference/"), column)}
        return {end for each in direct[table].get(column, ()) for end in traced(each)}

    return {
        table: {
            column: tuple(sorted({end for each in sources for end in traced(each)}))
            for column, sources in direct[table].items()
        }
        for table in tables
    }


def _direct_sources(text: str, columns: dict[str, Sequence[str]]) -> Lineage:
    """Column of one model -> columns of the tables it names; code lists that it reads are added to `columns`."""
    # takes half a second, and only a run of this chapter needs it
    import sqlglot
    from sqlglot import exp
    from sqlglot.lineage import lineage
    from sqlglot.optimizer.qualify import qualify
    from sqlglot.optimizer.scope import build_scope

    tree = sqlglot.parse_one(text, dialect="duckdb")
    for table in list(tree.find_all(exp.Table)):
        table.set("db", None)
        table.set("catalog", None)
        if file := table.find(exp.ReadCSV):
            path = Path(file.this.name)
            with path.open(encoding="utf-8", newline="") as lines:
                columns[LIST + path.stem] = next(csv.reader(lines))
            table.replace(exp.to_table(LIST + path.stem, alias=table.args.get("alias")))
    schema: dict[str, object] = {name: dict.fromkeys(known, "text") for name, known in columns.items()}
    select = qualify(tree, schema=schema, dialect="duckdb", validate_qualify_columns=False)
    assert isinstance(select, exp.Query), "a model is a query"
    scope = build_scope(select)
    found: Lineage = {}
    for column in select.named_selects:
        # Trimmed, each node would hold a copy of its query: 6.6 of 7 seconds a year, and only the names are read.
        node = lineage(column, select, schema, scope=scope, dialect="duckdb", copy=False, trim_selects=False)
        ends = [end for end in node.walk() if not end.downstream and isinstance(end.source, exp.Table)]
        found[column] = tuple(sorted({(end.source.name, end.name.rpartition(".")[2].strip('"')) for end in ends}))
    return found
