"""The four jobs of a study, in the order in which they feed each other."""

from dataclasses import dataclass

from dagster import AssetSelection, define_asset_job

_groups = AssetSelection.groups
_assets = AssetSelection.assets

one_year = define_asset_job(
    "one_year",
    selection=_groups("raw", "clean", "firm_match", "egscore_index", "iv_instruments") | _assets("quality_moments"),
    description="From the raw files of one year to its matched firms, scores, instruments and quality moments.",
)
pooled = define_asset_job(
    "pooled",
    selection=_assets("quality_coefficients"),
    description="Add the years' moments and solve one demand equation per product.",
)
quality_by_year = define_asset_job(
    "quality_by_year",
    selection=_assets("product_quality", "firm_quality"),
    description="Quality of each flow and firm of one year, with the pooled coefficients and bounds.",
)
tables = define_asset_job(
    "tables",
    selection=_groups("regression_tables", "replication"),
    description="The firm panel, the regression tables, and the comparison with print.",
)

JOBS = (one_year, pooled, quality_by_year, tables)


@dataclass(frozen=True)
class Stage:
    """One job over some years (None: over all years at once)."""

    job: str
    years: tuple[int, ...] | None


def stages(all_years: tuple[int, ...], changed_years: tuple[int, ...]) -> list[Stage]:
    """What to run, in order, when the raw files of some years changed.

    Quality is redone for every year: coefficients and min-max bounds are pooled over years.
    """
    return [
        Stage("one_year", changed_years),
        Stage("pooled", None),
        Stage("quality_by_year", all_years),
        Stage("tables", None),
    ]
