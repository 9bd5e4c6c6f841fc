"""A check of one table, by year as the table is, in a step of its own.

The UI can materialize one table alone only if the checks of no other table hang on the same step.
"""

import time
from collections.abc import Callable, Iterator

import dagster as dg

from egov_assets.platform.asset_checks import check_spec, not_judged
from egov_assets.platform.availability import lacking_of_table, words_of_lacking
from egov_assets.platform.folders import Folders


def table_check(
    table: str,
    name: str,
    description: str,
    judge: Callable[[Folders, int | None], dg.AssetCheckResult],
    by_year: bool = True,
    stops: bool = False,
) -> dg.AssetChecksDefinition:
    """The check `name` of `table`; `judge` is told the study's folders and the year, None for a table of all years.

    stops  a failure that `judge` calls an ERROR holds back what is made from the table
    """

    @dg.multi_asset_check(
        name=f"{table}_{name}",
        specs=[check_spec(name, table, by_year, stops, description)],
        required_resource_keys={"folders"},
    )
    def check(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        folders, year = context.resources.folders, int(context.partition_key) if by_year else None
        if lacking := lacking_of_table(folders.lake, table, year):
            yield from not_judged([name], words_of_lacking(lacking), table)
            return
        start = time.perf_counter()
        result = judge(folders, year)
        yield result._replace(
            metadata={**result.metadata, "seconds": dg.MetadataValue.float(time.perf_counter() - start)}
        )
        if stops and not result.passed and result.severity is dg.AssetCheckSeverity.ERROR:
            # Dagster fails the step anyway, in words that name the check and not what it found.
            raise dg.Failure(result.description, allow_retries=False)

    return check
