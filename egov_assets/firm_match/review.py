"""A sample of accepted pairs for people to judge, and the precision that their judgements imply.

What belongs here: drawing the sample, the file they fill in, and the estimate. The sample is a function of the pairs
alone: a rerun draws the same pairs, and a pair stays in the sample as long as it is matched.
"""

import hashlib
from dataclasses import dataclass
from math import fsum
from pathlib import Path

import polars as pl

from egov_assets.paper.study import CONFIDENCE_LEVEL

ANSWER = "same_firm"
ANSWERS = {"1": True, "yes": True, "y": True, "是": True, "0": False, "no": False, "n": False, "否": False}
SHEET = (
    "year", "method", "pairs_of_method", "company_id", "survey_firm_id", "customs_name", "survey_name", "evidence",
    "probability", ANSWER,
)  # fmt: skip
PAIR_YEAR = ("company_id", "survey_firm_id", "year")


class ReviewUnusable(ValueError):
    """A filled-in review sheet cannot be used; the message lists every problem."""


@dataclass(frozen=True)
class Precision:
    """Share of judged pairs that are the same firm, with its interval; `method` is a step or "all"."""

    method: str
    judged: int
    same: int
    share: float
    low: float
    high: float


def review_sample(matched: pl.DataFrame, pairs_per_method: int) -> pl.DataFrame:
    """Up to `pairs_per_method` pairs of each step (SHEET, the answer blank), in the order in which they were drawn.

    matched          firm_match of all years
    pairs_of_method  how many pairs the step has in all: the weight of its sample
    """
    keys = matched.select(pl.concat_str(*PAIR_YEAR, separator=" ")).to_series()
    drawn = pl.Series("drawn", [hashlib.sha256(key.encode()).hexdigest() for key in keys], dtype=pl.String)
    return (
        matched.with_columns(drawn, pairs_of_method=pl.len().over("method").cast(pl.Int64))
        .filter(pl.col("drawn").rank("ordinal").over("method") <= pairs_per_method)
        .sort("method", "drawn")
        .with_columns(pl.lit(None, pl.String).alias(ANSWER))
        .select(SHEET)
    )


def read_review(path: Path) -> pl.DataFrame:
    """The filled-in sheet: method, pairs_of_method and `same` (null where nobody answered).

    Raises  ReviewUnusable listing missing columns, or every line whose answer is none of ANSWERS or whose
            pairs_of_method is no number
    """
    sheet = pl.read_csv(_text(path).encode(), infer_schema=False)
    missing = [column for column in ("method", "pairs_of_method", ANSWER) if column not in sheet.columns]
    if missing:
        raise ReviewUnusable(f"{path}: column {', '.join(missing)} is missing. Write the sheet anew and fill it in.")
    answers = sheet[ANSWER].str.strip_chars().str.to_lowercase().replace("", None)
    wrong = [
        f"line {line}: {answer!r}" for line, answer in enumerate(answers, start=2) if answer not in (None, *ANSWERS)
    ]
    if wrong:
        raise ReviewUnusable(f"{path}: {ANSWER} must be 1 or 0 (or yes, no, 是, 否, blank): {'; '.join(wrong)}.")
    pairs = sheet["pairs_of_method"].cast(pl.Int64, strict=False)
    changed = [f"line {line}" for line, count in enumerate(pairs, start=2) if count is None]
    if changed:
        raise ReviewUnusable(f"{path}: pairs_of_method must stay as it was written: {'; '.join(changed)}.")
    same = answers.replace_strict(ANSWERS, default=None, return_dtype=pl.Boolean)
    return sheet.select("method", pairs, same.alias("same"))


def _text(path: Path) -> str:
    """The sheet's text: UTF-8 as it was written, or GB18030 as a Chinese Excel saves it."""
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", errors="replace")


def precision_of(review: pl.DataFrame) -> list[Precision]:
    """Precision by step, and over all steps weighted by their pairs; empty if nothing is judged.

    review    as `read_review` gives
    Interval  Clopper-Pearson at the study's confidence level; that of all steps adds the steps' bounds by weight, so it
              covers at least as often
    """
    from scipy.stats import binomtest

    judged = review.drop_nulls("same").group_by("method", "pairs_of_method").agg(pl.len(), pl.col("same").sum())
    steps, weights = [], []
    for method, pairs, count, same in judged.sort("method").rows():
        interval = binomtest(same, count).proportion_ci(CONFIDENCE_LEVEL, method="exact")
        steps.append(Precision(method, count, same, same / count, interval.low, interval.high))
        weights.append(pairs)
    if not steps:
        return []
    share, low, high = (
        fsum(weight * getattr(step, part) for weight, step in zip(weights, steps, strict=True)) / sum(weights)
        for part in ("share", "low", "high")
    )
    whole = Precision("all", sum(step.judged for step in steps), sum(step.same for step in steps), share, low, high)
    return [*steps, whole]
