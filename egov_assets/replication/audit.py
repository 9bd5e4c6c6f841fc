"""What can be recomputed from print alone: stars against p, counts, R2, text against tables, moderators' means.

The rules are in `audit_rules.py`; they take any tables that are printed as the paper's are, ours too.

Source  method.md sections 4, 7 to 12; anomalies and star_audit of published_tables.yaml
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import polars as pl
import yaml

from egov_assets.paper.published import PUBLISHED_TABLES, stars_fit
from egov_assets.paper.stars import stars
from egov_assets.platform.words import message
from egov_assets.platform.years import THE_PAPERS
from egov_assets.replication.audit_rules import (
    balance_fits,
    differences_fit,
    implied_means,
    means_fit,
    most_r2,
    neighbours_fit,
    r2_fits,
    said_fits,
    significance_fits,
)

Place = tuple[str, str, str]  # table, column, term
BASELINE: Place = ("table_02", "3", "egscore")


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


@dataclass(frozen=True)
class Saying:
    """What the text says of a cell: a number, or with a level, that the cell is significant at it."""

    place: str
    said: str
    cell: Place
    anomaly: str | None = None
    level: float | None = None


SAYINGS = (
    Saying("section 4.1, baseline", "0.026", BASELINE, "TEXT-01"),
    Saying("section 4.3(3), assets", "0.03", ("table_09", "2", "egscore:asset_firm"), "TEXT-03"),
    Saying("section 4.2(4), work reports", "0.047", ("table_06", "4", "egscore")),
    Saying("section 4.3(1), free trade zones", "0.018", ("table_07", "4", "egscore:ftz_prov")),
    Saying("section 4.3(2), high-tech", "-0.012", ("table_08", "2", "egscore:ind_tech")),
    Saying("section 4.3(3), private", "0.004", ("table_09", "1", "egscore:pri_firm")),
    Saying("section 4.3(3), upstreamness", "0.009", ("table_09", "4", "egscore:gvc_firm")),
    Saying("section 5.2, foreign capital", "0.002", ("table_10", "3", "egscore:fdi")),
    Saying(
        message("section on a column", section="4.1", table=2, column="1"),
        "1 %",
        ("table_02", "1", "egscore"),
        "TEXT-02",
        0.01,
    ),
    Saying(
        message("section on a column", section="4.1", table=2, column="2"),
        "1 %",
        ("table_02", "2", "egscore"),
        level=0.01,
    ),
)


@cache
def published_document() -> dict[str, Any]:
    """The transcription with its audit, as written."""
    return yaml.safe_load(PUBLISHED_TABLES.read_text(encoding="utf-8"))


def audit_rows(cells: pl.DataFrame, sayings: Sequence[Saying]) -> list[AuditRow]:
    """Every recomputation, in the order of the tables.

    cells    printed numbers as `published_cells` gives them; of Tables 7 to 10 columns may be missing
    sayings  what the text says of them
    """
    printed = {(cell["table"], cell["column"], cell["term"]): cell for cell in cells.iter_rows(named=True)}
    numbers = {place: cell["published"] for place, cell in printed.items()}
    return [
        *_stars(printed),
        *_counts(numbers),
        *_fit(numbers),
        *_text(printed, sayings),
        *_moderators(numbers),
        *_exit_gap(numbers),
    ]


def known_anomalies() -> pl.DataFrame:
    """The audit as transcribed: id, where, what, why_it_matters, suggested_reading."""
    return pl.DataFrame(published_document()["anomalies"])


def _said(place: Place) -> str:
    table, column, term = place
    return message("cell", table=_number(table), column=column, term=term)


def _number(table: str) -> int:
    return int(table.removeprefix("table_"))


def _stars(printed: Mapping[Place, dict[str, Any]]) -> Iterator[AuditRow]:
    known = _star_anomalies()
    for place, cell in printed.items():
        marks, p = cell["published_stars"], cell["published_p"]
        if marks is None:
            continue
        if p is None:
            yield AuditRow("stars", _said(place), marks, "", None, "STAR-06", "no p-value is printed")
            continue
        expected, code = stars(float(p)), known.get(_said(place))
        words = message("p gives stars", p=p, stars=expected) if expected else message("p gives no stars", p=p)
        yield AuditRow("stars", _said(place), marks, expected, stars_fit(marks, p), code, words)


def _star_anomalies() -> dict[str, str]:
    """Place to code, of the anomalies whose code begins with STAR."""
    codes = {}
    for anomaly in published_document()["anomalies"]:
        if anomaly["id"].startswith("STAR"):
            table, column, term = anomaly["where"].split()[:3]
            codes[_said((table, column.strip("()"), term))] = anomaly["id"]
    return codes


def _counts(numbers: Mapping[Place, str]) -> Iterator[AuditRow]:
    n = {place: int(number) for place, number in numbers.items() if "n" in place[1:]}
    levels, wide, quality = n["table_02", "3", "n"], n["table_02", "2", "n"], n["table_01", "n", "qua"]
    years = len(THE_PAPERS)
    differences, balanced = n["table_04", "3", "n"], n["table_05", "8", "n"]
    yield AuditRow(
        "counts",
        message("observations of a column", table=4, column="3"),
        f"{differences}",
        message("at most", limit=levels),
        differences_fit(differences, levels),
        "N-01",
        message("differences of firm-years", lagged=round(levels * (years - 1) / years)),
    )
    yield AuditRow(
        "counts",
        message("observations of a column", table=5, column="8"),
        f"{balanced}",
        message("at most", limit=levels),
        balance_fits(balanced, levels),
        "N-02",
        message("balanced panel", years=years),
    )
    neighbours = [n["table_06", column, "n"] for column in ("1", "2", "3")]
    yield AuditRow(
        "counts",
        message("observations of columns", table=6, first="1", last="3"),
        ", ".join(map(str, neighbours)),
        "may stay or fall",
        neighbours_fit(neighbours),
        "N-03",
        message("too few other cities", count=10),
    )
    for name, code in (("Con_wag", "N-04"), ("Con_inf", "N-04"), ("Con_gdp", None), ("Con_exp", None)):
        yield AuditRow(
            "counts",
            message("observations of a variable", variable=name),
            f"{n['table_01', 'n', name]}",
            message("share of qua", share=f"{n['table_01', 'n', name] / quality:.2f}"),
            None,
            code,
            "near 0.67 looks like one missing year of three",
        )
    yield AuditRow(
        "counts",
        message("observations of columns", table=2, first="2", last="3"),
        message("from to", first=wide, last=levels),
        message("share left", share=f"{levels / wide:.2f}"),
        None,
        "N-05",
        "controls and sample change together",
    )


def _fit(numbers: Mapping[Place, str]) -> Iterator[AuditRow]:
    """Whether Table 2 (1) is plain least squares; if not, random effects or year dummies can produce it (N-06)."""
    r2, b, constant = (numbers["table_02", "1", term] for term in ("r2", "egscore", "_cons"))
    sd_x, sd_y = (numbers["table_01", "sd", name] for name in ("egscore", "qua"))
    mean_x, mean_y = (numbers["table_01", "mean", name] for name in ("egscore", "qua"))
    yield AuditRow(
        "fit",
        _said(("table_02", "1", "r2")),
        r2,
        message("at most", limit=f"{most_r2(b, sd_x, sd_y):.5f}"),
        r2_fits(r2, b, sd_x, sd_y) or None,
        "N-06",
        message("R2 of one regressor", r2=r2, b=f"{float(r2) ** 0.5 * float(sd_y) / float(sd_x):.3f}"),
    )
    yield AuditRow(
        "fit",
        message("mean of a column", table=2, column="1"),
        mean_y,
        f"{float(constant) + float(b) * float(mean_x):.3f}",
        means_fit(constant, b, mean_x, mean_y) or None,
        "N-06",
        "least squares passes through the means",
    )


def _text(printed: Mapping[Place, dict[str, Any]], sayings: Sequence[Saying]) -> Iterator[AuditRow]:
    for saying in sayings:
        table, column, term = saying.cell
        cell = printed[saying.cell]
        if saying.level is None:
            recomputed, agrees = cell["published"], said_fits(saying.said, cell["published"])
            words = message("cell prints", table=_number(table), column=column, term=term, printed=recomputed)
        else:
            recomputed, agrees = f"p {cell['published_p']}", significance_fits(saying.level, cell["published_p"])
            words = "said to be significant at 1 %"
        yield AuditRow("text", saying.place, saying.said, recomputed, agrees, saying.anomaly, words)


def _moderators(numbers: Mapping[Place, str]) -> Iterator[AuditRow]:
    """The mean of the moderator at which main effect and interaction add up to the baseline."""
    baseline = numbers[BASELINE]
    odd = {
        "egscore:inf_dum": "TEXT-08",
        "egscore:gvc_firm": "DEF-06",
        "egscore:exit": "DEF-07",
        "egscore:innov": "DEF-08",
    }
    for place, slope in numbers.items():
        table, column, term = place
        if ":" not in term:
            continue
        main = numbers[table, column, "egscore"]
        means = implied_means(baseline, main, slope)
        if means is None:
            recomputed, words = "", "interaction of unknown sign"
        else:
            low, high = means
            recomputed = message("mean", mean=f"{(float(baseline) - float(main)) / float(slope):.3g}")
            fits = "fits a dummy" if high >= 0 and low <= 1 else "does not fit a dummy"
            words = message(fits, low=f"{low:.3g}", high=f"{high:.3g}")
        yield AuditRow("moderator", _said(place), slope, recomputed, None, odd.get(term), words)


def _exit_gap(numbers: Mapping[Place, str]) -> Iterator[AuditRow]:
    """The quality gap of exiting firms; with exit as a rate of the city or industry (DEF-07) it is no gap."""
    terms = [("table_10", "1", term) for term in ("exit", "egscore:exit")]
    if not all(term in numbers for term in terms):
        return
    gap, slope = (float(numbers[term]) for term in terms)
    at = {name: gap + slope * float(numbers["table_01", name, "egscore"]) for name in ("min", "mean", "max")}
    yield AuditRow(
        "text",
        message("section on a column", section="5.1", table=10, column="1"),
        "low quality is driven out",
        message("min mean max", **{name: f"{value:.3f}" for name, value in at.items()}),
        None,
        "TEXT-16",
        "the quality gap of exiting firms narrows as the score rises"
        if abs(at["max"]) < abs(at["mean"])
        else "the quality gap of exiting firms widens as the score rises",
    )
