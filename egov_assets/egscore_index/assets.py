"""The composite score, year by year."""

import polars as pl

from egov_assets.egscore_index.composite import composite_score
from egov_assets.egscore_index.schema import EgscoreIndex
from egov_assets.orchestration.lake_asset import lake_asset


@lake_asset(schema=EgscoreIndex, group="egscore_index", by_year=True)
def egscore_index(clean_egov_scores: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, int]]:
    """Digital-government score of each city: nine fields and their mean, 0 to 1.

    In      clean_egov_scores of the year, one row per city and producer
    Source  method.md section 6
    """
    index = composite_score(clean_egov_scores)
    return index, {"cities": index.height, "cities_lacking_a_field": index["egscore"].null_count()}
