"""What can be said about yearbook workbooks before anything runs; their indicators stand for columns."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from egov_assets.doctor.found import ColumnFound, Doubt, FileFound
from egov_assets.doctor.plausible import numbers
from egov_assets.raw.files import LeftOut
from egov_assets.raw.lines import lines_not_accounted_for, lines_of
from egov_assets.raw.text_table import TextTable
from egov_assets.raw.yearbooks import BLOCKS, read_yearbook

SAMPLES = 3
YEARBOOKS = {"city_yearbook": "blocks", "province_yearbook": "years_across"}  # source -> its layout
WRONG_BLOCK_SHARE = 0.5  # one typing error in a yearbook is usual, more than half of the cities is a wrong header


def examine_yearbook(
    raw: Path, name: str, paths: Sequence[Path], year: int
) -> tuple[list[FileFound], Sequence[LeftOut]]:
    """The files of a yearbook source and year, their indicators as columns, and what in them is not read."""
    read, faults = read_yearbook(raw, name, paths, year)
    tables = [_figures_found(file, table, name) for file, table in read.tables]
    return [*tables, *(FileFound(file, faults=(fault,)) for file, fault in faults)], read.left_out


def _figures_found(file: str, table: TextTable, name: str) -> FileFound:
    """A yearbook's indicators as its columns: header with unit, share of whole-prefecture cells filled."""
    figures = table.rows.collect()
    doubts = tuple(map(Doubt, _block_doubts(figures))) if name == "city_yearbook" else ()
    if "block" not in figures.columns:
        figures = figures.with_columns(block=pl.lit(BLOCKS[0]))
    columns = []
    for (indicator, unit), cells in figures.group_by("indicator", "unit", maintain_order=True):
        whole = cells.filter(pl.col("block") == BLOCKS[0])["value"]
        share = whole.count() / whole.len() if whole.len() else 0.0
        columns.append(ColumnFound(indicator, f"{indicator} ({unit})", share, tuple(whole.drop_nulls().head(SAMPLES))))
    rows = figures["source_row"].n_unique()
    return FileFound(
        file,
        form=table.form,
        dialect=YEARBOOKS[name],
        rows=rows,
        columns=tuple(columns),
        faults=tuple(lines_not_accounted_for(lines_of([(file, table)], (), {file: rows}))),
        doubts=doubts,
    )


def _block_doubts(figures: pl.DataFrame) -> list[str]:
    """Totals of districts above those of the whole prefecture: the blocks' headers are exchanged."""
    whole, districts = BLOCKS
    if whole not in figures["block"]:
        return [
            f"there is only the block {districts}; the whole prefecture ({whole}) is needed, all rows will be rejected"
        ]
    if districts not in figures["block"]:
        return []
    value = numbers("value")
    both = (
        figures.filter(~pl.col("indicator").str.contains("人均|平均"))  # a total, not a ratio
        .with_columns(value)
        .pivot("block", index=["indicator", "source_row"], values="value", aggregate_function="first")
        .drop_nulls()
    )
    shares = both.group_by("indicator", maintain_order=True).agg(
        (pl.col(districts) > pl.col(whole)).mean().alias("above")
    )
    return [
        f"{indicator}: districts ({districts}) exceed the whole prefecture ({whole}) in {share:.0%} of the cities; "
        "are the blocks' headers exchanged?"
        for indicator, share in shares.iter_rows()
        if share > WRONG_BLOCK_SHARE
    ]
