"""The recomputed contradictions are those that the audit lists, and the checks catch what they are for."""

from pathlib import Path

import polars as pl
from pytest import fixture, mark

from egov_assets.paper.published import SCHEMA, published_cells
from egov_assets.paper.stars import stars
from egov_assets.platform.folders import Folders
from egov_assets.platform.words import message, words_of
from egov_assets.replication.assets import each_contradiction_is_known
from egov_assets.replication.audit import SAYINGS, AuditRow, audit_rows, known_anomalies, published_document
from egov_assets.replication.verdict_checks import judge_against, judge_signs, no_cell_is_worse_than_before
from egov_assets_tests.running.finished_study import FinishedStudy

said = words_of("replication", "en").of


@fixture(scope="module")
def rows():
    return audit_rows(published_cells(), SAYINGS)


def test_stars_against_p_give_the_transcribed_star_audit(rows):
    audit = published_document()["star_audit"]
    judged = [row for row in rows if row.kind == "stars"]
    assert len(judged) == audit["coefficients_checked"]
    wrong = {(*said(row.place).split(), row.recomputed) for row in judged if row.agrees is False}
    assert wrong == {
        (f"table_{int(each['table'][6:]):02d}", each["column"], each["term"], each["stars_expected"])
        for each in audit["mismatches"]
    }
    assert [said(row.place) for row in judged if row.agrees is None] == ["table_09 (5) egscore"]


def test_every_contradiction_and_code_is_in_the_audit(rows):
    known = set(known_anomalies()["id"])
    assert {row.anomaly for row in rows if row.anomaly} <= known
    found = [row.anomaly for row in rows if row.agrees is False]
    assert found == ["STAR-01", "STAR-02", "STAR-03", "STAR-04", "STAR-05", "TEXT-01", "TEXT-03", "TEXT-02"]


def test_what_a_documented_reading_explains_is_no_contradiction(rows):
    explained = {row.anomaly for row in rows if row.agrees is not False}
    assert {"N-01", "N-02", "N-03", "N-06", "TEXT-16"} <= explained


def printed_as_the_papers(ours: pl.DataFrame) -> pl.DataFrame:
    """Our numbers (table, column, term, ours, our_p) as `published_cells`, to the paper's decimals."""
    paper = published_cells().select("table", "column", "term", "published", "published_stars")
    cells = []
    for *place, printed, marks, number, p in paper.join(ours, on=["table", "column", "term"], how="inner").iter_rows():
        decimals = len(printed.partition(".")[2])
        estimate = (None, None) if marks is None else (stars(p), f"{p:.3f}")
        cells.append((*place, f"{number:z.{decimals}f}", *estimate, None))
    return pl.DataFrame(cells, schema=SCHEMA, orient="row")


def contradictions(ours: pl.DataFrame) -> list[AuditRow]:
    return [row for row in audit_rows(printed_as_the_papers(ours), ()) if row.agrees is False]


def test_the_demos_own_tables_pass_every_rule():
    """demo_tables.csv: published_comparison of the shipped demo, what is ours in it, to six digits."""
    ours = pl.read_csv(Path(__file__).with_name("demo_tables.csv"), schema_overrides={"column": pl.String})
    rows = audit_rows(printed_as_the_papers(ours), ())
    assert len([row for row in rows if row.agrees is not None]) > 60
    assert [row for row in rows if row.agrees is False] == []
    assert [row.agrees for row in rows if row.kind == "fit"] == [True, True]  # plain least squares, as it is


@mark.slow
def test_the_tables_of_a_finished_study_pass_every_rule(finished: FinishedStudy):
    comparison = pl.read_parquet(finished.folders.lake / "published_comparison" / "data.parquet")
    assert contradictions(comparison.select("table", "column", "term", "ours", "our_p").drop_nulls("ours")) == []


def test_tables_that_no_reading_explains_do_not_pass():
    ours = pl.read_csv(Path(__file__).with_name("demo_tables.csv"), schema_overrides={"column": pl.String})
    more = (
        pl.when(pl.col("table").is_in(["table_04", "table_05"]) & (pl.col("term") == "n")).then(9e6).otherwise("ours")
    )
    assert [row.anomaly for row in contradictions(ours.with_columns(ours=more))] == ["N-01", "N-02"]


def test_implied_means_of_moderators(rows):
    """method.md section 11.4: 0.046 = main + interaction x mean."""
    words = {said(row.place): (said(row.recomputed), said(row.words)) for row in rows if row.kind == "moderator"}
    assert words["table_07 (5) egscore:inf_dum"][0] == "mean 7.22"  # (0.046 + 0.019) / 0.009
    assert words["table_07 (5) egscore:inf_dum"][1].startswith("does not fit a dummy")
    assert words["table_07 (3) egscore:sma_city"][1].startswith("fits a dummy")  # 1.33, but 0.86 within rounding


def test_a_contradiction_without_a_code_fails_the_check():
    table = pl.DataFrame(
        {
            "place": [message("cell", table=2, column="3", term="n"), "b"],
            "agrees": [False, None],
            "anomaly": [None, None],
        },
        schema={"place": pl.String, "agrees": pl.Boolean, "anomaly": pl.String},
    )
    finding = each_contradiction_is_known(table)
    assert not finding.passed
    assert finding.words == "not in the audit: table_02 (3) n"


def verdicts(*words: str) -> pl.DataFrame:
    return pl.DataFrame(
        {"table": "table_02", "column": [str(at) for at in range(len(words))], "term": "egscore", "verdict": words}
    )


def test_a_cell_that_falls_by_a_class_is_named():
    before = verdicts("reproduced", "agrees", "cannot be computed", "not comparable")
    after = verdicts("too imprecise to tell", "both insignificant", "opposite sign", "cannot be computed")
    finding = judge_against(after, before)
    assert not finding.passed
    assert finding.words == (
        "1 of 4 cells are worse than before: table_02 (0) egscore: reproduced -> too imprecise to tell"
    )
    assert judge_against(before, before).passed


def test_the_first_comparison_has_nothing_to_compare_with(tmp_path):
    folders = Folders(raw=tmp_path, outputs=tmp_path, truth=tmp_path)
    assert no_cell_is_worse_than_before(verdicts("opposite sign"), folders).passed


def test_a_planted_sign_is_asked_for_only_where_the_oracle_is_sure():
    table = pl.DataFrame(
        {
            "table": ["table_02", "table_02", "table_06"],
            "column": ["3", "3", "1"],
            "term": ["egscore", "Con_wag", "egscore_size5"],
            "planted": [0.04, 0.02, 0.07],
            "ours": [-0.01, -0.01, 0.05],
        }
    )
    oracle = pl.DataFrame(
        {
            "table": ["table_02", "table_02", "table_06"],
            "column": [3, 3, 1],
            "term": ["egscore", "Con_wag", "egscore"],
            "p_value": [0.001, 0.3, 0.01],
        }
    )
    finding = judge_signs(table, oracle)
    assert not finding.passed
    assert finding.words == "1 of 2 planted signs are found; not table_02 (3) egscore"
