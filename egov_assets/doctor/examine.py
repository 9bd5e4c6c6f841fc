"""What can be said about the files of a source and year before anything runs.

What belongs here: looking. Not here: the records of what is found (`found.py`), yearbooks (`examine_yearbooks.py`),
which rows the cleaning would reject (`values.py`), what it means for the study (`readiness.py`), how it is shown
(`page.py`, `commands/doctor.py`).
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from egov_assets.doctor.examine_yearbooks import SAMPLES, examine_city_yearbook, examine_province_yearbook
from egov_assets.doctor.found import ColumnFound, Doubt, FileFound, SourceFound
from egov_assets.doctor.plausible import doubt_about_unit, numbers
from egov_assets.raw.corrections import Corrections
from egov_assets.raw.errors import BadFile
from egov_assets.raw.files import RecognisedTable, recognised_tables, subfolder
from egov_assets.raw.packed import ENDINGS, ending_of
from egov_assets.raw.sources import Source
from egov_assets.raw.year_files import missing_parts, source_files

NAMES_SHOWN = 10
FIRM_WORD = "公司|厂|集团|企业|合作社"
EXCHANGED_SHARE = 0.01  # a handful of firms name themselves where a person belongs


def examine_source(
    raw: Path, name: str, source: Source, year: int, columns: Sequence[str], corrections: Corrections
) -> SourceFound:
    """Everything known about the files of a source and year; reads each file once and raises for none of them."""
    paths = source_files(raw, source, year)
    if not paths:
        places = ", ".join(pattern.replace("{year}", str(year)) for pattern in source.files)
        return SourceFound(name, year, (), faults=(f"no file in {raw} fits {places}",))
    if name == "city_yearbook":
        files = [examine_city_yearbook(path, raw) for path in paths]
    elif name == "province_yearbook":
        files = [examine_province_yearbook(path, raw, year) for path in paths]
    else:
        files = [each for path in paths for each in _examined(path, raw, source, columns)]
    return SourceFound(
        name,
        year,
        tuple(files),
        faults=tuple(_missing_companions(source, files)),
        doubts=(*missing_parts(paths), *_doubled(files), *_unmet(corrections, files)),
    )


def unread_files(raw: Path, claimed: set[Path], sources: set[str], others: set[str]) -> list[str]:
    """Files and links that nothing reads, one line per folder and reason; the first names of many.

    claimed  files that a source reads in some year
    sources  top folders of the sources; outside them a file counts only if it could be a table
    others   top folders that other chapters read
    """
    lines: dict[tuple[str, str], list[str]] = {}
    for path in sorted(raw.rglob("*")):
        place = path.relative_to(raw)
        if path in claimed or path.name.startswith((".", "~$")) or not (path.is_file() or path.is_symlink()):
            continue
        is_table = ending_of(path.name) in ENDINGS
        reason = "no pattern in sources.yml fits" if is_table or path.is_dir() else "the ending is no table's"
        if place.parts[0] in sources or (is_table and place.parts[0] not in others):
            lines.setdefault((place.parent.as_posix(), reason), []).append(place.name)
    return [
        f"{'' if folder == '.' else f'{folder}/: '}{', '.join(names[:NAMES_SHOWN])}"
        f"{f' and {len(names) - NAMES_SHOWN:,} more' if len(names) > NAMES_SHOWN else ''} ({reason})"
        for (folder, reason), names in lines.items()
    ]


def _examined(path: Path, raw: Path, source: Source, columns: Sequence[str]) -> list[FileFound]:
    folder = path.relative_to(raw).parent
    with tempfile.TemporaryDirectory() as scratch:
        try:
            tables = recognised_tables(path, source, subfolder(Path(scratch), 0))
        except BadFile as bad:
            return [FileFound(path.relative_to(raw).as_posix(), faults=(str(bad),))]
        return [_table_found((folder / each.table.source_name).as_posix(), each, source, columns) for each in tables]


def _table_found(file: str, found: RecognisedTable, source: Source, columns: Sequence[str]) -> FileFound:
    dialect = source.dialects[found.dialect]
    rows = found.table.rows.select(dialect.value(column, found.headers).alias(column) for column in columns)
    figures = [column for column in columns if column in source.units and column in found.headers]
    facts = rows.select(
        pl.len().alias("rows"),
        pl.struct(pl.all()).hash(seed=0).sum().alias("content"),
        *(pl.col(column).count().alias(f"filled {column}") for column in columns),
        *(numbers(column).median().alias(f"median {column}") for column in figures),
        _exchanged(columns).alias("exchanged"),
    ).collect(engine="streaming").row(0, named=True)  # fmt: skip
    sample = rows.head(200).collect()
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
        doubts=tuple(_doubts(facts, figures, source.units)),
        content=facts["content"],
    )


def _doubts(facts: dict[str, float], figures: Sequence[str], units: dict[str, str]) -> list[Doubt]:
    units_in_doubt = [doubt_about_unit(column, units[column], facts[f"median {column}"]) for column in figures]
    found = [Doubt(words) for words in units_in_doubt if words]
    if facts["exchanged"] > EXCHANGED_SHARE * facts["rows"]:
        words = "{count} legal persons look like firms: is the name in the other column? (repaired)"
        found.append(Doubt(words, facts["exchanged"]))
    return found


def _exchanged(columns: Sequence[str]) -> pl.Expr:
    if "legal_person" not in columns:
        return pl.lit(0)
    return pl.col("legal_person").str.contains(FIRM_WORD).sum()


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
