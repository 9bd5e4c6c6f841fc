"""What of the paper's model follows."""

from dataclasses import asdict

import polars as pl

from egov_assets.platform.check_results import CheckResult
from egov_assets.platform.lake_asset import lake_asset
from egov_assets.theory.schema import Theory


def each_gap_is_in_the_audit(table: pl.DataFrame) -> CheckResult:
    """A statement fails to follow exactly where the audit of the paper says so."""
    odd = table.filter(pl.col("follows") == pl.col("anomaly").is_not_null())["code"].to_list()
    gaps = table.filter(~pl.col("follows")).height
    words = f"{table.height - gaps} of {table.height} statements follow, {gaps} do not and are in the audit"
    return CheckResult(
        not odd, words if not odd else f"{', '.join(odd)}: derivation and audit disagree", {"odd": len(odd)}
    )


@lake_asset(schema=Theory, group="theory", by_year=False, kinds=("sympy",), checks=(each_gap_is_in_the_audit,))
def theory() -> tuple[pl.DataFrame, dict[str, int]]:
    """The model of section 2.1 derived again: equations, signs, and what propositions 1 and 2 need.

    Source  method.md section 2
    """
    from egov_assets.theory.claims import theory_claims  # sympy takes a second: definitions load without it

    claims = pl.DataFrame([asdict(claim) for claim in theory_claims()], infer_schema_length=None)
    table = claims.with_columns(position=pl.int_range(1, pl.len() + 1)).select(list(Theory.to_schema().columns))
    return table, {"follow": int(table["follows"].sum()), "do_not_follow": int((~table["follows"]).sum())}
