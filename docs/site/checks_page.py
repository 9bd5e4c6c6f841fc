"""The page of all checks: what the graph says of each, and `what_to_do.yml` of its failure."""

from pathlib import Path

import dagster as dg
import yaml

from docs.site.markdown import WRITTEN_BY
from egov_assets.definitions import chapter_names, defs, study_assets

WHAT_TO_DO = Path(__file__).with_name("what_to_do.yml")
MOST_NAMED = 12


def checks_page() -> str:
    """Every check of the graph: on which tables, what becomes of a failure, what it means, what to do."""
    advice = yaml.safe_load(WHAT_TO_DO.read_text(encoding="utf-8"))
    lines = [
        "# Checks",
        "",
        f"{WRITTEN_BY} What each check found, with the failing rows, is on the table's page in `egov ui`; how "
        "failures are told is in [operation.md](operation.md#checks). A check that *stops* keeps what is made from the "
        "table from being made, and the last good table stays; one that *warns* is shown and alerted.",
    ]
    for name, specs in checks().items():
        told = advice.get(name, {})
        means = told.get("means") or specs[0].description or ""
        stops = {spec.blocking for spec in specs}
        tables = sorted({spec.asset_key.to_user_string() for spec in specs})
        on = f"{len(tables)} tables" if len(tables) > MOST_NAMED else ", ".join(f"`{table}`" for table in tables)
        lines += [
            "",
            f"## {name}",
            "",
            f"{'Stops' if stops == {True} else 'Warns'}; on {on}.",
            "",
            f"- **Means:** {means}",
            f"- **What to do:** {told.get('do', '')}",
        ]
    return "\n".join([*lines, ""])


def checks() -> dict[str, list[dg.AssetCheckSpec]]:
    """The checks by name, chapter by chapter; those of dbt without the table and columns that it adds."""
    specs = [spec for each in (*study_assets(), *(defs.asset_checks or ())) for spec in each.check_specs]
    groups = {key: spec.group_name or "" for each in study_assets() for spec in each.specs for key in [spec.key]}
    order = chapter_names()
    specs.sort(key=lambda spec: (order.index(groups[spec.asset_key]), spec.asset_key, spec.name))
    by_name: dict[str, list[dg.AssetCheckSpec]] = {}
    for spec in specs:
        by_name.setdefault(spec.name.partition(f"_{spec.asset_key.to_user_string()}_")[0], []).append(spec)
    return by_name
