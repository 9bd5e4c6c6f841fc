"""The pairs of customs and survey firms, year by year."""

import polars as pl

from egov_assets.firm_match.match import match_firms
from egov_assets.firm_match.schema import FirmMatch
from egov_assets.orchestration.lake_asset import lake_asset


@lake_asset(schema=FirmMatch, group="firm_match", by_year=True)
def firm_match(clean_export_firms: pl.DataFrame, clean_firms: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, int]]:
    """Customs firms paired with survey firms: one row per pair, found by name or by postal code and telephone.

    In      clean_export_firms and clean_firms of the year, one row per firm
    Source  domain.md 3.2 (Tian & Yu 2013), guards of 3.5
    """
    return match_firms(clean_export_firms, clean_firms)
