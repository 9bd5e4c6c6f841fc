"""What can be said about the files of a source and year before anything runs.

What belongs here: findings about files, one record each. Not here: what they mean for the study (`readiness.py`), how
they are shown (`doctor_page.py`, `commands/doctor.py`).

A *fault* keeps the year from being read. A *doubt* does not: the user should look, the cleaning may already handle it.
"""

import tempfile
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polars as pl

from egov_assets.raw.corrections import Corrections
from egov_assets.raw.errors import BadFile
from egov_assets.raw.files import RecognisedTable, recognised_tables, subfolder, unchanged
from egov_assets.raw.plausible import doubt_about_unit, numbers
from egov_assets.raw.sources import Source, missing_parts, source_files
from egov_assets.raw.yearbooks import BLOCKS, city_figures, province_figures
from egov_assets.reference import table

SAMPLES = 3
NAMES_SHOWN = 10
WRONG_BLOCK_SHARE = 0.5  # one typing error in a yearbook is usual, more than half of the cities is a wrong header
FIRM_WORD = "公司|厂|集团|企业|合作社"
EXCHANGED_SHARE = 0.01  # a handful of firms name themselves where a person belongs


@dataclass(frozen=True)
class ColumnFound:
    """A canonical column in a file: the header it has there (null if none), share of rows filled, first values."""

    name: str
    header: str | None
    filled_share: float
    sample: tuple[str, ...]


@dataclass(frozen=True)
class FileFound:
    """One table of one file. `unused` are headers that no column takes; `rows` is null where nothing could be read."""

    file: str
    form: str = ""
    dialect: str = ""
    rows: int | None = None
    columns: tuple[ColumnFound, ...] = ()
    unused: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    content: int = 0


@dataclass(frozen=True)
class SourceFound:
    """The files of one source and year."""

    source: str
    year: int
    files: tuple[FileFound, ...]
    faults: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def is_readable(self) -> bool:
        return not self.all_faults

    @property
    def all_faults(self) -> list[str]:
        return [*(fault for file in self.files for fault in file.faults), *self.faults]

    @property
    def all_doubts(self) -> list[str]:
        return [*(f"{file.file}: {doubt}" for file in self.files for doubt in file.doubts), *self.doubts]

    @property
    def filled(self) -> set[str]:
        """Columns (of a yearbook: indicators) that hold something in at least one file."""
        return {column.name for file in self.files for column in file.columns if column.filled_share > 0}


def examine_source(
    raw: Path, name: str, source: Source, year: int, columns: Sequence[str], corrections: Corrections
) -> SourceFound:
    """Everything known about the files of a source and year; reads each file once and raises for none of them."""
    paths = source_files(raw, source, year)
    if not paths:
        places = ", ".join(pattern.replace("{year}", str(year)) for pattern in source.files)
        return SourceFound(name, year, (), faults=(f"no file in {raw} fits {places}",))
    if name == "city_yearbook":
        files = [_city_yearbook(path, raw) for path in paths]
    elif name == "province_yearbook":
        files = [_province_yearbook(path, raw, year) for path in paths]
    else:
        files = [each for path in paths for each in _examined(path, raw, source, year, columns)]
    return SourceFound(
        name,
        year,
        tuple(files),
        faults=tuple(_missing_companions(source, files)),
        doubts=(*missing_parts(paths), *_doubled(files), *_unmet(corrections, files)),
    )


def unread_files(raw: Path, claimed: set[Path]) -> list[str]:
    """Files in the folders of the sources that nothing reads (another year, another ending), by path."""
    folders = sorted({raw / path.relative_to(raw).parts[0] for path in claimed if path.parent != raw})
    found = (path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file() and path not in claimed)
    return [path.relative_to(raw).as_posix() for path in found if not path.name.startswith(".")]


def _examined(path: Path, raw: Path, source: Source, year: int, columns: Sequence[str]) -> list[FileFound]:
    folder = path.relative_to(raw).parent
    with tempfile.TemporaryDirectory() as scratch:
        try:
            tables = recognised_tables(path, source, subfolder(Path(scratch), 0))
        except BadFile as bad:
            return [FileFound(path.relative_to(raw).as_posix(), faults=(str(bad),))]
        return [
            _table_found((folder / each.table.source_name).as_posix(), each, source, year, columns) for each in tables
        ]


def _table_found(file: str, found: RecognisedTable, source: Source, year: int, columns: Sequence[str]) -> FileFound:
    dialect = source.dialects[found.dialect]
    rows = found.table.rows.select(dialect.value(column, found.headers).alias(column) for column in columns)
    figures = [column for column in columns if column in source.units and column in found.headers]
    facts = rows.select(
        pl.len().alias("rows"),
        pl.struct(pl.all()).hash(seed=0).sum().alias("content"),
        *(pl.col(column).count().alias(f"filled {column}") for column in columns),
        *(numbers(column).median().alias(f"median {column}") for column in figures),
        *(numbers(column).count().alias(f"numbers {column}") for column in figures),
        _other_years(columns, year).alias("other years"),
        _exchanged(columns).alias("exchanged"),
    ).collect(engine="streaming").row(0, named=True)  # fmt: skip
    sample = rows.head(200).collect()
    partners = _unknown_partners(rows) if "partner" in found.headers else []
    return FileFound(
        file,
        form=found.table.form,
        dialect=found.dialect,
        rows=facts["rows"],
        columns=tuple(
            ColumnFound(
                column,
                found.headers.get(column) or (f"= {dialect.fixed[column]}" if column in dialect.fixed else None),
                facts[f"filled {column}"] / facts["rows"],
                tuple(sample[column].drop_nulls().unique(maintain_order=True).head(SAMPLES)),
            )
            for column in columns
        ),
        unused=tuple(header for header in found.table.headers if header not in found.headers.values()),
        doubts=(*_doubts(facts, figures, source.units), *partners),
        content=facts["content"],
    )


def _doubts(facts: dict[str, float], figures: Sequence[str], units: dict[str, str]) -> list[str]:
    found = [doubt_about_unit(column, units[column], facts[f"median {column}"]) for column in figures]
    for column in figures:
        given, readable = facts[f"filled {column}"], facts[f"numbers {column}"]
        if given > readable:
            found.append(f"{column}: {given - readable:,} of {given:,} values are no plain number")
    if facts["other years"]:
        found.append(f"{facts['other years']:,} rows are of another year; they will be rejected")
    if facts["exchanged"] > EXCHANGED_SHARE * facts["rows"]:
        found.append(
            f"{facts['exchanged']:,} legal persons look like firms: is the name in the other column? (repaired)"
        )
    return [doubt for doubt in found if doubt]


def _unknown_partners(rows: pl.LazyFrame) -> list[str]:
    """Partners in no country list, most frequent first; blanks and width of characters do not matter."""
    printed = rows.group_by("partner").agg(pl.len().alias("lines")).drop_nulls().collect(engine="streaming")
    named = printed.with_columns(pl.col("partner").map_elements(_plain, return_dtype=pl.String))
    unknown = named.filter(~pl.col("partner").is_in(_known_partners())).group_by("partner").agg(pl.col("lines").sum())
    if unknown.is_empty():
        return []
    first = unknown.sort("lines", "partner", descending=[True, False]).head(NAMES_SHOWN)["partner"]
    more = ", …" if unknown.height > NAMES_SHOWN else ""
    return [
        f"{unknown['lines'].sum():,} lines name partners in no country list ({', '.join(first)}{more}); "
        "they will be rejected unless customs.partner_names in cleaning.yml says which countries they are"
    ]


@cache
def _known_partners() -> list[str]:
    countries = table("countries").drop_nulls("iso3")
    names = pl.concat([countries[column] for column in ("customs_code", "name_zh", "name_zh_alt")]).drop_nulls()
    return sorted({_plain(name) for name in names})


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip()


def _other_years(columns: Sequence[str], year: int) -> pl.Expr:
    if "period" not in columns:
        return pl.lit(0)
    printed = pl.col("period").str.extract(r"^\s*(\d{4})")
    return (printed != str(year)).sum()


def _exchanged(columns: Sequence[str]) -> pl.Expr:
    if "legal_person" not in columns:
        return pl.lit(0)
    return pl.col("legal_person").str.contains(FIRM_WORD).sum()


def _city_yearbook(path: Path, raw: Path) -> FileFound:
    name = path.relative_to(raw).as_posix()
    try:
        with unchanged(path):
            figures = city_figures(path)
    except BadFile as bad:
        return FileFound(name, faults=(str(bad),))
    return _figures_found(name, figures, "blocks", tuple(_block_doubts(figures)))


def _province_yearbook(path: Path, raw: Path, year: int) -> FileFound:
    name = path.relative_to(raw).as_posix()
    try:
        with unchanged(path):
            figures = province_figures(path, year)
    except BadFile as bad:
        return FileFound(name, faults=(str(bad),))
    return _figures_found(name, figures.with_columns(block=pl.lit(BLOCKS[0])), "years_across", ())


def _figures_found(name: str, figures: pl.DataFrame, dialect: str, doubts: tuple[str, ...]) -> FileFound:
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


def _missing_companions(source: Source, files: Sequence[FileFound]) -> list[str]:
    present = {file.dialect for file in files}
    return [
        f"there are {name} files but none of {dialect.together_with}; both are needed"
        for name, dialect in source.dialects.items()
        if name in present and dialect.together_with and dialect.together_with not in present
    ]


def _doubled(files: Sequence[FileFound]) -> list[str]:
    first: dict[tuple[int | None, int], str] = {}
    found = []
    for file in files:
        if file.content:
            earlier = first.setdefault((file.rows, file.content), file.file)
            if earlier != file.file:
                found.append(f"{file.file} holds the same lines as {earlier}; it will be rejected as a doubled part")
    return found


def _unmet(corrections: Corrections, files: Sequence[FileFound]) -> list[str]:
    """Corrections of files that are not there; whether the values fit is seen when the year is read."""
    there = {file.file for file in files}
    return [
        f"corrections.yml: {each.place}: there is no such file" for each in corrections.all if each.file not in there
    ]
