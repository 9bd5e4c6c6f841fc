"""What a check found: the value, the limit, and why the limit. Pure: chapters write checks without Dagster."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl
from pandera.errors import SchemaErrors

if TYPE_CHECKING:  # contracts know Dagster
    from egov_assets.platform.contract import Table

SHOWN_FAILURES = 20


@dataclass(frozen=True)
class CheckResult:
    """The outcome of one check.

    `words` is one sentence with the value and its limit, shown in the UI and in alerts; `facts` holds plain values.
    """

    passed: bool
    words: str
    facts: Mapping[str, int | float | str | bool] = field(default_factory=dict)


@dataclass(frozen=True)
class SchemaResult:
    """A frame judged by its pandera model: how many values fail, the first of them, the frame to publish if none."""

    frame: pl.DataFrame
    failures: pl.DataFrame  # column, rule, value, row (its key); one row per failing value, at most SHOWN_FAILURES
    count: int

    @property
    def passed(self) -> bool:
        return self.count == 0

    @property
    def words(self) -> str:
        if self.passed:
            return f"all {self.frame.height:,} rows keep to the schema"
        shown = "; ".join(
            f"{column or 'table'}: {value} breaks {rule}{f' in {row}' if row else ''}"
            for column, rule, value, row in self.failures.head(5).iter_rows()
        )
        return f"{self.count:,} values break the schema ({shown}{'; …' if self.count > 5 else ''})"


def judge_schema(frame: pl.DataFrame, schema: "type[Table]") -> SchemaResult:
    """Validate a collected frame with a pandera model, all problems at once, and its key for uniqueness.

    Returns the frame as validated (coerced where the model coerces), sorted by the key.
    """
    try:
        checked = schema.validate(frame, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
        failures = cases.head(SHOWN_FAILURES).select(
            pl.col("column").cast(pl.String),
            pl.col("check").cast(pl.String).alias("rule"),
            pl.col("failure_case").cast(pl.String).alias("value"),
            row=_named(frame, schema._key).gather(cases["index"].head(SHOWN_FAILURES)),
        )
        return SchemaResult(frame, failures, cases.height)
    key = schema._key
    repeated = checked.group_by(key, maintain_order=True).len().filter(pl.col("len") > 1)
    failures = repeated.head(SHOWN_FAILURES).select(
        pl.lit(", ".join(key)).alias("column"),
        pl.lit("one row per key").alias("rule"),
        pl.format("{} ({} rows)", _named(repeated, key).head(SHOWN_FAILURES), "len").alias("value"),
        row=pl.lit(None, dtype=pl.String),
    )
    return SchemaResult(checked.sort(key), failures, repeated.height)


def _named(frame: pl.DataFrame, key: list[str]) -> pl.Series:
    """The rows' keys in words, of the columns that are there."""
    parts = [pl.col(name).cast(pl.String).fill_null("null") for name in key if name in frame.columns]
    words = pl.concat_str(parts, separator=" / ") if parts else pl.repeat(None, pl.len(), dtype=pl.String)
    return frame.select(words.alias("row")).to_series()
