"""The report shows every printed number with its verdict, needs no other file, and says when data are invented."""

import base64
import io
import re
import zipfile
from dataclasses import replace

import docx
import polars as pl
from docx.shared import Cm
from fontTools.ttLib import TTFont
from pytest import approx, fixture, mark

from egov_assets.paper.published import published_cells
from egov_assets.platform.figure_style import new_figure, save_figure
from egov_assets.platform.words import message
from egov_assets.product_quality.coefficients import Rule
from egov_assets.regression_tables.descriptives import descriptive_statistics
from egov_assets.regression_tables.estimate import estimate_table
from egov_assets.regression_tables.schema import RobustInference
from egov_assets.regression_tables.settings import Printing
from egov_assets.regression_tables.specifications import Column, Table, read_specifications
from egov_assets.replication.answer import Warned
from egov_assets.replication.blocks import Grid, Heading, Lead, Notice, Paragraph, Picture, Shares
from egov_assets.replication.comparison import compare_with_published
from egov_assets.replication.report import Against, Results, report_blocks
from egov_assets.replication.report_html import report_page
from egov_assets.replication.report_pdf import report_pdf
from egov_assets.replication.report_word import report_document
from egov_assets.replication.trace import Version
from egov_assets_tests.regression_tables.small_panel import small_panel


@fixture(scope="module")
def pictures(tmp_path_factory):
    folder = tmp_path_factory.mktemp("figures")
    for name in ("baseline", "baseline_zh"):
        save_figure(new_figure(4, 3), folder / name)
    return folder


def nothing_to_warn_of() -> Warned:
    coefficients = pl.DataFrame(
        {
            "outcome": ["qua", "qua", "qua_sub"],
            "rule": [Rule.ESTIMATED, Rule.IMPOSED_FOR_WEAK, Rule.ESTIMATED],
            "flows": [900, 100, 7],
            "sigma_hat": [4.0, 0.5, 0.5],
            "export_value_usd": [95.0, 5.0, 100.0],
            "thin_market_flows": [40, 10, 7],
            "thin_market_value_usd": [2.0, 1.0, 90.0],
            "outlying_flows": [0, 250, 0],
            "is_first_stage_weak": [False, True, True],
            "is_sigma_at_most_one": [False, True, True],
            "is_sigma_insignificant": [False, False, True],
        }
    )
    readings = pl.DataFrame({"filled": [1000, 1000], "understood": [1000, 990]})
    plausibility = pl.DataFrame({"year": [2011], "figure": ["revenue_thousand_cny"], "is_suspect": [False]})
    return Warned(coefficients, readings, plausibility)


@fixture(scope="module")
def results():
    panel = small_panel(firms=80, cities=10)
    estimates = estimate_table("table_02", read_specifications()["table_02"], panel)
    planted = pl.DataFrame({"table": ["table_02"], "column": ["3"], "term": ["egscore"], "planted": [0.0461]})
    audit = pl.DataFrame(
        {
            "kind": ["text"], "place": ["section 4.1"], "printed": ["0.026"], "recomputed": ["0.046"],
            "agrees": [False], "anomaly": ["TEXT-01"], "words": ["<table_02> prints 0.046"],
        }
    )  # fmt: skip
    theory = pl.DataFrame(
        {
            "code": ["6"], "statement": ["q_qua"], "follows": [False], "derived": ["other"],
            "condition": [None], "example": ["numbers"], "anomaly": ["THEORY-02"],
        }
    )  # fmt: skip
    flow = {"year": [2010, 2011], "source": ["customs"] * 2, "step": ["00 read"] * 2, "reason": ["rows"] * 2}
    claims = pl.DataFrame(
        {
            "claim": ["report_keywords", "policy_cities"],
            "place": [message("section of the paper", section=each) for each in ("4.2(4)", "4.3(1)")],
            "published": ["8.75", "177"],
            "ours": [8.7461, None],
            "agrees": [True, None],
        }
    )
    comparison = compare_with_published(estimates, descriptive_statistics(panel), planted)
    return Results(
        against=Against(comparison, audit, theory, claims),
        estimates=estimates,
        descriptives=descriptive_statistics(panel),
        robust=RobustInference.empty(),
        warned=nothing_to_warn_of(),
        own_tables={},
        not_available=(),
        printing=Printing(),
        sample_flow=pl.DataFrame(flow | {"rows": [1200, None]}),
        match_report=pl.DataFrame(
            {
                "year": [2010, 2010, 2011],
                "section": ["step", "all", "all"],
                "item": ["name", "all", "all"],
                "outcome": ["accepted", "name", "unmatched"],
                "pairs": [2500, 2500, 100],
                "value_share": [0.9, 0.9, 0.25],
            }
        ),
        figures=pl.DataFrame({"figure": ["baseline"] * 2, "language": ["en", "zh"]}),
        versions=(Version("firm_panel", None, 240, "abc" * 20),),
        settings=(("study.yml", "printing: {brackets: std_error}\n"),),
    )


def grids(results, language="en") -> list[Grid]:
    return [block for block in report_blocks(results, language) if isinstance(block, Grid)]


def test_every_printed_number_stands_in_the_tables_with_a_verdict(results):
    rows = [row for grid in grids(results) if grid.heads[:2] == ("column", "term") for row in grid.rows]
    assert len(rows) == published_cells().height
    assert all(row[6] for row in rows)
    baseline = next(row for row in rows if row[:2] == ("3", "egscore") and row[2] == "0.046*** (0.000)")
    assert baseline[3] == "0.046"
    assert baseline[5] == f"{(float(baseline_of(results)['ours']) - 0.0461) / baseline_of(results)['our_error']:.1f}"


def baseline_of(results) -> dict:
    return results.against.comparison.filter(table="table_02", column="3", term="egscore").row(0, named=True)


def test_the_rule_of_the_verdicts_stands_before_them(results):
    texts = [each.text for each in report_blocks(results, "en") if isinstance(each, Paragraph)]
    assert any(text.startswith("The economy is invented, so what judges") for text in texts)
    own = results.against.comparison.with_columns(planted=pl.lit(None, pl.Float64))
    blocks = report_blocks(replace(results, against=replace(results.against, comparison=own)), "en")
    assert any(isinstance(each, Paragraph) and each.text.startswith("Of an estimate: “reproduced”") for each in blocks)


def test_what_the_paper_says_of_its_data_stands_beside_the_data_at_hand(results):
    claims = next(grid for grid in grids(results) if grid.heads[0] == "the paper says")
    assert claims.rows == (
        ("keywords of a report on average", "section 4.2(4)", "8.75", "8.75", "yes"),
        ("cities with an e-government document", "section 4.3(1)", "177", "", ""),
    )


def test_invented_data_are_said_to_be_invented_and_only_then(results):
    def says_demo(given):
        return any(isinstance(each, Notice) and each.kind == "demo" for each in report_blocks(given, "en"))

    assert says_demo(results)
    comparison = results.against.comparison.with_columns(planted=pl.lit(None, pl.Float64))
    assert not says_demo(replace(results, against=replace(results.against, comparison=comparison)))


def test_what_quality_rests_on_is_told_by_rule_and_share(results):
    """5 of 100 USD are weak; 50 of 1,000 flows lie in thin markets; 250 of 1,250 were outliers."""
    text = next(each.text for each in report_blocks(results, "en") if getattr(each, "text", "").startswith("5.0%"))
    assert "5.0% of flows lie in thin markets, and 20.0% were left out" in text
    grid = next(grid for grid in grids(results) if grid.heads[0] == "What was done with the product")
    assert grid.rows == (("estimated", "1", "900", "95.0%"), ("sigma imposed: weak first stage", "1", "100", "5.0%"))


def test_without_a_paper_the_studys_own_tables_stand_in_it_and_nothing_of_a_paper(results):
    panel = small_panel(firms=80, cities=10)
    table = Table(title="Wages", columns={"1": Column(outcome="Con_wag", treatment="egscore")})
    estimates = estimate_table("my_table", table, panel)
    own = replace(results, against=None, estimates=estimates, own_tables={"my_table": table})
    headings = [block.text for block in report_blocks(own, "en") if isinstance(block, Heading)]
    assert headings[0] == "Report" and "Table my_table. Wages" in headings
    assert not [each for each in report_blocks(own, "en") if isinstance(each, Shares)]
    assert not [grid for grid in grids(own) if "published" in grid.heads or "verdict" in grid.heads]
    slope = estimates.filter(term="egscore", variant="cluster_city")["estimate"][0]
    row = next(row for grid in grids(own) for row in grid.rows if row[0] == "Digital government score of the city")
    assert row[1].rstrip("*") == f"{slope:.3f}"


def test_the_page_needs_no_other_file_and_escapes_what_it_shows(results, pictures):
    page = report_page(report_blocks(results, "en"), pictures, "en")
    assert re.findall(r'(?:src|href)="(?!#|data:)', page) == []
    assert "&lt;table_02&gt; prints 0.046" in page
    assert page.count("<img ") == 2  # on the first screen and among the figures


def test_both_languages_have_the_same_sections(results):
    counts = [
        [
            sum(isinstance(block, kind) for block in report_blocks(results, language))
            for kind in (Heading, Grid, Picture)
        ]
        for language in ("en", "zh")
    ]
    assert counts[0] == counts[1]
    chinese = [block.text for block in report_blocks(results, "zh") if isinstance(block, Heading)]
    assert {"表1 变量描述性统计", "表2 基准回归结果"} <= set(chinese)


def test_the_chinese_report_says_sources_steps_and_outcomes_in_chinese(results):
    flow, steps, shares = (grid for grid in grids(results, "zh") if grid.heads[-1] in ("2010", "2011"))
    assert flow.rows == (("海关", "00 读取", "rows", "1,200", "0"),)
    assert steps.rows == (("当年名称", "接受", "2,500"),)
    assert [row[0] for row in shares.rows] == ["当年名称", "未匹配"]


def test_each_report_shows_the_figures_of_its_language(results):
    for language, name in (("en", "baseline"), ("zh", "baseline_zh")):
        shown = [each for each in report_blocks(results, language) if isinstance(each, Picture)]
        assert [(each.name, each.is_small) for each in shown] == [(name, True), (name, False)]


def test_the_word_file_holds_the_same_tables_and_pictures(results, pictures):
    content = report_document(report_blocks(results, "zh"), pictures, "zh")
    document = docx.Document(io.BytesIO(content))
    assert len(document.tables) == len(grids(results, "zh"))
    assert len(document.inline_shapes) == 2
    assert content == report_document(report_blocks(results, "zh"), pictures, "zh")


def test_the_chinese_word_file_brings_the_font_of_its_characters(results, pictures):
    content = report_document(report_blocks(results, "zh"), pictures, "zh")
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        table, text = (packed.read(f"word/{name}.xml").decode() for name in ("fontTable", "document"))
        hidden = packed.read("word/fonts/font1.odttf")
    key = bytes.fromhex(re.search(r'w:fontKey="{([0-9A-F-]+)}"', table)[1].replace("-", ""))[::-1]
    # ECMA-376 part 1, 17.8.1: each of the first 32 bytes against the key, read from its end
    font = TTFont(io.BytesIO(bytes(byte ^ key[at % 16] for at, byte in enumerate(hidden[:32])) + hidden[32:]))
    known = font.getBestCmap()
    shown = {letter for letter in re.sub("<[^>]*>", "", text) if "一" <= letter <= "鿿"}
    assert shown
    assert {letter for letter in shown if ord(letter) not in known} == set()
    assert 'w:eastAsia="SimSun"' not in text
    assert '<w:altName w:val="SimSun"/>' in table


def test_a_picture_higher_than_a_word_page_is_made_smaller_and_keeps_its_caption(tmp_path):
    save_figure(new_figure(6, 30), tmp_path / "tall")
    blocks = [Heading("Report", 1), Picture("tall", "Caption")]
    document = docx.Document(io.BytesIO(report_document(blocks, tmp_path, "en")))
    (shape,) = document.inline_shapes
    assert shape.height == Cm(14)
    assert shape.height / shape.width == approx(5, rel=0.01)  # whole pixels
    assert document.paragraphs[-2].paragraph_format.keep_with_next
    assert document.paragraphs[-1].text == "Caption"


def test_the_page_is_as_wide_as_the_screen_and_its_tables_are_not_squeezed(results, pictures):
    page = report_page(report_blocks(results, "zh"), pictures, "zh")
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in page
    assert re.search(r"\.wide \{ overflow-x: auto; \}\ntable \{[^}]*width: max-content", page)
    assert "prefers-color-scheme: dark" in page and "@media print" in page


def test_a_year_without_a_count_is_blank(results):
    flow, steps, shares = (grid for grid in grids(results) if grid.heads[-1] in ("2010", "2011"))
    assert steps.rows == (("name of the year", "accepted", "2,500"),)
    assert shares.rows == (("name of the year", "90.0%", ""), ("no survey firm", "", "25.0%"))
    assert flow.heads == ("source", "step", "reason", "2010", "2011")
    assert flow.rows == (("customs", "00 read", "rows", "1,200", "0"),)


def test_what_the_files_do_not_allow_stands_first_with_the_files_that_would(results):
    lacking = (("clean_cities", "no file fits city_yearbook/*"),)
    against = replace(results.against, comparison=results.against.comparison.clear())
    without = replace(results, not_available=lacking, estimates=results.estimates.clear(), against=against)
    first, *others = grids(without)
    assert first.rows == lacking and len(others) < len(grids(results))


def test_the_studys_own_settings_are_shown_or_said_to_be_none(results):
    assert ("study.yml", "printing: {brackets: std_error}\n") in [row for grid in grids(results) for row in grid.rows]
    texts = [block.text for block in report_blocks(replace(results, settings=()), "en") if isinstance(block, Paragraph)]
    assert "The study has no settings file: every choice is at its default." in texts


def test_the_answer_stands_first_with_the_numbers_of_the_tables(results):
    estimate = results.estimates.filter(table="table_02", column="3", term="egscore", variant="cluster_city").row(
        0, named=True
    )
    blocks = list(report_blocks(results, "en"))
    first = blocks[
        : next(at for at, each in enumerate(blocks) if isinstance(each, Heading) and each.text.startswith("Tables"))
    ]
    (lead,) = (each for each in first if isinstance(each, Lead))
    assert lead.number == f"{estimate['estimate']:.3f}"
    assert lead.interval == f"95 % interval {estimate['ci_low']:.3f} to {estimate['ci_high']:.3f}"
    said = "\n".join(each.text for each in first if isinstance(each, Paragraph))
    inside = estimate["ci_low"] <= 0.0461 <= estimate["ci_high"]
    assert ("lies inside the interval" in said) == inside
    deviations = dict(results.descriptives.select("variable", "sd").iter_rows())
    size = estimate["estimate"] * deviations["egscore"] / deviations["qua"]
    assert f"goes with {size:.2f} standard deviations of quality" in said
    assert f"{estimate['n']:,} firm-years in {estimate['n_clusters']} clusters" in said


@mark.parametrize(
    ("low", "high", "words"),
    [
        (0.01, 0.2, "Yes: "),
        (-0.2, -0.01, "No: "),
        (-0.1, 0.1, "The effect of digital government on export quality cannot be told"),
    ],
)
def test_the_sentence_of_the_answer_is_that_of_its_interval(results, low, high, words):
    estimates = results.estimates.with_columns(ci_low=pl.lit(low), ci_high=pl.lit(high))
    (lead,) = (each for each in report_blocks(replace(results, estimates=estimates), "en") if isinstance(each, Lead))
    assert lead.text.startswith(words)


def test_the_bar_of_verdicts_counts_every_printed_estimate_once(results):
    (bar,) = (each for each in report_blocks(results, "en") if isinstance(each, Shares))
    comparison = results.against.comparison.filter(pl.col("published_stars").is_not_null())
    assert bar.total == comparison.height
    assert {name: count for _, count, name in bar.parts} == dict(comparison.group_by("verdict").len().iter_rows())


def warned_of(given: Results) -> str:
    return "\n".join(
        each.text for each in report_blocks(given, "en") if isinstance(each, Notice) and each.kind != "demo"
    )


def test_each_warning_stands_on_the_first_screen_when_it_applies_and_only_then(results):
    whole = replace(results, estimates=results.estimates.filter(pl.col("n") > 0).with_columns(effective_clusters=50.0))
    assert warned_of(whole).startswith("None of the standing warnings applies")
    few = replace(whole, estimates=whole.estimates.with_columns(effective_clusters=7.4))
    assert "10 clusters tell as much as 7 equal ones" in warned_of(few)
    weak = replace(
        whole, estimates=whole.estimates.with_columns(effective_f=pl.when(pl.col("column") == "3").then(3.25))
    )
    assert "first-stage F below 10: 2 (3) F 3.2" in warned_of(weak)
    warned = results.warned
    coefficients = warned.quality_coefficients.with_columns(
        export_value_usd=pl.Series([80.0, 20.0, 1.0]), thin_market_value_usd=pl.Series([10.0, 2.0, 0.0])
    )
    readings = warned.column_readings.with_columns(understood=pl.Series([1000, 970]))
    plausibility = warned.survey_plausibility.with_columns(is_suspect=True)
    said = warned_of(replace(whole, warned=Warned(coefficients, readings, plausibility), not_available=(("a", "b"),)))
    assert "20% of export value has a suspect elasticity (first stage weak 20%, sigma at most 1 20%" in said
    assert "12% of export value lies in thin markets" in said
    assert "Survey figures under suspicion in 2011: revenue_thousand_cny" in said
    assert "1.5% of the cells of coded and numeric columns are not understood" in said
    assert "1 reasons stand below" in said


def test_each_number_links_to_how_its_column_is_made(results, pictures):
    page = report_page(report_blocks(results, "en"), pictures, "en")
    links = set(re.findall(r'href="#(table_[^"]+)"', page))
    assert {"table_02-3", "table_06-1"} <= links
    assert links <= set(re.findall(r'<tr id="([^"]+)"', page))
    assert "egov trace table_02 3 egscore" in page


def test_every_link_of_the_page_leads_somewhere_and_names_are_given_once(results, pictures):
    page = report_page(report_blocks(results, "zh"), pictures, "zh")
    names = re.findall(r' id="([^"]+)"', page)
    assert len(names) == len(set(names))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(names)


def test_verdicts_are_said_in_words_beside_their_colour(results, pictures):
    page = report_page(report_blocks(results, "en"), pictures, "en")
    rows = re.findall(r'<tr data-verdict="([^"]+)">(.*?)</tr>', page, re.DOTALL)
    assert len(rows) == published_cells().height
    assert all(
        f'class="verdict {name.replace(",", "").replace(" ", "-")}">{name}</td>' in cells for name, cells in rows
    )


def test_the_pdf_file_is_made_of_the_same_blocks_and_has_the_same_bytes_again(results, pictures):
    first, second = (report_pdf(report_blocks(results, "zh"), pictures, "zh") for _ in range(2))
    assert first.startswith(b"%PDF-") and first == second


def test_the_chinese_page_brings_every_character_that_it_shows(results, pictures):
    page = report_page(report_blocks(results, "zh"), pictures, "zh")
    (kept,) = re.findall(r"data:font/otf;base64,([^\"]+)", page)
    with TTFont(io.BytesIO(base64.b64decode(kept))) as font:
        there = set(font.getBestCmap())
    shown = re.sub(r"<script>.*?</script>|<style>.*?</style>|<[^>]+>", "", page, flags=re.DOTALL)
    chinese = {character for character in shown if "\u4e00" <= character <= "\u9fff"}
    assert len(chinese) > 200 and {ord(each) for each in chinese} <= there
    assert "data:font" not in report_page(report_blocks(results, "en"), pictures, "en")


def test_other_methods_of_the_headline_stand_in_it_with_their_names(results):
    row = {
        "table": "table_02",
        "column": "3",
        "term": "egscore",
        "method": "conley",
        "estimate": 0.04,
        "std_error": 0.01,
    }
    robust = pl.DataFrame([row], schema=RobustInference.empty().schema)
    grid = next(each for each in grids(replace(results, robust=robust)) if "method" in each.heads)
    assert grid.rows == (("table_02 (3) egscore", "spatial errors (Conley)", "0.040", "0.010", "", "", "", ""),)
