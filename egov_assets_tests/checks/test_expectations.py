"""The suites on raw rows: good ones pass, a file that changed its ways is named with its rows."""

from pathlib import Path

import polars as pl
import pytest

from egov_assets.checks import expectation_checks
from egov_assets.checks.data_docs import judge_table
from egov_assets.checks.failing_rows import count_failing, failing_rows
from egov_assets.checks.suites import DIALECT, NOT_BY_YEAR, SUITES, WITH_DIALECTS, columns_of, expected_of, row_of
from egov_assets.definitions import defs

GOOD = {"hs8_code": "61091000", "company_id": "3301234567", "company_name": "a", "phone": "1", "partner": "502"}
GOOD |= {"value_usd": "1,234.5", "quantity": "10", "flow": "0"}


def customs(*changed: dict[str, str | None]) -> pl.DataFrame:
    """A hundred good lines, the first of them changed."""
    lines = [
        {"source_file": "part_1.csv", "source_row": row, "dialect": "underscore_chinese", **GOOD}
        for row in range(2, 102)
    ]
    for line, change in zip(lines, changed, strict=False):
        line.update(change)
    return pl.DataFrame(lines).select(columns_of("raw_customs"))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.slow
def test_good_rows_pass_and_a_changed_file_is_named_row_by_row(tmp_path: Path):
    docs = tmp_path / "docs"
    good = judge_table("raw_customs", customs().lazy(), 2011, docs)
    assert [each.expected.kind for each in good if not each.passed] == []
    assert len(good) == len(expected_of("raw_customs", "underscore_chinese", 2011))
    assert "raw_customs" in (docs / "index.html").read_text("utf-8")

    # Four partners by name: 96 % are codes, at least 99 % should be. One lost value: 99 %, at least 97 %.
    changed = customs(
        {"partner": "美国"}, {"partner": "美国"}, {"partner": "日本"}, {"partner": "日本"}, {"value_usd": None}
    )
    verdicts = judge_table("raw_customs", changed.lazy(), 2011, docs)
    (bad,) = [each for each in verdicts if not each.passed]
    assert (bad.expected.options["column"], bad.observed) == ("partner", "96.00 % of 100 rows")
    assert bad.failing.select("source_row", "partner").rows() == [(2, "美国"), (3, "美国"), (4, "日本"), (5, "日本")]
    assert [folder.name for folder in tmp_path.iterdir()] == ["docs"]

    result = expectation_checks._result("raw_customs", verdicts, docs / "index.html", None)
    assert not result.passed
    assert (
        "underscore_chinese.partner.MatchRegex: 96.00 % of 100 rows, customs codes of three digits in this copy"
        in result.description
    )
    assert "日本" in result.metadata["first_failing_rows"].value
    saved = expectation_checks._save_failing(tmp_path / "failing", verdicts)
    assert pl.read_csv(saved / "underscore_chinese.partner.MatchRegex.csv").height == 4
    assert expectation_checks._save_failing(tmp_path / "failing", good) is None


@pytest.mark.filterwarnings("ignore")
@pytest.mark.slow
def test_markup_in_a_cell_is_shown_as_text_and_kept_as_it_was(tmp_path: Path):
    """A tag, a pipe and an entity: in Data Docs, in the UI's table, and among the failing rows."""
    cell = "<img src=x onerror=alert(1)>|&lt;"
    verdicts = judge_table("raw_customs", customs(*[{"partner": cell}] * 5).lazy(), 2011, tmp_path / "docs")
    (bad,) = [each for each in verdicts if not each.passed]
    assert bad.failing["partner"].to_list() == [cell] * 5
    pages = "".join(page.read_text("utf-8") for page in (tmp_path / "docs").rglob("*.html"))
    assert "<img src=x" not in pages
    assert "&lt;img src=x onerror=alert(1)&gt;|&amp;lt;" in pages
    shown = expectation_checks._result("raw_customs", verdicts, tmp_path / "docs" / "index.html", None)
    assert "| &lt;img src=x onerror=alert(1)&gt;&#124;&amp;lt; |" in shown.metadata["first_failing_rows"].value


@pytest.mark.filterwarnings("ignore")
def test_a_column_without_any_value_is_called_empty(tmp_path: Path):
    lines = customs().with_columns(pl.lit(None, pl.String).alias("partner"))
    verdicts = judge_table("raw_customs", lines.lazy(), 2011, tmp_path / "docs")
    of_partner = {each.expected.kind: each for each in verdicts if each.expected.options.get("column") == "partner"}
    assert {kind: each.observed for kind, each in of_partner.items()} == {
        "ExpectColumnValuesToNotBeNull": "all 100 rows are empty",
        "ExpectColumnValuesToMatchRegex": "all 100 rows are empty",
    }
    assert not of_partner["ExpectColumnValuesToNotBeNull"].passed


def asked(table: str, dialect: str, year: int) -> list[str]:
    return [str(each.options.get("column")) for each in expected_of(table, dialect, year)]


def test_what_a_copy_or_a_year_cannot_have_is_not_asked_of_it():
    """domain.md 1.2 and 2.3: partners by name, no telephones in 2012 and 2013; no wages in 2008 to 2010; two files."""
    assert [asked("raw_customs", "underscore_chinese", year).count("phone") for year in (2007, 2011)] == [1, 1]
    assert [asked("raw_customs", "csmar_pairs", year).count("phone") for year in (2011, 2012, 2013, 2014)] == [
        1,
        0,
        0,
        1,
    ]
    assert asked("raw_customs", "chinese_2003", 2003).count("phone") == 1
    assert asked("raw_customs", "underscore_chinese", 2010).count("partner") == 2
    assert asked("raw_customs", "mixed_2002", 2002).count("partner") == 1
    assert "firm_name" not in asked("raw_firm_survey", "questionnaire_finance", 2010)
    assert "revenue_thousand_cny" not in asked("raw_firm_survey", "questionnaire_identity", 2010)
    assert [asked("raw_firm_survey", "pinyin", year).count("wages_thousand_cny") for year in range(2007, 2012)] == [
        1, 0, 0, 0, 1,
    ]  # fmt: skip
    assert "firm_name" not in asked("raw_firm_survey", "numbered_catalogue", 2005)


@pytest.mark.filterwarnings("ignore")
def test_the_rows_of_each_copy_are_judged_by_themselves(tmp_path: Path):
    """A hundred lines without telephone beside a hundred with: of the English copy none is asked."""
    other = customs().with_columns(dialect=pl.lit("english"), phone=pl.lit(None, pl.String), partner=pl.lit("美国"))
    verdicts = judge_table("raw_customs", pl.concat([customs(), other]).lazy(), 2011, tmp_path / "docs")
    assert [each.expected.options["column"] for each in verdicts if not each.passed] == []
    of_phones = [each for each in verdicts if each.expected.options["column"] == "phone"]
    assert [(each.dialect, each.observed) for each in of_phones] == [("underscore_chinese", "100.00 % of 100 rows")]


CELLS = (
    *(None, "", " ", "0", "1", "0.25", "1.0", "1.1", "-3", "1,234.5", "1e-3", "502", "5 02", "2005", "１９９８"),
    *("0610910", "610910", " 61091000 ", "６１０９１０", "330A123456", "<b>&", "nan", "None"),
    *("出口", "全市", "政府工作报告", "政 府", "政府" * 200),
)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.slow
def test_great_expectations_finds_the_same_rows_in_a_pandas_frame():
    """Every expectation of a text column, on cells of all sorts: digits of other scripts, blanks, words for nothing."""
    import great_expectations as gx
    from great_expectations import expectations as gxe

    batch = gx.get_context(mode="ephemeral").data_sources.pandas_default.read_dataframe
    complete = {"result_format": "COMPLETE", "unexpected_index_column_names": ["source_row"]}
    for table in set(SUITES) - {"raw_tariffs"}:
        columns = [column for column in columns_of(table) if column not in row_of(table) and column != DIALECT]
        frame = pl.DataFrame({column: CELLS for column in columns}).with_columns(
            **{name: pl.lit("a") for name in (*row_of(table), DIALECT)} | {"source_row": pl.int_range(pl.len())}
        )
        theirs = batch(frame.to_pandas())
        for expected, counts in count_failing(table, frame.lazy(), 2011)["a" if table in WITH_DIALECTS else None]:
            found = theirs.validate(getattr(gxe, expected.kind)(**expected.options), result_format=complete).result
            if expected.column is None:
                assert found["observed_value"] == counts.rows
                continue
            of_null = expected.kind == "ExpectColumnValuesToNotBeNull"
            assert found["unexpected_count"] == counts.failing, (table, expected)
            assert found["unexpected_count" if of_null else "missing_count"] == counts.missing == 1
            ours = failing_rows(table, frame.lazy(), None, expected, None)[expected.column].to_list()
            assert found["unexpected_list"] == ours, (table, expected)


@pytest.mark.filterwarnings("ignore")
def test_failing_rows_beyond_those_in_data_docs_are_saved_if_the_expectation_is_not_met(tmp_path: Path):
    """3,000 lines: all partners by name, and 5 % without telephone, of which 20 % may be."""
    no_phone = pl.when(pl.col("source_row") % 20 == 0).then(None).otherwise("phone")
    lines = pl.concat([customs()] * 30).with_columns(partner=pl.lit("美国"), phone=no_phone)
    verdicts = judge_table("raw_customs", lines.lazy(), 2011, tmp_path / "docs")
    failing = {(each.expected.column, each.passed): each.failing.height for each in verdicts if each.failing.height}
    assert failing == {("partner", False): 3_000, ("phone", True): 150}
    page = next((tmp_path / "docs" / "validations").rglob("*.html")).read_text("utf-8")
    assert "Sampled Unexpected Values" in page


@pytest.mark.filterwarnings("ignore")
def test_a_source_of_all_years_and_one_of_a_file_a_row(tmp_path: Path):
    tariffs = pl.DataFrame(
        {"source_file": "t.csv", "source_row": [1, 2], "hs6_code": ["610910", "610990"], "tariff_percent": [6.0, 90.0]}
    )
    reports = pl.DataFrame({"source_file": ["a.txt", "b.txt"], "text": ["政府工作报告" * 100, "未保存"]})
    judged = {"raw_tariffs": judge_table("raw_tariffs", tariffs.lazy(), None, tmp_path / "docs")}
    judged |= {"raw_work_reports": judge_table("raw_work_reports", reports.lazy(), 2011, tmp_path / "docs")}
    bad = {table: [each for each in verdicts if not each.passed] for table, verdicts in judged.items()}
    assert [each.failing.rows() for each in bad["raw_tariffs"]] == [[(90.0, "t.csv", 2)]]
    assert [each.failing["source_file"].to_list() for each in bad["raw_work_reports"]] == [["b.txt"]]
    empty = judge_table("raw_tariffs", tariffs.clear().lazy(), None, tmp_path / "docs")
    assert [each.observed for each in empty if not each.passed] == []


def test_every_raw_table_has_a_suite_by_year_as_the_table_is():
    graph = defs.resolve_asset_graph()
    raw = {
        node.key.to_user_string(): node.partitions_def
        for node in graph.asset_nodes
        if node.key.to_user_string().startswith("raw_") and node.is_materializable
    }
    assert set(SUITES) == set(raw)
    assert {table for table, years in raw.items() if years is None} == set(NOT_BY_YEAR)


def test_every_expectation_says_why():
    assert all(each.why for suite in SUITES.values() for each in suite)
