"""Are the outputs of a whole run there, and sane? Prints what it found; the exit code is 1 if anything is wrong."""

import csv
import math
import sys
from pathlib import Path

import duckdb

ESTIMATE_COLUMNS = {
    *("table", "column", "variant", "term", "estimate", "std_error", "statistic", "p_value", "ci_low", "ci_high"),
    *("n", "n_clusters", "r2_within", "r2"),
}
COMPARISON_COLUMNS = {"table", "column", "term", "published", "published_stars", "ours", "planted", "verdict"}


def problems(outputs: Path) -> list[str]:
    """Everything wrong with the outputs, one sentence each; empty if all is well."""
    expected = ["catalog.duckdb", "published_comparison.csv"]
    expected += [f"tables/{name}" for name in ("estimates.csv", "estimates.parquet", "table_02.html", "table_02.md")]
    missing = [f"{name} is missing or empty" for name in expected if not _is_filled(outputs / name)]
    return missing or [
        *_estimate_problems(_rows(outputs / "tables/estimates.csv")),
        *_comparison_problems(_rows(outputs / "published_comparison.csv")),
        *_catalog_problems(outputs / "catalog.duckdb"),
    ]


def _estimate_problems(estimates: list[dict[str, str]]) -> list[str]:
    absent = sorted(ESTIMATE_COLUMNS - set(estimates[0] if estimates else ()))
    if absent:
        return [f"estimates.csv lacks {', '.join(absent)}"]
    baseline = [row for row in estimates if (row["table"], row["term"]) == ("table_02", "egscore")]
    bad = [
        f"table_02 column {row['column']}: {row['estimate']} does not lie between {row['ci_low']} and {row['ci_high']}"
        for row in baseline
        if not float(row["ci_low"]) < float(row["estimate"]) < float(row["ci_high"]) or int(float(row["n"])) < 1000
    ]
    return bad if baseline else ["estimates.csv holds no egscore of table_02"]


def _comparison_problems(cells: list[dict[str, str]]) -> list[str]:
    absent = sorted(COMPARISON_COLUMNS - set(cells[0] if cells else ()))
    if absent:
        return [f"published_comparison.csv lacks {', '.join(absent)}"]
    main = [cell for cell in cells if (cell["table"], cell["column"], cell["term"]) == ("table_02", "3", "egscore")]
    if len(main) != 1:
        return [f"published_comparison.csv holds {len(main)} cells of table_02 column 3 egscore, not 1"]
    ours, planted = float(main[0]["ours"] or "nan"), float(main[0]["planted"] or "nan")
    print(f"table_02 column 3 egscore: published {main[0]['published']}, planted {planted:.4f}, ours {ours:.4f}")
    if not main[0]["verdict"]:
        return ["table_02 column 3 egscore has no verdict"]
    # Sign and size only; how close it must come is a matter of tests, which know the standard error.
    return [] if math.isfinite(ours) and 0 < ours < 1 else [f"table_02 column 3 egscore is {ours}"]


def _catalog_problems(catalog: Path) -> list[str]:
    with duckdb.connect(str(catalog), read_only=True) as connection:
        views = connection.sql("select view_name from duckdb_views() where not internal order by all").fetchall()
        counts = {view: connection.sql(f'select count(*) from "{view}"').fetchone()[0] for (view,) in views}
    print(f"catalog.duckdb: {len(views)} views, {sum(counts.values()):,} rows")
    return [] if counts.get("firm_panel") else ["catalog.duckdb shows no firm_panel"]


def _is_filled(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    found = problems(Path("outputs"))
    print("\n".join(found) or "outputs are complete")
    sys.exit(bool(found))
