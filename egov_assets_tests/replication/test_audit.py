"""The recomputed contradictions are those that the audit lists, and the checks catch what they are for."""

import polars as pl
from pytest import fixture

from egov_assets.platform.folders import Folders
from egov_assets.platform.words import message, words_of
from egov_assets.replication.assets import each_contradiction_is_known
from egov_assets.replication.audit import audit_rows, known_anomalies, published_document
from egov_assets.replication.verdict_checks import judge_against, judge_signs, no_cell_is_worse_than_before

said = words_of("replication", "en").of


@fixture(scope="module")
def rows():
    return audit_rows()


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
    assert all(row.anomaly for row in rows if row.agrees is False)


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
