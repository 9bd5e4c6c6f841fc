"""A check of one table, by year as the table is, in a step of its own.

The UI can materialize one table alone only if the checks of no other table hang on the same step.
"""

import time
from collections.abc import Callable, Iterator

import dagster as dg

from egov_assets.platform.folders import Folders
from egov_assets.platform.lake_asset import check_spec


def table_check(
    table: str,
    name: str,
    description: str,
    judge: Callable[[Folders, int | None], dg.AssetCheckResult],
    by_year: bool = True,
) -> dg.AssetChecksDefinition:
    """The check `name` of `table`; `judge` is told the study's folders and the year, None for a table of all years."""

    @dg.multi_asset_check(name=f"{table}_{name}", specs=[check_spec(name, table, by_year, False, description)])
    def check(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        start = time.perf_counter()
        result = judge(Folders.from_environment(), int(context.partition_key) if by_year else None)
        yield result._replace(metadata={**result.metadata, "seconds": time.perf_counter() - start})

    return check
