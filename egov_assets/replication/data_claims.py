"""What the paper says of its own data, beside what the data at hand say.

Source  paper/data_claims.yml
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import polars as pl
import yaml

from egov_assets.paper import published
from egov_assets.paper.published import half_a_unit
from egov_assets.platform.exact_sums import exact_sum
from egov_assets.platform.words import message
from egov_assets.replication.verdicts import rounds_to

CLAIMS = Path(published.__file__).with_name("data_claims.yml")


@dataclass(frozen=True)
class DataAtHand:
    """scores: year of egscore_index; reports: work_report_words; cities: city_moderators, each of all years."""

    scores: pl.DataFrame
    reports: pl.DataFrame
    cities: pl.DataFrame

    def of_reports(self, quantity: pl.Expr) -> float | None:
        """Of the reports that count; None if there are none."""
        counted = self.reports.filter(pl.col("problem").is_null())
        return counted.select(quantity).item() if counted.height else None


# claim: what the data at hand give for it; None where they hold nothing of it
FOUND: Mapping[str, Callable[[DataAtHand], float | None]] = {
    "scores_first_year": lambda data: cast("int | None", data.scores["year"].min()),
    "scores_last_year": lambda data: cast("int | None", data.scores["year"].max()),
    "report_cities": lambda data: data.of_reports(pl.col("city_code").n_unique()),
    "report_keywords": lambda data: data.of_reports(pl.col("keywords").mean()),
    "report_keyword_percent": lambda data: data.of_reports(
        exact_sum(100 * pl.col("keywords") / pl.col("words")) / pl.len()
    ),
    "policy_cities": lambda data: (
        data.cities.filter(pl.col("sma_city") == 1)["city_code"].n_unique() if data.cities["sma_city"].count() else None
    ),
}


def data_claims_of(data: DataAtHand) -> pl.DataFrame:
    """One row per claim in the order of the paper: position, claim, place, published, ours, agrees.

    agrees  ours rounds to print; missing where the data hold nothing of it
    """
    claims = yaml.safe_load(CLAIMS.read_text(encoding="utf-8"))
    rows = []
    for position, (claim, said) in enumerate(claims.items(), start=1):
        ours, printed = FOUND[claim](data), said["published"]
        agrees = None if ours is None else rounds_to(ours, float(printed), half_a_unit(printed))
        place = message("section of the paper", section=said["section"])
        rows.append((position, claim, place, printed, None if ours is None else float(ours), agrees))
    schema = {
        "position": pl.Int64,
        **dict.fromkeys(("claim", "place", "published"), pl.String),
        "ours": pl.Float64,
        "agrees": pl.Boolean,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")
