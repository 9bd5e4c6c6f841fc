"""A short note per folder of raw files: what belongs there, who holds it, which columns are read."""

from collections.abc import Iterator

from egov_assets.raw import city_lists, input_output, tariffs, work_reports
from egov_assets.raw.schema import file_columns
from egov_assets.raw.sources import RAW_TABLES, Source, read_sources

# What the readers of these folders say of their files.
OTHER_FOLDERS = {
    work_reports.FOLDER: work_reports.read_work_reports,
    city_lists.POLICIES: city_lists,
    city_lists.INNOVATION: city_lists,
    city_lists.TERRAIN: city_lists,
    input_output.FOLDER: input_output,
    tariffs.FOLDER: tariffs,
}


def folder_notes() -> dict[str, str]:
    """Folder below the raw folder -> its note in Markdown."""
    sources = {name: _note(name, source) for name, source in read_sources().items()}
    others = {
        folder: f"# {folder}\n\nOptional; without it the columns that need it say so.\n\n{_indented(reader.__doc__)}"
        for folder, reader in OTHER_FOLDERS.items()
    }
    return sources | others


def _note(name: str, source: Source) -> str:
    files = ", ".join(f"`{pattern}`" for pattern in source.files)
    return f"# {source.title}\n\nHeld by {source.producer}. Files: {files} below `raw`.\n\n" + "\n".join(
        ["| column | what it holds | known as |", "|---|---|---|", *_columns(name, source), ""]
    )


def _columns(name: str, source: Source) -> Iterator[str]:
    described = RAW_TABLES[name].to_schema().columns
    for column in file_columns(RAW_TABLES[name]):
        headers = [header for rank in source.columns.get(column, ()) for header in rank]
        what = [described[column].description or "", source.units.get(column, "")]
        needed = "**" if column in source.requires else ""
        yield f"| {needed}`{column}`{needed} | {', '.join(filter(None, what))} | {', '.join(headers)} |"


def _indented(docstring: str | None) -> str:
    return "\n".join(f"    {line}".rstrip() for line in (docstring or "").strip().splitlines()) + "\n"
