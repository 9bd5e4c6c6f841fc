"""What can be said about the files of a source and year before anything runs.

What belongs here: looking. Not here: the records of what is found (`found.py`), yearbooks (`examine_yearbooks.py`),
which rows the cleaning would reject (`values.py`), what it means for the study (`readiness.py`), how it is shown
(`page.py`, `commands/doctor.py`).
"""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from egov_assets.doctor.examine_yearbooks import SAMPLES, YEARBOOKS, examine_yearbook
from egov_assets.doctor.found import ColumnFound, Doubt, FileFound, SourceFound
from egov_assets.doctor.odd_text import NAMES, doubt_about_text
from egov_assets.doctor.plausible import doubt_about_unit, numbers
from egov_assets.platform.folders import NOTE
from egov_assets.platform.years import YEARS
from egov_assets.raw.corrections import Corrections
from egov_assets.raw.files import RecognisedTable
from egov_assets.raw.lines import lines_not_accounted_for, lines_of
from egov_assets.raw.packed import ENDINGS, ending_of, is_hidden, is_note
from egov_assets.raw.presence import lacking_source
from egov_assets.raw.same_content import under_another_name, under_another_year
from egov_assets.raw.sources import Source
from egov_assets.raw.tables import YearRead, missing_companions, read_year, value_of, words_of_misplaced
from egov_assets.raw.year_files import missing_parts, source_files

NAMES_SHOWN = 10
ROWS_LOOKED_AT = 200  # for samples, and for the look of names
FIRM_WORD = "公司|厂|集团|企业|合作社"
EXCHANGED_SHARE = 0.01  # a handful of firms name themselves where a person belongs


def examine_source(
    raw: Path, name: str, source: Source, year: int, columns: Sequence[str], corrections: Corrections, scratch: Path
) -> tuple[SourceFound, YearRead]:
    """Everything known about the files of a source and year; reads each file once and raises for none of them.

    Returns what was read into `scratch` as well; of yearbooks, whose layouts are their own, nothing.
    """
    paths, read = source_files(raw, source, year), YearRead((), (), ())
    if not paths:
        lacking = lacking_source(raw, source, year)
        faults = () if lacking else (words_of_misplaced(raw, source, year),)
        return SourceFound(name, year, (), faults, lacking=lacking), read
    if name in YEARBOOKS:
        files, left_out = examine_yearbook(raw, name, paths, year)
        companions: list[str] = []
    else:
        read = read_year(raw, source, paths, year, scratch)
        files, left_out = _files_found(read, source, columns), read.left_out
        companions = missing_companions(source, read)
    found = SourceFound(
        name,
        year,
        tuple(files),
        faults=(*companions, *under_another_year(raw, source, year, YEARS)),
        doubts=(
            *missing_parts(paths),
            # The same bytes hold the same lines: said once; of yearbooks, whose lines are not compared, by the bytes.
            *(_doubled(files) or under_another_name(raw, source, year)),
            *_unmet(corrections, files),
        ),
        left_out=tuple(f"{each.source_name}: {each.reason}" for each in left_out),
    )
    return found, read


def unread_files(raw: Path, claimed: set[Path], sources: set[str], others: set[str]) -> list[str]:
    """Files and links that nothing reads, one line per folder and reason; the first names of many.

    claimed  files that a source reads in some year
    sources  top folders of the sources; outside them a file counts only if it could be a table
    others   top folders that other chapters read
    """
    lines: dict[tuple[str, str], list[str]] = {}
    for path in sorted(raw.rglob("*")):
        place = path.relative_to(raw)
        if path in claimed or is_hidden(path.name) or path.name == NOTE or not (path.is_file() or path.is_symlink()):
            continue
        is_table = ending_of(path.name) in ENDINGS
        reason = "a note by its ending" if is_note(path.name) else "no pattern of a source fits"
        if place.parts[0] in sources or (is_table and place.parts[0] not in others):
            lines.setdefault((place.parent.as_posix(), reason), []).append(place.name)
    return [
        f"{'' if folder == '.' else f'{folder}/: '}{', '.join(names[:NAMES_SHOWN])}"
        f"{f' and {len(names) - NAMES_SHOWN:,} more' if len(names) > NAMES_SHOWN else ''} ({reason})"
        for (folder, reason), names in lines.items()
    ]


def _files_found(read: YearRead, source: Source, columns: Sequence[str]) -> list[FileFound]:
    return [
        *(_table_found(file, each, source, columns) for file, each in read.tables),
        *(FileFound(file, faults=(fault,)) for file, fault in read.faults),
    ]


def _table_found(file: str, found: RecognisedTable, source: Source, columns: Sequence[str]) -> FileFound:
    dialect = source.dialects[found.dialect]
    rows = found.table.rows.select(value_of(column, found, dialect).alias(column) for column in columns)
    figures = [column for column in columns if column in source.units and column in found.headers]
    facts = rows.select(
        pl.len().alias("rows"),
        pl.struct(pl.all()).hash(seed=0).sum().alias("content"),
        *(pl.col(column).count().alias(f"filled {column}") for column in columns),
        *(numbers(column).median().alias(f"median {column}") for column in figures),
        _exchanged(columns).alias("exchanged"),
    ).collect(engine="streaming").row(0, named=True)  # fmt: skip
    sample = rows.head(ROWS_LOOKED_AT).collect()
    texts = [doubt_about_text(column, sample[column].drop_nulls()) for column in columns if column in NAMES]
    odd_text = [Doubt(words) for words in texts if words]
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
        faults=tuple(lines_not_accounted_for(lines_of([(file, found.table)], (), {file: facts["rows"]}))),
        doubts=(*_doubts(facts, figures, source.units), *odd_text, *map(Doubt, found.table.remarks)),
        content=facts["content"],
    )


def _doubts(facts: dict[str, float], figures: Sequence[str], units: dict[str, str]) -> list[Doubt]:
    units_in_doubt = [doubt_about_unit(column, units[column], facts[f"median {column}"]) for column in figures]
    found = [Doubt(words) for words in units_in_doubt if words]
    if facts["exchanged"] > EXCHANGED_SHARE * facts["rows"]:
        words = "{count} legal persons look like firms: is the name in the other column? (repaired)"
        found.append(Doubt(words, int(facts["exchanged"])))
    return found


def _exchanged(columns: Sequence[str]) -> pl.Expr:
    if "legal_person" not in columns:
        return pl.lit(0)
    return pl.col("legal_person").str.contains(FIRM_WORD).sum()


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
