"""`catalog.duckdb`: one view per lake table, for people with a SQL client.

Built beside the old file and renamed over it, so it can be read while runs go on. Views hold absolute paths and see
new years by themselves; a rebuild adds new tables.
"""

from dagster_duckdb import DuckDBResource

from egov_assets.platform.folders import Folders
from egov_assets.platform.written_files import unfinished_file

# DuckDB's defaults take 80 % of memory and every core, beside up to three runs.
LIMITS = {"memory_limit": "512MB", "threads": 1}


def build_catalog(folders: Folders) -> list[str]:
    """Write the catalog anew and return the names of its views, sorted."""
    tables = sorted(folder.name for folder in folders.lake.glob("*") if any(folder.glob("**/data.parquet")))
    with unfinished_file(folders.catalog) as unfinished:
        resource = DuckDBResource(database=str(unfinished), connection_config=LIMITS)
        with resource.get_connection() as connection:
            for table in tables:
                files = folders.lake / table / ("data.parquet" if _is_whole(folders, table) else "year=*/data.parquet")
                connection.execute(
                    f'create view "{table}" as select * from read_parquet({_quoted(str(files))}, '
                    "hive_partitioning = false, union_by_name = true)"
                )
    return tables


def _is_whole(folders: Folders, table: str) -> bool:
    return (folders.lake / table / "data.parquet").exists()


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
