"""What can be recomputed from print alone: stars against p, counts, R2, text against tables, moderators' means.

Source  method.md sections 4, 7 to 12; anomalies and star_audit of published_tables.yaml
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import polars as pl
import yaml

from egov_assets.paper.published import PUBLISHED_TABLES, half_a_unit, published_cells
from egov_assets.paper.stars import stars
from egov_assets.platform.words import message
from egov_assets.platform.years import THE_PAPERS

BASELINE = ("table_02", "3", "egscore")


@dataclass(frozen=True)
class AuditRow:
    """kind: what is recomputed; agrees: null where the recomputation informs but does not judge.

    place, printed, recomputed and words are messages of `words.yml`, or numbers as printed.
    """

    kind: str
    place: str
    printed: str
    recomputed: str
    agrees: bool | None
    anomaly: str | None
    words: str


@cache
def published_document() -> dict[str, Any]:
    """The transcription with its audit, as written."""
    return yaml.safe_load(PUBLISHED_TABLES.read_text(encoding="utf-8"))


def audit_rows() -> list[AuditRow]:
    """Every recomputation, in the order of the tables."""
    return [*_stars(), *_counts(), *_fit(), *_text(), *_moderators(), *_exit_gap()]


def known_anomalies() -> pl.DataFrame:
    """The audit as transcribed: id, where, what, why_it_matters, suggested_reading."""
    return pl.DataFrame(published_document()["anomalies"])


def _cell(table: str, column: str, term: str) -> dict[str, Any]:
    return published_cells().row(
        by_predicate=(pl.col("table") == table) & (pl.col("column") == column) & (pl.col("term") == term), named=True
    )


def _value(table: str, column: str, term: str) -> float:
    return float(_cell(table, column, term)["published"])


def _place(table: str, column: str, term: str) -> str:
    return message("cell", table=_number(table), column=column, term=term)


def _number(table: str) -> int:
    return int(table.removeprefix("table_"))


def _stars() -> Iterator[AuditRow]:
    known = _star_anomalies()
    for cell in published_cells().drop_nulls("published_stars").iter_rows(named=True):
        place = _place(cell["table"], cell["column"], cell["term"])
        if cell["published_p"] is None:
            yield AuditRow("stars", place, cell["published_stars"], "", None, "STAR-06", "no p-value is printed")
            continue
        expected = stars(float(cell["published_p"]))
        agrees = expected == cell["published_stars"]
        p = cell["published_p"]
        words = message("p gives stars", p=p, stars=expected) if expected else message("p gives no stars", p=p)
        yield AuditRow("stars", place, cell["published_stars"], expected, agrees, known.get(place), words)


def _star_anomalies() -> dict[str, str]:
    """Place to code, of the anomalies whose code begins with STAR."""
    codes = {}
    for anomaly in published_document()["anomalies"]:
        if anomaly["id"].startswith("STAR"):
            table, column, term = anomaly["where"].split()[:3]
            codes[_place(table, column.strip("()"), term)] = anomaly["id"]
    return codes


def _counts() -> Iterator[AuditRow]:
    base = _value("table_02", "3", "n")
    differences = _value("table_04", "3", "n")
    possible = base * (len(THE_PAPERS) - 1) / len(THE_PAPERS)
    yield AuditRow(
        "counts",
        message("observations of a column", table=4, column="3"),
        f"{differences:.0f}",
        message("at most", limit=f"{possible:.0f}"),
        differences <= possible,
        "N-01",
        message("differences of firm-years", firm_years=f"{base:.0f}", years=len(THE_PAPERS)),
    )
    balanced = _value("table_05", "8", "n")
    whole = balanced % len(THE_PAPERS) == 0
    yield AuditRow(
        "counts",
        message("observations of a column", table=5, column="8"),
        f"{balanced:.0f}",
        message("remainder", number=f"{balanced % len(THE_PAPERS):.0f}"),
        whole,
        "N-02",
        message("balanced panel", years=len(THE_PAPERS)),
    )
    neighbours = [_value("table_06", column, "n") for column in ("1", "2", "3")]
    yield AuditRow(
        "counts",
        message("observations of columns", table=6, first="1", last="3"),
        ", ".join(f"{n:.0f}" for n in neighbours),
        "should fall",
        len(set(neighbours)) > 1,
        "N-03",
        message("too few other cities", count=10),
    )
    quality = _value("table_01", "n", "qua")
    for name, code in (("Con_wag", "N-04"), ("Con_inf", "N-04"), ("Con_gdp", None), ("Con_exp", None)):
        n = _value("table_01", "n", name)
        yield AuditRow(
            "counts",
            message("observations of a variable", variable=name),
            f"{n:.0f}",
            message("share of qua", share=f"{n / quality:.2f}"),
            None,
            code,
            "near 0.67 looks like one missing year of three",
        )
    wide = _value("table_02", "2", "n")
    yield AuditRow(
        "counts",
        message("observations of columns", table=2, first="2", last="3"),
        message("from to", first=f"{wide:.0f}", last=f"{base:.0f}"),
        message("share left", share=f"{base / wide:.2f}"),
        None,
        "N-05",
        "controls and sample change together",
    )


def _fit() -> Iterator[AuditRow]:
    b, sd_x, sd_y = (
        _value("table_02", "1", "egscore"), _value("table_01", "sd", "egscore"), _value("table_01", "sd", "qua")
    )  # fmt: skip
    printed = _value("table_02", "1", "r2")
    # b is printed to 0.001: half a unit more is the most that rounding hides.
    most = ((b + 0.0005) * sd_x / sd_y) ** 2
    yield AuditRow(
        "fit",
        _place("table_02", "1", "r2"),
        f"{printed:.4f}",
        message("at most", limit=f"{most:.5f}"),
        printed <= most + 0.00005,
        "N-06",
        message("R2 of one regressor", r2=f"{printed:.4f}", b=f"{printed**0.5 * sd_y / sd_x:.3f}"),
    )
    mean = _value("table_02", "1", "_cons") + b * _value("table_01", "mean", "egscore")
    quality = _value("table_01", "mean", "qua")
    yield AuditRow(
        "fit",
        message("mean of a column", table=2, column="1"),
        f"{quality:.3f}",
        f"{mean:.3f}",
        abs(mean - quality) < 0.0015,
        "N-06",
        "least squares passes through the means",
    )


def _text() -> Iterator[AuditRow]:
    for place, said, (table, column, term), code in (
        ("section 4.1, baseline", "0.026", BASELINE, "TEXT-01"),
        ("section 4.3(3), assets", "0.03", ("table_09", "2", "egscore:asset_firm"), "TEXT-03"),
        ("section 4.2(4), work reports", "0.047", ("table_06", "4", "egscore"), None),
        ("section 4.3(1), free trade zones", "0.018", ("table_07", "4", "egscore:ftz_prov"), None),
        ("section 4.3(2), high-tech", "-0.012", ("table_08", "2", "egscore:ind_tech"), None),
        ("section 4.3(3), private", "0.004", ("table_09", "1", "egscore:pri_firm"), None),
        ("section 4.3(3), upstreamness", "0.009", ("table_09", "4", "egscore:gvc_firm"), None),
        ("section 5.2, foreign capital", "0.002", ("table_10", "3", "egscore:fdi"), None),
    ):
        printed = _cell(table, column, term)["published"]
        words = message("cell prints", table=_number(table), column=column, term=term, printed=printed)
        yield AuditRow("text", place, said, printed, float(said) == float(printed), code, words)
    for claimed, column, code in (("1 %", "1", "TEXT-02"), ("1 %", "2", None)):
        cell = _cell("table_02", column, "egscore")
        agrees = float(cell["published_p"]) < 0.01
        yield AuditRow(
            "text",
            message("section on a column", section="4.1", table=2, column=column),
            claimed,
            f"p {cell['published_p']}",
            agrees,
            code,
            "said to be significant at 1 %",
        )


def _moderators() -> Iterator[AuditRow]:
    """The mean of the moderator at which main effect and interaction add up to the baseline."""
    baseline = _value(*BASELINE)
    odd = {
        "egscore:inf_dum": "TEXT-08",
        "egscore:gvc_firm": "DEF-06",
        "egscore:exit": "DEF-07",
        "egscore:innov": "DEF-08",
    }
    for cell in published_cells().filter(pl.col("term").str.contains(":")).iter_rows(named=True):
        main = _value(cell["table"], cell["column"], "egscore")
        slope = float(cell["published"])
        half_unit = half_a_unit(cell["published"])
        # Baseline and main effect are printed to 0.001 each; the sign of no printed interaction is in doubt.
        gaps = (baseline - main - 0.001, baseline - main + 0.001)
        means = [gap / each for gap in gaps for each in (slope - half_unit, slope + half_unit)]
        fits = "fits a dummy" if max(means) >= 0 and min(means) <= 1 else "does not fit a dummy"
        yield AuditRow(
            "moderator",
            _place(cell["table"], cell["column"], cell["term"]),
            cell["published"],
            message("mean", mean=f"{(baseline - main) / slope:.3g}"),
            None,
            odd.get(cell["term"]),
            message(fits, low=f"{min(means):.3g}", high=f"{max(means):.3g}"),
        )


def _exit_gap() -> Iterator[AuditRow]:
    gap, slope = (_value("table_10", "1", term) for term in ("exit", "egscore:exit"))
    at = {name: gap + slope * _value("table_01", name, "egscore") for name in ("min", "mean", "max")}
    yield AuditRow(
        "text",
        message("section on a column", section="5.1", table=10, column="1"),
        "low quality is driven out",
        message("min mean max", **{name: f"{value:.3f}" for name, value in at.items()}),
        abs(at["max"]) > abs(at["mean"]),
        "TEXT-16",
        "the quality gap of exiting firms narrows as the score rises",
    )
