"""What the generated pages share."""

from collections.abc import Iterable

COMMAND = "python -m docs.site.reference"
WRITTEN_BY = f"Written by `{COMMAND}`; change its sources, not this page."


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    """A table in Markdown; of texts with bars and line breaks each stays one cell."""
    names = list(head)
    cells = [[" ".join(cell.split()).replace("|", "\\|") for cell in row] for row in rows]
    return [f"| {' | '.join(row)} |" for row in [names, ["---"] * len(names), *cells]]
