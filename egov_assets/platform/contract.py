"""What a table promises, said once in its pandera model: columns with units and rules, key, sources of columns."""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import dagster as dg
import pandera.polars as pa
import polars as pl
from dagster_pandera import pandera_schema_to_dagster_type

from egov_assets.platform.column_lineage import column_sources, lineage_metadata

# Pinned, and tested here: the table schema of a pandera model.
warnings.filterwarnings("ignore", category=dg.BetaWarning, module=__name__)

KEY_COLUMNS = "egov/key"  # metadata of every table: the columns that identify a row
OPTIONAL = "egov/optional"  # metadata of a table: the inputs that it can do without
ALL_OR_NONE = "egov/all_or_none"  # metadata of a table: the inputs without which it is another reading
MADE_FROM = "egov/made_from"  # metadata of a table: column -> "input.column input.column" where its name does not tell
READS = "egov/reads"  # metadata of a table that reads files beside its inputs: their patterns
ROWS_OF = "rows_of"  # tag of every table: one file a year, or one of all years
ONE_YEAR, ALL_YEARS = "one_year", "all_years"


class Table(pa.DataFrameModel):
    """The model of a lake table: no other columns than these.

    _key        the columns that identify a row and sort the table
    _made_from  column -> "input.column input.column", where its name alone does not tell (`column_lineage.py`)
    """

    _key: ClassVar[list[str]]
    _made_from: ClassVar[Mapping[str, str]] = {}

    class Config:
        strict = True


def columns_of(schema: type[Table]) -> dg.TableSchema:
    """The columns with types, descriptions and rules, as the UI and the data dictionary show them.

    Raises  TypeError if the model names no key
    """
    if not getattr(schema, "_key", None):
        raise TypeError(f"{schema.__name__} needs a `_key`: the columns that identify a row.")
    described = pandera_schema_to_dagster_type(schema).metadata["schema"]
    assert isinstance(described, dg.TableSchemaMetadataValue), "what dagster_pandera makes of every model"
    return described.schema


def without_rows(schema: type[Table]) -> pl.DataFrame:
    """The table of a model as it is where it cannot be made."""
    columns = schema.to_schema().columns
    return pl.DataFrame(schema={name: column.dtype.type for name, column in columns.items()})


def rules_of(constraints: dg.TableColumnConstraints) -> list[str]:
    """The rules of a column in words."""
    return [
        *([] if constraints.nullable else ["never missing"]),
        *(["unique"] if constraints.unique else []),
        *(rule for rule in constraints.other if rule),
    ]


def limits(columns: dg.TableSchema) -> str:
    """The rules of all columns as a list in Markdown."""
    return "\n".join(
        f"- `{column.name}`: {', '.join(rules_of(column.constraints)) or 'no rule'}" for column in columns.columns
    )


def lineage_of(
    columns: dg.TableSchema, inputs: Mapping[str, Sequence[str]], made_from: Mapping[str, str]
) -> dict[str, Any]:
    """Metadata that says from which columns of its inputs (table -> columns) each column is made."""
    return lineage_metadata(column_sources([column.name for column in columns.columns], inputs, made_from))
