"""The verdict on every printed cell."""

import polars as pl

from egov_assets.folders import Folders
from egov_assets.orchestration.lake_asset import lake_asset
from egov_assets.regression_tables.files import publish_text
from egov_assets.replication.comparison import compare_with_published, read_planted
from egov_assets.replication.schema import PublishedComparison


@lake_asset(schema=PublishedComparison, group="replication", by_year=False)
def published_comparison(
    regression_tables: pl.DataFrame, table_01_descriptives: pl.DataFrame, folders: Folders
) -> tuple[pl.DataFrame, dict[str, int]]:
    """Every printed number of tables 1 to 10 against ours, with a verdict; writes published_comparison.csv.

    On the demo economy the planted answer stands beside them: the one use of the truth folder, as a report.
    Source  architecture.md section 8; the printed tables and their audit in published_tables.yaml
    """
    comparison = compare_with_published(regression_tables, table_01_descriptives, read_planted(folders.truth))
    publish_text(comparison.write_csv(), folders.outputs / "published_comparison.csv")
    return comparison, dict(comparison.group_by("verdict").len().sort("verdict").iter_rows())
