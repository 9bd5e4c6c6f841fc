"""Is every table, file for people and raw file what was recorded, byte for byte?

Tables are held against their hashes in the run history; figures and the report against those in their tables; of the
other files for people and of Data Docs only their absence shows. What draws them is marked, so that a run makes it
again; lineage page and catalogue are drawn anew at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import dagster as dg
from dagster._core.definitions.assets.graph.base_asset_graph import BaseAssetGraph

from egov_assets.checks.suites import SUITES
from egov_assets.platform.availability import lacking_of_table
from egov_assets.platform.catalog import build_catalog
from egov_assets.platform.folders import Folders
from egov_assets.platform.lake import TableMissing, file_hash, scan_table, table_path
from egov_assets.platform.years import YEARS
from egov_assets.raw.file_versions import forget_files_seen
from egov_assets.running.lineage_page import write_lineage_page
from egov_assets.running.planner import (
    NEVER_MADE,
    OF_PEOPLE,
    Place,
    mark,
    mark_lost_tables,
    places,
    stale_places,
    tell_versions_of_files,
)
from egov_assets.running.unchanged import files_made, forget

# Below the outputs -> the table whose asset writes it; the first that fits.
WRITTEN_WITH = {
    "figures/": "figures",
    "replication_report": "replication_report",
    "published_comparison": "published_comparison",
    "tables/sample_flow": "sample_attrition",
    "tables/": "regression_tables",
}
HASHES_OF_FILES = {
    "figures": "figures/",
    "replication_report": "",
}  # table with columns file and sha256 -> their folder
OTHER_RAW_FILES = "its raw files are not those that the tables were made from"


@dataclass(frozen=True)
class Wrong:
    """What is not as recorded; `table` is none for raw files of a year."""

    table: str | None
    year: int | None
    why: str

    @property
    def words(self) -> str:
        return f"{' '.join(str(each) for each in (self.table, self.year) if each is not None)}: {self.why}"


def hold_against_records(instance: dg.DagsterInstance, graph: BaseAssetGraph, folders: Folders) -> list[Wrong]:
    """Read everything again, whatever its time; what is not as recorded is stale from here on.

    Raises  OSError if lineage page or catalogue cannot be drawn
    """
    forget_files_seen(folders)
    lost = mark_lost_tables(instance, graph, folders.lake, read_again=True)
    tell_versions_of_files(instance, folders, YEARS)
    inventories = [place for place in places(graph) if place[0] == "file_inventory" and place not in lost]
    others = [place for place, why in stale_places(graph, instance, inventories).items() if why != NEVER_MADE]
    made = {place for place in places(graph) if table_path(folders.lake, *place).exists() and place not in lost}
    of_people = [(place, why) for place, why in _of_people(folders) if place in made]
    mark(instance, dict.fromkeys((place for place, _ in of_people), OF_PEOPLE))
    wrong = [
        *(Wrong(*place, why) for place, why in [*lost.items(), *of_people]),
        *(Wrong(None, year, OTHER_RAW_FILES) for _, year in others),
    ]
    if wrong:
        forget(folders)
    write_lineage_page(graph, instance, folders)
    build_catalog(folders)
    return wrong


def _of_people(folders: Folders) -> Iterator[tuple[Place, str]]:
    """The table whose asset writes a file that is gone or another, and which file."""
    hashed = {
        f"{folder}{file}": (table, sha256)
        for table, folder in HASHES_OF_FILES.items()
        for file, sha256 in _files_and_hashes(folders, table)
    }
    for name in sorted({*hashed, *files_made(folders)}):
        table, sha256 = hashed.get(name) or (
            next((table for start, table in WRITTEN_WITH.items() if name.startswith(start)), None),
            None,
        )
        if table is None:  # a table of the lake, which is held against the run history
            continue
        path = folders.outputs / name
        if not path.is_file():
            yield (table, None), f"{path} is gone"
        elif sha256 and file_hash(path) != sha256:
            yield (table, None), f"{path} is not what was written"
    for table in SUITES:
        for folder in (folders.lake / table).rglob("data.parquet"):
            year = int(folder.parent.name.removeprefix("year=")) if folder.parent.name != table else None
            page = folders.outputs / "data_docs" / table / (f"year={year}" if year else "all_years") / "index.html"
            if not page.is_file() and not lacking_of_table(folders.lake, table, year):
                yield (table, year), f"{page} is gone"


def _files_and_hashes(folders: Folders, table: str) -> list[tuple[str, str]]:
    try:
        return scan_table(folders.lake, table, YEARS).select("file", "sha256").collect().rows()
    except TableMissing:
        return []
