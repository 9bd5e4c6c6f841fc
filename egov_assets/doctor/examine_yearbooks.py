"""What can be said about yearbook workbooks before anything runs; their indicators stand for columns."""

from pathlib import Path

import polars as pl

from egov_assets.doctor.found import ColumnFound, Doubt, FileFound
from egov_assets.doctor.plausible import numbers
from egov_assets.raw.errors import BadFile
from egov_assets.raw.files import unchanged
from egov_assets.raw.yearbooks import BLOCKS, city_figures, province_figures

SAMPLES = 3
WRONG_BLOCK_SHARE = 0.5  # one typing error in a yearbook is usual, more than half of the cities is a wrong header


def examine_city_yearbook(path: Path, raw: Path) -> FileFound:
    """A city yearbook workbook: its indicators as columns, and whether its blocks look exchanged."""
    name = path.relative_to(raw).as_posix()
    try:
        with unchanged(path):
            figures = city_figures(path)
    except BadFile as bad:
        return FileFound(name, faults=(str(bad),))
    return _figures_found(name, figures, "blocks", tuple(map(Doubt, _block_doubts(figures))))


def examine_province_yearbook(path: Path, raw: Path, year: int) -> FileFound:
    """One year of a province yearbook workbook: its indicators as columns."""
    name = path.relative_to(raw).as_posix()
    try:
        with unchanged(path):
            figures = province_figures(path, year)
    except BadFile as bad:
        return FileFound(name, faults=(str(bad),))
    return _figures_found(name, figures.with_columns(block=pl.lit(BLOCKS[0])), "years_across", ())


def _figures_found(name: str, figures: pl.DataFrame, dialect: str, doubts: tuple[Doubt, ...]) -> FileFound:
    """A yearbook's indicators as its columns: header with unit, share of whole-prefecture cells filled."""
    columns = []
    for (indicator, unit), cells in figures.group_by("indicator", "unit", maintain_order=True):
        whole = cells.filter(pl.col("block") == BLOCKS[0])["value"]
        share = whole.count() / whole.len() if whole.len() else 0.0
        columns.append(ColumnFound(indicator, f"{indicator} ({unit})", share, tuple(whole.drop_nulls().head(SAMPLES))))
    return FileFound(
        name,
        form="workbook",
        dialect=dialect,
        rows=figures["source_row"].n_unique(),
        columns=tuple(columns),
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
