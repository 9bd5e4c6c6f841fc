"""A section `sources` with which files that cannot be recognised would be read as they are: for their owner to check.

A missing column is sought among the headers that no column takes, first by what the header looks like, then by what
its values look like; the reason of each choice stands beside it as a comment.
"""

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from egov_assets.raw.errors import BadFile
from egov_assets.raw.files import read_file
from egov_assets.raw.headers import NotRecognised, alternatives_of, near_misses, recognise
from egov_assets.raw.kinds import ROWS_LOOKED_AT, share_of_kind
from egov_assets.raw.sources import RAW_TABLES, Dialect, Source
from egov_assets.raw.text_table import TextTable
from egov_assets.raw.year_files import source_files

MOST_VALUES = 0.9  # of a header's values that look like a column's before it is proposed for them
HEAD = """\
# Proposed by `egov doctor --propose`. Each line says why its header was chosen: check it, correct it, and put it into
# the section `sources` of study.yml. Columns that are not named here keep their usual headers.
sources:
"""


@dataclass(frozen=True)
class Choice:
    """A header proposed for a canonical column, and why."""

    header: str
    reason: str


@dataclass(frozen=True)
class Proposal:
    """A dialect that would read a table: the choices, and required columns for which nothing was found."""

    file: str
    choices: Mapping[str, Choice]
    not_found: tuple[str, ...]


def proposed_sources(raw: Path, sources: Mapping[str, Source], years: Sequence[int]) -> str | None:
    """The proposal as YAML with comments; None if every table of every file is recognised, or none can be opened."""
    lines = []
    for name, source in sources.items():
        is_proposed = bool(source.requires) and name in RAW_TABLES  # of an own source the study names the headers
        proposals = list(_proposals(raw, source, years)) if is_proposed else []
        if not proposals:
            continue
        lines += [f"  {name}:", "    dialects:"]
        for number, each in enumerate(proposals, start=1):
            lines += _as_yaml(f"proposed_{number}", each, source)
    return HEAD + "\n".join(lines) + "\n" if lines else None


def _proposals(raw: Path, source: Source, years: Sequence[int]) -> Iterator[Proposal]:
    """One proposal for each set of headers that is not recognised, with the first file that has it."""
    seen: set[tuple[str, ...]] = set()
    for year in years:
        for path in source_files(raw, source, year):
            with tempfile.TemporaryDirectory() as scratch:
                try:
                    tables = read_file(path, _accepting_all(source), year, Path(scratch)).tables
                except BadFile:
                    continue  # the doctor has said why
                for found in tables:
                    headers = tuple(found.table.headers)
                    if headers in seen or _is_recognised(source, headers):
                        continue
                    seen.add(headers)
                    yield _proposal(path.relative_to(raw).as_posix(), found.table, found.headers, source)


def _accepting_all(source: Source) -> Source:
    """The source without required columns and without questions: each header a rank of its own."""
    columns = {column: [[each] for rank in ranks for each in rank] for column, ranks in source.columns.items()}
    return source.model_copy(
        update={
            "requires": (),
            "columns": {column: tuple(map(tuple, ranks)) for column, ranks in columns.items()},
            "dialects": {"any": Dialect(note="any")},
        }
    )


def _is_recognised(source: Source, headers: Sequence[str]) -> bool:
    try:
        recognise(source, headers)
    except NotRecognised:
        return False
    return True


def _proposal(file: str, table: TextTable, known: Mapping[str, str], source: Source) -> Proposal:
    choices = {}
    for column, header in known.items():
        alternatives = alternatives_of(source, column, table.headers)
        if len(alternatives) > 1:
            choices[column] = Choice(header, f"could be {' or '.join(alternatives)}: which is it?")
        elif column in source.requires:
            choices[column] = Choice(header, "a usual header")
    unused = [header for header in table.headers if header not in known.values()]
    missing = [column for column in source.requires if column not in known]
    for column, header in near_misses(source, unused, missing).items():
        if header in unused:
            choices[column] = Choice(header, f"the header looks like {column}")
            unused.remove(header)
    sample = table.rows.head(ROWS_LOOKED_AT).collect()
    for column in [each for each in missing if each not in choices]:
        shares = {header: share_of_kind(column, sample[header].drop_nulls(), source.units) or 0 for header in unused}
        fitting = [header for header, share in shares.items() if share >= MOST_VALUES]
        if len(fitting) == 1:
            choices[column] = Choice(fitting[0], f"its values alone look like {column}")
            unused.remove(fitting[0])
    return Proposal(file, choices, tuple(column for column in missing if column not in choices))


def _as_yaml(name: str, proposal: Proposal, source: Source) -> list[str]:
    place = json.dumps(f"headers of {proposal.file}", ensure_ascii=False)
    required = [column for column in source.requires if column not in proposal.not_found]
    return [
        f"      {name}:",
        f"        note: {place}",
        f"        requires: [{', '.join(required)}]",
        "        columns:",
        *(
            f"          {column}: [{json.dumps(each.header, ensure_ascii=False)}]  # {each.reason}"
            for column, each in proposal.choices.items()
        ),
        *(
            f"          # {column}: no header looks like it; name one, or say under `fixed` what every row means"
            for column in proposal.not_found
        ),
    ]
