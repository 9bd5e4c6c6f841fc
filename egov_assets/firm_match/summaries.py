"""Counts that the UI shows of this chapter's tables."""

import polars as pl

from egov_assets.firm_match.panel_ids import STEPS as PANEL_STEPS


def panel_summary(panel_ids: pl.DataFrame) -> dict[str, int]:
    """Records, firms, records linked to an earlier year by each key, and by a key alone against all else."""
    by_step = dict(panel_ids.drop_nulls("linked_by").group_by("linked_by").len().rows())
    linked = {f"linked_by_{step}": by_step.get(step, 0) for step in PANEL_STEPS}
    contradicted = panel_ids.filter("is_contradicted")
    return {
        "records": panel_ids.height,
        "firms": panel_ids["panel_id"].n_unique(),
        **linked,
        "links_contradicted": contradicted.height,
        "firms_with_a_contradicted_link": contradicted["panel_id"].n_unique(),
    }


def candidates_summary(candidates: pl.DataFrame) -> dict[str, int]:
    """Pairs by step and outcome, e.g. `zip_phone: other_city`."""
    counted = candidates.group_by("step", "outcome").len().sort("step", "outcome")
    return {f"{step}: {outcome}": count for step, outcome, count in counted.rows()}


def match_summary(matched: pl.DataFrame) -> dict[str, int]:
    """Matched firms, in all and by step."""
    return {"matched": matched.height, **dict(matched.group_by("method").len().sort("method").rows())}
