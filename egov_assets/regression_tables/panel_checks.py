"""What an economist would look at in the firm panel before believing a table."""

import polars as pl

from egov_assets.platform.check_results import CheckResult

LEAST_RANK_CORRELATION = 0.5  # quality is a trait of firms; the demo's has 0.95
FEWEST_FIRMS = 50  # with fewer a rank correlation moves by more than a tenth by chance


def firms_keep_their_place_in_quality(table: pl.DataFrame) -> CheckResult:
    """Who exports better goods than others in one year does so in the next: rank correlation of `qua` by pair of years.

    A unit, a code or a match that changed between two years mixes firms up without changing any total.
    """
    later = table.select("firm_id", "year", "qua")
    earlier = table.select("firm_id", pl.col("year") + 1, qua_before="qua")
    pairs = (
        later.join(earlier, on=["firm_id", "year"])
        .group_by("year")
        .agg(firms=pl.len(), rank=pl.corr("qua", "qua_before", method="spearman"))
        .filter(pl.col("firms") >= FEWEST_FIRMS, pl.col("rank").is_not_nan())
        .sort("year")
    )
    if pairs.is_empty():
        return CheckResult(True, f"no two neighbouring years have {FEWEST_FIRMS} firms in common")
    ranks = {f"{year - 1} to {year}": rank for year, rank in pairs.select("year", "rank").iter_rows()}
    words = "; ".join(f"{years} {rank:.2f}" for years, rank in ranks.items())
    low = [years for years, rank in ranks.items() if rank < LEAST_RANK_CORRELATION]
    advice = f". Look for what changed: {', '.join(low)}" if low else ""
    words = f"rank correlation of firms' quality {words}, at least {LEAST_RANK_CORRELATION}{advice}"
    return CheckResult(not low, words, {f"rank {years}": rank for years, rank in ranks.items()})
