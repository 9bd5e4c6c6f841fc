"""The report counts every firm once, and the review sheet goes out and comes back."""

import polars as pl
import pytest

from egov_assets.cli import main
from egov_assets.firm_match.match import accepted_pairs
from egov_assets.firm_match.report import match_report, matched_shares, report_summary
from egov_assets.firm_match.review import ReviewUnusable, precision_of, read_review, review_sample
from egov_assets.firm_match.schema import FirmMatchReport
from egov_assets.platform.lake import table_path, write_table
from egov_assets.platform.years import YEARS
from egov_assets_tests.firm_match.small_registers import candidates, customs, survey

HERE = "330100"


@pytest.fixture(scope="module")
def customs_firms() -> pl.DataFrame:
    """One found by name, one by telephone, one with a placeholder, one unknown to the survey."""
    return pl.concat([
        customs(("C1", "杭州甲有限公司", None, None, HERE), value=6e6),
        customs(("C2", "虬猊獬有限公司", "310012", "88123456", HERE), value=3e6),
        customs(("C3", "狴犴有限公司", "310012", "88888888", HERE), ("C4", "丁", None, None, None), value=5e5),
    ])  # fmt: skip


@pytest.fixture(scope="module")
def considered(customs_firms: pl.DataFrame) -> pl.DataFrame:
    return candidates(
        customs_firms,
        survey(
            ("S1", "杭州甲有限公司", None, None, HERE), ("S2", "虬猊獍有限公司", "310012", "88123456", HERE),
            ("S3", "狴狸有限公司", "310012", "88888888", HERE),
        ),
    )  # fmt: skip


@pytest.fixture(scope="module")
def report(considered: pl.DataFrame, customs_firms: pl.DataFrame) -> pl.DataFrame:
    return FirmMatchReport.validate(match_report(considered, customs_firms))


def rows(report: pl.DataFrame, section: str) -> list[tuple]:
    shown = report.filter(section=section).select("item", "outcome", "firms", "export_value_usd", "value_share")
    return shown.with_columns(pl.col("value_share").round(12)).rows()


def test_each_step_shows_its_candidates_and_what_became_of_them(report):
    assert rows(report, "step") == [
        ("name", "accepted", 1, 6e6, 0.6),
        ("name", "candidates", 1, 6e6, 0.6),
        ("zip_phone", "accepted", 1, 3e6, 0.3),
        ("zip_phone", "candidates", 2, 3.5e6, 0.35),
        ("zip_phone", "placeholder_phone", 1, 5e5, 0.05),
    ]


def test_every_customs_firm_is_in_one_row_of_each_split(report):
    assert rows(report, "all") == [
        ("all", "name", 1, 6e6, 0.6), ("all", "unmatched", 2, 1e6, 0.1), ("all", "zip_phone", 1, 3e6, 0.3),
    ]  # fmt: skip
    assert rows(report, "matched by size") == [
        ("1 to 10 million", "name", 1, 6e6, 0.6), ("1 to 10 million", "zip_phone", 1, 3e6, 0.3),
        ("100,000 to 1 million", "unmatched", 2, 1e6, 0.1),
    ]  # fmt: skip
    assert [row[:3] for row in rows(report, "matched by city")] == [
        (HERE, "name", 1), (HERE, "unmatched", 1), (HERE, "zip_phone", 1), ("unknown", "unmatched", 1),
    ]  # fmt: skip


def test_the_picture_shows_shares_that_add_up(report):
    shares = matched_shares(report)
    assert shares.select(pl.col("firm_share", "value_share").sum()).row(0) == pytest.approx((1, 1))


def test_the_report_is_written_and_drawn(report, tmp_path):
    from egov_assets.firm_match.picture import save_report

    written = save_report(report, tmp_path)
    assert pl.read_csv(tmp_path / "report.csv").height == report.height
    assert (tmp_path / "matched_shares_en.svg").stat().st_size > 1000
    assert "matched_shares_en.png" in written


def test_the_weights_of_the_probabilistic_step_are_drawn(tmp_path):
    from egov_assets.firm_match.picture import draw_match_weights, save_match_weights
    from egov_assets.firm_match.probabilistic import weights
    from egov_assets.platform.figure_style import drawing

    assert save_match_weights(weights(), tmp_path).stat().st_size > 1000
    levels = [level for comparison in weights()["comparisons"] for level in comparison["comparison_levels"]]
    with drawing():
        figure = draw_match_weights(weights())
    assert len(figure.axes[0].patches) == sum(not level.get("is_null_level") for level in levels)


def matched(pairs_by_method: dict[str, int]) -> pl.DataFrame:
    methods = [method for method, count in pairs_by_method.items() for _ in range(count)]
    return pl.DataFrame(
        {"company_id": [f"C{row}" for row in range(len(methods))], "method": methods}
    ).with_columns(
        survey_firm_id="company_id", year=pl.lit(2011, pl.Int32), evidence=pl.lit("甲"), customs_name=pl.lit("甲"),
        survey_name=pl.lit("甲"), probability=pl.lit(None, pl.Float64),
    )  # fmt: skip


def test_the_review_sample_is_the_same_in_any_order_and_no_larger_than_asked():
    pairs = matched({"name": 100, "zip_phone": 5})
    sample = review_sample(pairs, 10)
    assert sample.equals(review_sample(pairs.reverse(), 10))
    assert sample["method"].value_counts(sort=True).rows() == [("name", 10), ("zip_phone", 5)]
    assert sample.filter(method="name")["pairs_of_method"].unique().to_list() == [100]
    assert sample["company_id"].to_list() != sorted(sample["company_id"])  # drawn, not the first ten


def answered(folder, answers: list[str]) -> str:
    sheet = review_sample(matched({"name": 100, "zip_phone": 5}), 10)
    path = folder / "review.csv"
    sheet.with_columns(same_firm=pl.Series(answers)).write_csv(path, include_bom=True)
    return path


def test_answers_come_back_as_precision_with_its_exact_interval(tmp_path):
    """9 of 10 and 5 of 5. Clopper-Pearson by hand: none wrong in five is at least 0.025^(1/5) = 0.478."""
    path = answered(tmp_path, ["1"] * 9 + ["0"] + [" yes "] * 4 + ["是"])
    name, phone, whole = precision_of(read_review(path))
    assert (name.method, name.judged, name.same, name.share) == ("name", 10, 9, 0.9)
    assert (name.low, name.high) == pytest.approx((0.5550, 0.9975), abs=5e-5)  # tables of the exact binomial interval
    assert (phone.share, phone.low, phone.high) == pytest.approx((1.0, 0.025 ** (1 / 5), 1.0))
    assert whole.share == pytest.approx((100 * 0.9 + 5 * 1.0) / 105)


def test_blank_answers_are_not_judged(tmp_path):
    assert precision_of(read_review(answered(tmp_path, [""] * 15))) == []
    assert precision_of(read_review(answered(tmp_path, ["1"] * 3 + [""] * 12)))[0].judged == 3


def test_every_unreadable_answer_is_named(tmp_path):
    with pytest.raises(ReviewUnusable, match=r"line 2: 'maybe'; line 4: '2'"):
        read_review(answered(tmp_path, ["maybe", "1", "2"] + [""] * 12))


def test_a_sheet_saved_by_a_chinese_excel_is_read_as_it_was_meant(tmp_path):
    path = answered(tmp_path, ["是"] * 4 + ["否"] + [""] * 10)
    path.write_bytes(path.read_text(encoding="utf-8-sig").encode("gb18030"))
    assert (precision_of(read_review(path))[0].judged, precision_of(read_review(path))[0].same) == (5, 4)


def test_a_weight_that_was_overwritten_is_named_by_its_line(tmp_path):
    path = answered(tmp_path, ["1"] * 15)
    sheet = pl.read_csv(path, infer_schema=False)
    counts = ["many", *sheet["pairs_of_method"][1:]]
    sheet.with_columns(pairs_of_method=pl.Series(counts)).write_csv(path)
    with pytest.raises(ReviewUnusable, match=r"pairs_of_method must stay as it was written: line 2\."):
        read_review(path)


def test_a_sheet_without_its_columns_is_refused(tmp_path):
    path = tmp_path / "review.csv"
    path.write_text("method\nname\n", encoding="utf-8")
    with pytest.raises(ReviewUnusable, match="pairs_of_method, same_firm is missing"):
        read_review(path)


def test_the_sample_keeps_the_pairs_as_matched(considered):
    sample = review_sample(accepted_pairs(considered), 5)
    assert sample.select("company_id", "survey_firm_id").sort("company_id").rows() == [("C1", "S1"), ("C2", "S2")]


def test_the_commands_write_the_sheet_once_and_report_what_was_filled_in(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("EGOV_OUTPUTS", str(tmp_path))
    for year in YEARS:
        pairs = matched({"name": 3}).with_columns(year=pl.lit(year, pl.Int32))
        write_table(pairs, table_path(tmp_path / "lake", "firm_match", year))
    sheet = tmp_path / "firm_match" / "review.csv"
    assert main(["match-review", "report"]) == 2  # no sheet yet
    assert main(["match-review", "write", "--pairs", "0"]) == 2
    assert main(["match-review", "write", "--pairs", "4"]) == 0
    assert main(["match-review", "write"]) == 2  # answers may be lost
    assert "may hold answers" in capsys.readouterr().err
    pl.read_csv(sheet, infer_schema=False).with_columns(same_firm=pl.lit("1")).write_csv(sheet)
    assert main(["match-review", "report"]) == 0
    assert "1.000" in capsys.readouterr().out


def test_scores_count_only_links_that_both_tables_hold(tmp_path, monkeypatch, capsys):
    """Three links, one outside the survey: of two reachable ones one is found, and one of two pairs is true."""
    links = pl.DataFrame({"company_id": ["C1", "C2", "C3"], "survey_firm_id": ["S1", "S2", None], "year": [2011] * 3})
    pairs = pl.DataFrame({"company_id": ["C1", "C2"], "survey_firm_id": ["S1", "S9"], "year": [2011] * 2})
    tables = {
        "firm_match": pairs,
        "clean_export_firms": links.select("company_id", "year"),
        "clean_firms": links.select("survey_firm_id", "year").drop_nulls(),
    }
    for name, table in tables.items():
        for year in YEARS:
            write_table(table.filter(pl.col("year") == year), table_path(tmp_path / "lake", name, year))
    monkeypatch.setenv("EGOV_OUTPUTS", str(tmp_path))
    monkeypatch.setenv("EGOV_TRUTH", str(tmp_path))
    assert main(["match-review", "score"]) == 2  # no truth: no demo
    links.write_parquet(tmp_path / "firm_links.parquet")
    assert main(["match-review", "score"]) == 0
    assert ["2", "2", "0.5000", "0.5000"] in [
        [word for word in line.split() if word not in "│|"][1:] for line in capsys.readouterr().out.splitlines()
    ]


def test_the_metadata_hold_shares_by_year_and_the_counts_of_each_step(report):
    summary = report_summary(report)
    assert summary["matched_share_of_value_2011"] == pytest.approx(0.9)
    assert summary["matched_share_of_firms_2011"] == pytest.approx(0.5)
    assert summary["2011 zip_phone: placeholder_phone"] == 1
