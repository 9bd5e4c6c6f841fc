"""How many organisation codes neighbouring years of the survey have in common: a code in another form meets nobody."""

from itertools import pairwise

import polars as pl

from egov_assets.firm_match.settings import read_match_settings
from egov_assets.platform.check_results import CheckResult
from egov_assets.platform.folders import Folders

FEWEST_IDS = 20  # a few firms are no share


def shared_ids(records: pl.DataFrame) -> pl.DataFrame:
    """Neighbouring years in order: earlier, later, ids (of the year with fewer), shared_ids, share.

    records  survey_firm_id, year; one row per firm and year
    Of the smaller year's, since the survey's threshold was raised in 2011 and half of the firms of 2010 left it.
    """
    years = records["year"].unique().sort().to_list()
    ids = {year: set(records.filter(year=year)["survey_firm_id"]) for year in years}
    rows = [
        (earlier, later, min(len(ids[earlier]), len(ids[later])), len(ids[earlier] & ids[later]))
        for earlier, later in pairwise(years)
    ]
    schema = {"earlier": pl.Int32, "later": pl.Int32, "ids": pl.Int64, "shared_ids": pl.Int64}
    found = pl.DataFrame(rows, schema=schema, orient="row")
    return found.with_columns(share=pl.col("shared_ids") / pl.col("ids"))


def ids_meet_between_years(table: pl.DataFrame, folders: Folders) -> CheckResult:
    """Neighbouring years of the survey know each other's organisation codes."""
    found, least = shared_ids(table), read_match_settings(folders.study_file).least_shared_ids
    apart = found.filter((pl.col("share") < least) & (pl.col("ids") >= FEWEST_IDS))
    words = "; ".join(
        f"{earlier} and {later} share {shared:,} of {ids:,} organisation codes ({share:.1%})"
        for earlier, later, ids, shared, share in found.iter_rows()
    )
    remedy = (
        f". At least {least:.0%} must meet: look at the codes of the two years side by side "
        "(clean_firms.survey_firm_id); if the samples are different firms, set matching.least_shared_ids in study.yml"
    )
    facts = {f"{earlier} and {later}": share for earlier, later, _, _, share in found.iter_rows()}
    return CheckResult(apart.is_empty(), (words or "one year alone") + ("" if apart.is_empty() else remedy), facts)
