"""The README of a replication archive, under the headings of the social-science data editors' template.

Source  social-science-data-editors.github.io/template_README (Vilhuber and others, CC BY 4.0): its headings alone
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import jinja2

from egov_assets.handover.availability import Statement
from egov_assets.paper.study import BOOTSTRAP_SEED

TEMPLATE = Path(__file__).with_suffix(".md")
FILES_SHOWN = 20  # of a source; work reports are hundreds


@dataclass(frozen=True)
class Contents:
    """What the README tells of.

    raw_travels  the raw files are in the archive
    made         (printed table or figure, its file in the archive, asset, source file) in printed order
    run_times    (what was made, year or nothing, seconds) of the latest run of each
    machine      lines on the hardware and the system on which the tables were made
    """

    statements: Sequence[Statement]
    raw_travels: bool
    wheel: str
    version: str
    made: Sequence[tuple[str, str, str, str]]
    run_times: Sequence[tuple[str, str, float]]
    machine: Sequence[str]
    years: Sequence[int]


def readme(contents: Contents) -> str:
    """Markdown, ending with a newline."""
    # Markdown, no markup: names of files stand in code spans, where only these two marks mean something.
    environment = jinja2.Environment(
        autoescape=False,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["in_a_cell"] = lambda name: name.replace("`", "'").replace("|", "\\|")
    template = environment.from_string(TEMPLATE.read_text("utf-8"))
    return template.render(c=contents, bootstrap_seed=BOOTSTRAP_SEED, files_shown=FILES_SHOWN)
