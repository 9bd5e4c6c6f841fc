"""The printed table says what the estimates say, in each format and language."""

import io
import re
import zipfile

import docx
import polars as pl
from pytest import fixture, mark, raises

from egov_assets.paper.stars import stars
from egov_assets.paper.study import CONTROLS
from egov_assets.platform.settings_file import SettingsError
from egov_assets.platform.words import labels_of
from egov_assets.regression_tables.descriptives import descriptive_statistics
from egov_assets.regression_tables.estimate import estimate_table
from egov_assets.regression_tables.latex import to_latex
from egov_assets.regression_tables.printed import PrintedTable, printed_descriptives, printed_table
from egov_assets.regression_tables.render import to_html, to_markdown
from egov_assets.regression_tables.settings import Printing, read_printing
from egov_assets.regression_tables.specifications import Column, Table, read_specifications
from egov_assets.regression_tables.word import label_widths, text_widths, to_word
from egov_assets_tests.regression_tables.small_panel import small_panel
from egov_assets_tests.study_file import write_section


@fixture(scope="module")
def specified():
    table = read_specifications()["table_02"]
    return table, estimate_table("table_02", table, small_panel())


@fixture(scope="module")
def table_02(specified):
    return printed_table("table_02", *specified), specified[1]


def test_each_estimate_carries_its_stars_and_its_p_value_below(table_02):
    printed, estimates = table_02
    row = estimates.row(index=0, named=True)
    label, column_1, *_ = printed.body[0]
    assert (label, column_1) == (
        "Digital government score of the city",
        f"{row['estimate']:.3f}{stars(row['p_value'])}",
    )
    assert printed.body[1][1] == (f"({row['p_value']:.3f})" if row["p_value"] >= 0.0005 else "(<0.001)")


@mark.parametrize(("brackets", "word"), [("statistic", "t statistics"), ("std_error", "standard errors")])
def test_brackets_and_decimals_can_be_chosen_and_the_note_says_so(specified, brackets, word):
    printed = printed_table("table_02", *specified, printing=Printing(brackets=brackets, decimals=5))
    row = specified[1].row(index=0, named=True)
    assert printed.body[1][1] == f"({row[brackets]:.5f})"
    assert f"Parentheses hold {word}" in printed.notes[0]


def test_a_printed_zero_has_no_sign(specified):
    """-0.0003 is printed with a decimal more, as the paper does; what still rounds to zero has no sign, t as well."""
    table, estimates = specified
    is_first = (pl.col("term") == "egscore") & (pl.col("column") == "1")
    small = estimates.with_columns(
        estimate=pl.when(is_first).then(-0.00004).otherwise("estimate"),
        statistic=pl.when(is_first).then(-0.0004).otherwise("statistic"),
        p_value=pl.when(is_first).then(0.9).otherwise("p_value"),
    )
    body = printed_table("table_02", table, small, printing=Printing(brackets="statistic", decimals=3)).body
    assert (body[0][1], body[1][1]) == ("0.0000", "(0.000)")
    larger = small.with_columns(estimate=pl.when(is_first).then(-0.0003).otherwise("estimate"))
    assert printed_table("table_02", table, larger).body[0][1] == "-0.0003"


def test_a_study_states_its_way_of_printing(tmp_path):
    assert read_printing(tmp_path / "study.yml") == Printing(style="plain", decimals=3)
    assert read_printing(write_section(tmp_path, "printing", "brackets: statistic")).brackets == "statistic"
    study_file = write_section(tmp_path, "printing", "bracket: statistic")
    with raises(SettingsError, match="nearest known one is 'brackets'"):
        read_printing(study_file)


def test_terms_stand_in_the_papers_order_and_blank_where_a_column_has_none(specified):
    printed = printed_table("table_02", *specified, printing=Printing(variables="names"))
    labels = [cells[0] for cells in printed.body if cells[0]]
    assert labels == ["egscore", "Con_wag", "Con_inc", "Con_exp", "Con_gdp", "Con_num", "Con_inf", "Constant"]
    con_wag = next(cells for cells in printed.body if cells[0] == "Con_wag")
    assert con_wag[1:3] == ("", "")


def test_the_foot_says_which_effects_and_how_many_observations(table_02):
    printed, _ = table_02
    foot = {cells[0]: cells[1:] for cells in printed.foot}
    assert foot["Firm effects"] == ("no", "yes", "yes")
    assert foot["Controls"] == ("no", "no", "yes")
    assert foot["Observations"] == (f"{small_panel().height:,}",) * 3


def without_tags(html: str) -> str:
    return re.sub(r"</?[a-z][^>]*>", "", html)


def test_html_and_markdown_hold_every_cell_and_the_note_on_clusters(table_02):
    printed, _ = table_02
    html, markdown = to_html(printed), to_markdown(printed)
    for cells in (*printed.body, *printed.foot):
        for cell in cells:
            assert cell.replace("<", "&lt;") in without_tags(html)
            assert cell.replace("*", r"\*") in markdown
    assert "clustered by city" in html
    assert "http" not in html  # opens without a network


def test_latex_has_three_rules_and_no_bare_special_character(table_02, specified):
    latex = to_latex(table_02[0])
    assert [latex.count(rule) for rule in (r"\toprule", r"\bottomrule")] == [1, 1]
    named = to_latex(printed_table("table_02", *specified, printing=Printing(variables="names")))
    assert r"Con\_wag" in named
    assert "Con_wag" not in named
    rows = [line for line in latex.splitlines() if line.endswith(r"\\") and "multicolumn{3}" not in line]
    assert all(line.count(" & ") == 3 for line in rows)


@mark.parametrize(
    ("language", "packages"),
    [
        ("en", "booktabs,dcolumn,makecell,threeparttable,adjustbox"),
        ("zh", "ctex,booktabs,dcolumn,makecell,threeparttable,adjustbox"),
    ],
)
def test_latex_names_the_packages_it_needs_and_the_compiler(specified, language, packages):
    latex = to_latex(printed_table("table_02", *specified, language=language))
    compiler = "pdflatex" if language == "en" else "xelatex"
    assert latex.startswith(f"% \\usepackage{{{packages}}} in the preamble; compile with {compiler}\n")
    used = set(re.findall(r"\\begin\{(\w+)\}|\\([a-z]+)", latex.partition("\n")[2]))
    of_latex = {"table", "tabular", "minipage", "centering", "small", "caption", "smallskip", "linewidth", "textheight"}
    of_latex |= {"footnotesize", "begin", "end", "times", "label", "multicolumn", "item"}
    of_the_packages = {
        "toprule",
        "midrule",
        "bottomrule",
        "cmidrule",
        "adjustbox",
        "makecell",
        "threeparttable",
        "tablenotes",
    }
    assert {name for pair in used for name in pair if name} <= of_latex | of_the_packages


def test_a_chinese_title_alone_makes_an_english_table_need_chinese(specified):
    table = specified[0].model_copy(update={"title": "基准回归结果"})
    assert to_latex(printed_table("table_02", table, specified[1])).startswith(r"% \usepackage{ctex,")


def test_latex_shrinks_a_table_that_is_wider_than_the_text_or_higher_than_the_page(table_02):
    latex = to_latex(table_02[0])
    inside = latex.partition(r"\begin{adjustbox}{max width=\linewidth, max totalheight=0.85\textheight}")[2]
    assert r"\end{tabular}" in inside.partition(r"\end{adjustbox}")[0]


def test_latex_sets_a_minus_and_leaves_the_hyphens_of_words():
    heads = (("", "(1)"), ("", "re-export"))
    body = (("egscore", "-0.341**"), ("", "[-0.020, 0.065]"), ("", "2,939"))
    latex = to_latex(PrintedTable("table_11", "Table 11. t", (), heads, body, (), (), "en"))
    assert "egscore & -0.341^{**} " in latex  # a column of dcolumn is in math, which sets a minus
    assert r" & \multicolumn{1}{c}{[$-$0.020, 0.065]} " in latex
    assert " & 2{,}939 " in latex
    assert "{re-export} " in latex


def test_word_has_three_rules_and_both_fonts(table_02):
    document = docx.Document(io.BytesIO(to_word([table_02[0]])))
    table = document.tables[0]
    assert [cell.text for cell in table.rows[2].cells] == list(table_02[0].body[0])  # below outcome and numbers
    with zipfile.ZipFile(io.BytesIO(to_word([table_02[0]]))) as archive:
        xml = archive.read("word/document.xml").decode()
    columns = len(table.columns)
    # The outcome is one cell above its three columns, with a line of its own below.
    assert [xml.count(f"<w:{side} ") for side in ("top", "bottom")] == [2, 2 * columns + 1]
    assert 'w:eastAsia="SimSun"' in xml
    assert 'w:ascii="Times New Roman"' in xml


def test_word_says_that_chinese_text_is_of_the_mainland(table_02):
    with zipfile.ZipFile(io.BytesIO(to_word([table_02[0]]))) as archive:
        languages = re.findall(r"<w:lang [^>]*>", archive.read("word/styles.xml").decode())
    assert languages
    assert all('w:eastAsia="zh-CN"' in language for language in languages)


def test_columns_of_text_take_what_they_need_and_the_longest_share_the_rest():
    assert text_widths([12, 30, 21], room=100) == [16, 40, 28]
    assert text_widths([10, 50, 20], room=100) == [12, 62, 25]
    assert text_widths([90, 10, 50], room=100) == [45, 10, 45]


def test_the_longest_label_has_room_and_the_estimates_are_equally_wide():
    assert label_widths([10, 10, 10], room=90) == [30, 30, 30]
    assert label_widths([50, 10, 10], room=90) == [50, 20, 20]


@mark.parametrize(("cell", "is_wide"), [("0.061***", False), ("[-0.019, 0.105]", True)])
def test_a_word_page_lies_across_where_five_intervals_leave_no_room_for_labels(cell, is_wide):
    heads = (("", *(f"({number})" for number in range(1, 6))),)
    printed = PrintedTable("t", "Table 1. t", (), heads, (("egscore", *[cell] * 5),), (), (), "en")
    page = docx.Document(io.BytesIO(to_word([printed]))).sections[0]
    assert (page.page_width > page.page_height) is is_wide


def test_word_has_the_same_bytes_each_time(table_02):
    assert to_word([table_02[0]]) == to_word([table_02[0]])


def test_chinese_words_and_titles(specified):
    printed = printed_table("table_02", *specified, language="zh")
    assert printed.title == "表2  基准回归结果"
    assert [cells[0] for cells in printed.foot][:3] == ["控制变量", "企业固定效应", "年份固定效应"]
    assert "城市层面聚类" in printed.notes[0]


def test_a_column_that_cannot_be_computed_is_marked_and_explained():
    table = Table(title="Gap", columns={"1": Column(outcome="qua", treatment="egscore", moderator="coa_city")})
    estimates = estimate_table("table_99", table, small_panel())
    printed = printed_table("table_99", table, estimates)
    assert [cells[1] for cells in printed.body] == ["n/a"] * 3
    assert printed.notes[1] == "Not computable: (1) firm_panel has no coa_city."
    assert printed_table("table_99", table, estimates, language="zh").notes[1] == (
        "无法计算：(1) firm_panel中没有coa_city。"
    )


@mark.parametrize(
    ("panel", "said"),
    [
        (small_panel().filter(year=2010), "没有企业在两个年份中变量齐全（仅2010年）"),
        (small_panel().with_columns(qua=pl.lit(None, pl.Float64)), "没有任何企业—年份有qua"),
        (small_panel().rename({"egscore": "egscores"}), "firm_panel中没有egscore（是否为egscores？）"),
    ],
)
def test_a_chinese_table_says_in_chinese_why_a_column_is_not_computable(panel, said):
    table = Table(title="Gap", columns={"1": Column(outcome="qua", treatment="egscore", fixed_effects=("firm",))})
    printed = printed_table("table_99", table, estimate_table("table_99", table, panel), language="zh")
    assert said in printed.notes[1]


def test_a_main_effect_that_firm_effects_absorb_has_no_line():
    panel = small_panel().with_columns(kind=(pl.col("firm_id").cast(pl.Int64) % 2).cast(pl.Float64))
    column = Column(outcome="qua", treatment="egscore", moderator="kind", fixed_effects=("firm", "year"))
    table = Table(title="Kinds", columns={"1": column})
    printed = printed_table("table_99", table, estimate_table("table_99", table, panel))
    assert [cells[0] for cells in printed.body if cells[0]] == [
        "Digital government score of the city",
        "Digital government score of the city × kind",
    ]


def test_an_instrumented_table_prints_its_first_stage_and_its_robust_set():
    table = read_specifications()["table_06"]
    table = table.model_copy(update={"columns": {"1": table.columns["1"]}})
    estimates = estimate_table("table_06", table, small_panel())
    foot = {cells[0]: cells[1] for cells in printed_table("table_06", table, estimates).foot}
    tested = estimates.drop_nulls("effective_f").row(0, named=True)
    assert foot["First-stage F (effective, by city)"] == f"{tested['effective_f']:.1f}"
    assert foot["Anderson-Rubin 95 % set"] == f"[{tested['ar_low']:.3f}, {tested['ar_high']:.3f}]"


def test_table_1_has_the_papers_order_and_blanks_where_nothing_is_observed():
    panel = small_panel().with_columns(Con_exp=pl.lit(None, pl.Float64))
    printed = printed_descriptives(descriptive_statistics(panel).sort("mean"))
    rows = {cells[0]: cells[1:] for cells in printed.body}
    labels = labels_of("regression_tables", "en")
    assert list(rows) == [labels[name] for name in ("qua", "egscore", *CONTROLS)]
    assert rows[labels["Con_exp"]] == ("0", "", "", "", "")
    assert rows[labels["qua"]][1] == f"{panel['qua'].mean():.3f}"
    assert r"\midrule" in to_latex(printed)
    assert to_word([printed])


def test_stars_follow_the_papers_note():
    assert [stars(p) for p in (0.0099, 0.01, 0.049, 0.05, 0.0999, 0.1, None)] == ["***", "**", "**", "*", "*", "", ""]


def test_effective_clusters_are_those_of_the_treatment_and_the_note_names_the_rule_of_the_errors():
    """They differ by term; a control may come later in the table of estimates."""
    panel = small_panel()
    table = Table(title="T", columns={"1": Column(outcome="qua", treatment="egscore", controls=("Con_exp",))})
    for rule, words in (("jackknife", "by jackknife (CR3)"), ("xtreg", "counted as Stata's xtreg does")):
        estimates = estimate_table("table_99", table, panel, rule)
        by_term = dict(estimates.filter(variant="cluster_city").select("term", "effective_clusters").iter_rows())
        assert by_term["egscore"] != by_term["Con_exp"]
        printed = printed_table("table_99", table, estimates)
        row = next(each for each in printed.foot if each[0].startswith("Effective clusters"))
        assert row[1] == f"{by_term['egscore']:.1f}"
        assert words in printed.notes[0]
