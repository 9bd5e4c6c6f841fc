"""What each step found and refused, and which exports stayed without a survey firm: the table a referee asks for."""

import polars as pl

from egov_assets.platform.exact_sums import exact_sum
from egov_assets.platform.reference import table

SIZE_LIMITS_USD = {"below 10,000": 1e4, "10,000 to 100,000": 1e5, "100,000 to 1 million": 1e6, "1 to 10 million": 1e7}
LARGEST = "above 10 million"
REPORT = ("year", "section", "item", "outcome", "pairs", "firms", "export_value_usd", "value_share")


def match_report(candidates: pl.DataFrame, customs: pl.DataFrame) -> pl.DataFrame:
    """One row per year, section, item and outcome (REPORT), sorted.

    candidates   firm_match_candidates of all years
    customs      clean_export_firms of all years
    step         item is a step; outcome is `candidates`, `accepted` or what refused
    matched by size, ownership, city, or all
                 item is the class of the customs firm; outcome is the step that matched it, or `unmatched`
    pairs, firms, export_value_usd  pairs considered, distinct customs firms in them, their exports of the year
    value_share  of all customs exports of the year
    """
    steps = pl.concat([candidates, candidates.with_columns(outcome=pl.lit("candidates"))]).select(
        "year", "outcome", "company_id", "export_value_usd", section=pl.lit("step"), item="step"
    )
    found = candidates.filter(pl.col("outcome") == "accepted").select("year", "company_id", "step")
    firms = customs.join(found, on=["year", "company_id"], how="left", validate="1:1").with_columns(
        outcome=pl.col("step").fill_null("unmatched"), all=pl.lit("all"), size=_size(), ownership=_ownership(),
        city=pl.col("city_code").fill_null("unknown"),
    )  # fmt: skip
    classes = [
        firms.select(
            "year", "outcome", "company_id", "export_value_usd",
            section=pl.lit("all" if name == "all" else f"matched by {name}"), item=name,
        )
        for name in ("all", "size", "ownership", "city")
    ]  # fmt: skip
    total = customs.group_by("year").agg(total_usd=exact_sum(pl.col("export_value_usd")))
    value = exact_sum(pl.col("export_value_usd").filter(pl.col("company_id").is_first_distinct()))
    return (
        pl.concat([steps, *classes])
        .group_by("year", "section", "item", "outcome")
        .agg(
            pairs=pl.len().cast(pl.Int64),
            firms=pl.col("company_id").n_unique().cast(pl.Int64),
            export_value_usd=value,
        )
        .join(total, on="year")
        # The engine may multiply by 1 / total, and a whole then exceed 1 by a rounding.
        .with_columns(value_share=(pl.col("export_value_usd") / pl.col("total_usd")).clip(0, 1))
        .select(REPORT)
        .sort(REPORT[:4])
    )


def matched_shares(report: pl.DataFrame) -> pl.DataFrame:
    """Share of firms and of export value by year and step: year, outcome, firm_share, value_share."""
    whole = report.filter(pl.col("section") == "all")
    share = pl.col("firms") / pl.col("firms").sum().over("year")
    return whole.select("year", "outcome", "value_share", firm_share=share)


def report_summary(report: pl.DataFrame) -> dict[str, float]:
    """Shares of firms and value matched, by year, and the pairs of each step and outcome."""
    matched = matched_shares(report).filter(pl.col("outcome") != "unmatched")
    matched = matched.group_by("year").agg(pl.col("firm_share", "value_share").sort().sum()).sort("year")
    kinds = {"firms": "firm_share", "value": "value_share"}
    shares = {
        f"matched_share_of_{kind}_{row['year']}": round(row[column], 4)
        for row in matched.rows(named=True)
        for kind, column in kinds.items()
    }
    steps = report.filter(pl.col("section") == "step").select("year", "item", "outcome", "pairs")
    return shares | {f"{year} {step}: {outcome}": pairs for year, step, outcome, pairs in steps.rows()}


def _size() -> pl.Expr:
    size = pl.lit(LARGEST)
    for name, limit in reversed(SIZE_LIMITS_USD.items()):
        size = pl.when(pl.col("export_value_usd") < limit).then(pl.lit(name)).otherwise(size)
    return size


def _ownership() -> pl.Expr:
    names = dict(table("firm_ownership_codes").select("code", "name_en").rows())
    return pl.col("ownership_code").replace_strict(names, default="unknown", return_dtype=pl.String)
