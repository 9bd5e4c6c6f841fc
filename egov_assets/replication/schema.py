"""The table this chapter hands on."""

from typing import ClassVar

import pandera.polars as pa

from egov_assets.platform.contract import Table
from egov_assets.replication.verdicts import VERDICTS


class PublishedComparison(Table):
    """One printed number of the paper against ours."""

    table: str = pa.Field(description="Table of the paper: table_02")
    column: str = pa.Field(description="Printed number of the column; in table 1 the statistic")
    term: str = pa.Field(description="Regressor, or n or r2; in table 1 the variable")
    published: float = pa.Field(description="The number as printed")
    published_stars: str = pa.Field(
        nullable=True, description="Stars as printed; missing where the cell is no estimate"
    )
    published_p: float = pa.Field(nullable=True, description="p-value as printed")
    published_error: float = pa.Field(
        nullable=True,
        gt=0,
        description="Standard error by the printed p-value; where p (0.000) or stars only limit it, ours if less",
    )
    ours: float = pa.Field(nullable=True, description="Our number; missing where it is not computed")
    our_stars: str = pa.Field(nullable=True, description="Stars of our p-value")
    our_p: float = pa.Field(
        nullable=True,
        ge=0,
        le=1,
        description="Our p-value, errors clustered by city; with an instrument Anderson-Rubin",
    )
    our_error: float = pa.Field(nullable=True, gt=0, description="Our standard error, clustered by city")
    planted: float = pa.Field(nullable=True, description="Expected answer of the demo economy; missing with own data")
    distance: float = pa.Field(
        nullable=True,
        description="Ours less print, on the demo less the planted value, in standard errors of the difference",
    )
    verdict: str = pa.Field(isin=VERDICTS, description="How ours and print agree, on the demo ours and what is planted")
    anomaly: str = pa.Field(nullable=True, description="Why the printed cell contradicts itself or its neighbours")
    reason: str = pa.Field(
        nullable=True, description="Why ours cannot be computed: an id of regression_tables/words.yml"
    )

    _key: ClassVar[list[str]] = ["table", "column", "term"]


class PaperAudit(Table):
    """One recomputation from print alone; place, printed, recomputed and words are messages of `words.yml`."""

    position: int = pa.Field(ge=1, description="Order of reading")
    kind: str = pa.Field(isin=("stars", "counts", "fit", "text", "moderator"), description="What is recomputed")
    place: str = pa.Field(description="Cell or section of the paper")
    printed: str = pa.Field(description="What is printed there")
    recomputed: str = pa.Field(description="What the rest of the print gives")
    agrees: bool = pa.Field(nullable=True, description="Whether the two agree; missing where it only informs")
    anomaly: str = pa.Field(nullable=True, description="Code in the audit of the paper")
    words: str = pa.Field(description="How it was recomputed")

    _key: ClassVar[list[str]] = ["position"]


class DataClaims(Table):
    """One thing that the paper says of its own data; claim and place are messages of `words.yml`."""

    position: int = pa.Field(ge=1, description="Order of reading")
    claim: str = pa.Field(description="What is said to be so many")
    place: str = pa.Field(description="Section of the paper")
    published: str = pa.Field(description="As printed")
    ours: float = pa.Field(nullable=True, description="In the data at hand; missing where they hold nothing of it")
    agrees: bool = pa.Field(nullable=True, description="Whether ours rounds to the printed number")

    _key: ClassVar[list[str]] = ["position"]
    _made_from: ClassVar[dict[str, str]] = {
        "ours": "egscore_index.year work_report_words.city_code work_report_words.keywords work_report_words.words "
        "work_report_words.problem city_moderators.sma_city",
    }


class ReplicationReport(Table):
    """One file of the report."""

    file: str = pa.Field(description="File in outputs")
    language: str = pa.Field(isin=("en", "zh"), description="Language of its words")
    sha256: str = pa.Field(description="SHA-256 of the file")

    _key: ClassVar[list[str]] = ["file"]
