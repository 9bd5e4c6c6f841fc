"""What is best here for a data frame of one's own: quality, matching, HS products, tables with their errors.

Frames are of Polars or pandas, their rows in any order; what comes back is Polars. Neither Dagster nor dbt is imported:
these are the functions that the assets call, with the columns named by the caller. docs/library.md says what stays.
"""

from egov_assets.library.frames import UnusableFrame
from egov_assets.library.matching import FirmMatches, match_firms
from egov_assets.library.products import harmonise_hs
from egov_assets.library.quality import ExportQuality, export_quality
from egov_assets.library.tables import robust_table

__all__ = [
    "ExportQuality",
    "FirmMatches",
    "UnusableFrame",
    "export_quality",
    "harmonise_hs",
    "match_firms",
    "robust_table",
]
