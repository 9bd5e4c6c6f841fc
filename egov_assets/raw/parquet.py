"""Parquet files, categories as their words."""

from pathlib import Path

import polars as pl

from egov_assets.raw.errors import COMPLETE_OR_REMOVE, COPY_AGAIN
from egov_assets.raw.packed import Member
from egov_assets.raw.statistical import as_text
from egov_assets.raw.text_table import MOST_COLUMNS, TextTable


def read_parquet(member: Member, scratch: Path) -> TextTable:
    """Every column as text, a category as its word; columns of lists and records are left out and named.

    Raises  BadFile if it is empty, damaged, too wide, or all its columns are lists or records
    """
    path = member.on_disk(scratch)
    if not path.stat().st_size:
        raise member.refused("the file is empty", remedy=COMPLETE_OR_REMOVE)
    try:
        rows = pl.scan_parquet(path)
        kinds = rows.collect_schema()
        if len(kinds) > MOST_COLUMNS:
            fault = f"it has {len(kinds):,} columns, more than {MOST_COLUMNS:,}"
            raise member.refused(fault, remedy="Keep the columns that are needed.")
        nested = [name for name, kind in kinds.items() if kind.is_nested()]
        lines = rows.select(pl.len()).collect().item()
        text = scratch / "rows.parquet"
        rows.drop(nested).map_batches(
            lambda block: block.select(as_text(block[column]) for column in block.columns),
            schema={name: pl.String for name in kinds if name not in nested},
            streamable=True,
        ).sink_parquet(text, compression="lz4")
    except pl.exceptions.ComputeError as error:
        fault = f"it cannot be read as Parquet ({error})"
        raise member.refused(fault, remedy=COPY_AGAIN) from error
    return TextTable(
        member.source_name,
        "parquet",
        pl.scan_parquet(text),
        lines=lines,
        single_precision=tuple(name for name, kind in kinds.items() if kind == pl.Float32),
        remarks=(f"columns {', '.join(nested)} hold lists or records and are left out",) if nested else (),
    )
