"""A check of one table by year, in a step of its own.

The UI can materialize one table alone only if the checks of no other table hang on the same step.
"""

import warnings
from collections.abc import Callable, Iterator

import dagster as dg

from egov_assets.folders import Folders
from egov_assets.orchestration.partitions import export_years


def yearly_check(
    table: str, name: str, description: str, judge: Callable[[Folders, int], dg.AssetCheckResult]
) -> dg.AssetChecksDefinition:
    """The check `name` of `table`; `judge` is told the study's folders and the year."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.PreviewWarning)  # checks by year; pinned, and tested here
        spec = dg.AssetCheckSpec(name, asset=table, description=description, partitions_def=export_years)

    @dg.multi_asset_check(name=f"{table}_{name}", specs=[spec])
    def check(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        yield judge(Folders.from_environment(), int(context.partition_key))

    return check
