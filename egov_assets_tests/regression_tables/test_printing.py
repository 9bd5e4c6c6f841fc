"""Tables as journals print them: labels, styles, what a study chooses, and documents that compile."""

import shutil
import subprocess

import polars as pl
from pytest import fixture, mark, raises, skip

from egov_assets.platform.settings_file import SettingsError
from egov_assets.platform.words import LANGUAGES, labels_of
from egov_assets.regression_tables.estimate import estimate_table
from egov_assets.regression_tables.latex import latex_document, to_latex
from egov_assets.regression_tables.printed import decimal_parts, printed_table
from egov_assets.regression_tables.settings import Chosen, Printing, read_printing
from egov_assets.regression_tables.specifications import read_specifications
from egov_assets.regression_tables.variable_labels import term_label
from egov_assets.regression_tables.word import to_word
from egov_assets_tests.regression_tables.small_panel import small_panel
from egov_assets_tests.study_file import write_section

MADE_IN_SECONDS = 240


@fixture(scope="module")
def baseline():
    table = read_specifications()["table_02"]
    return table, estimate_table("table_02", table, small_panel())


@fixture(scope="module")
def instrumented():
    table = read_specifications()["table_06"]
    table = table.model_copy(update={"columns": {"1": table.columns["1"]}})
    return table, estimate_table("table_06", table, small_panel())


@mark.parametrize(
    ("term", "label"),
    [
        ("Con_wag", "Log wages per employee, thousand CNY"),
        ("D.Con_wag", "Change of Log wages per employee, thousand CNY"),
        ("coa_city:sea_salt", "Coastal city × sea_salt"),
        ("_cons", "Constant"),
    ],
)
def test_a_term_is_called_by_its_label_and_without_one_by_its_name(term, label):
    assert term_label(term, "en") == label


def test_labels_of_tables_are_those_of_the_stata_export(baseline):
    printed = printed_table("table_02", *baseline, language="zh")
    assert printed.body[0][0] == labels_of("regression_tables", "zh")["egscore"]
    assert printed.spans == (((labels_of("regression_tables", "zh")["qua"], 3),),)


def test_each_outcome_stands_above_the_adjacent_columns_that_share_it():
    table = read_specifications()["table_04"]
    printed = printed_table("table_04", table, estimate_table("table_04", table, small_panel()))
    assert [width for _, width in printed.spans[0]] == [1, 1, 1, 1]
    assert printed.spans[0][2][0] == "Change of Export quality, 0 to 1"


def test_no_p_value_is_printed_as_zero(baseline):
    table, estimates = baseline
    printed = printed_table("table_02", table, estimates.with_columns(p_value=pl.lit(0.0004)))
    assert {cell for cell in printed.body[1][1:] if cell} == {"(<0.001)"}


def test_a_second_stage_has_no_r2_and_a_weak_first_stage_is_said(instrumented):
    table, estimates = instrumented
    weak = estimates.with_columns(effective_f=pl.when(pl.col("effective_f").is_not_null()).then(0.01))
    printed = printed_table("table_06", table, weak)
    foot = {cells[0]: cells[1] for cells in printed.foot}
    assert "R2" not in foot
    assert foot["First-stage F (effective, by city)"] == "<0.1"
    assert printed.notes[1].startswith("First-stage F below 10 in (1): the instrument is weak")
    assert not any("R2" in note for note in printed.notes)


def test_the_note_speaks_of_stars_only_where_the_table_has_some(baseline):
    table, estimates = baseline
    none = printed_table("table_02", table, estimates.with_columns(p_value=pl.lit(0.5)))
    assert "***" not in none.notes[0]
    assert "***" in printed_table("table_02", table, estimates.with_columns(p_value=pl.lit(0.04))).notes[0]


def test_a_reading_that_is_not_printed_leaves_no_note_on_its_column(baseline):
    table, estimates = baseline
    reading = estimates.head(1).with_columns(
        n=pl.lit(0, pl.Int64), variant=pl.lit("last_year_cluster_city"), reason=pl.lit("lost")
    )
    printed = printed_table("table_02", table, pl.concat([estimates, reading]))
    assert not any("Not computable" in note for note in printed.notes)


@mark.parametrize(("style", "has_stars"), [("aer", False), ("经济研究", True)])
def test_a_style_says_what_stands_in_parentheses_whether_there_are_stars_and_which_statistics(
    baseline, style, has_stars
):
    table, estimates = baseline
    printed = printed_table(
        "table_02", table, estimates.with_columns(p_value=pl.lit(0.04)), printing=Printing(style=style)
    )
    assert "Parentheses hold standard errors" in printed.notes[0]
    assert any("**" in cell for line in printed.body for cell in line) is has_stars
    assert ("Mean of the outcome" in [line[0] for line in printed.foot]) is (style == "aer")


def test_rows_columns_and_headings_are_chosen_as_with_esttab(baseline):
    chosen = Chosen(
        columns=("1", "3"), keep=("egscore", "Con_wag"), order=("Con_wag",), groups={"Without": ("1",), "With": ("3",)}
    )
    printing = Printing(variables="names", scalars=("r2", "n"), tables={"table_02": chosen})
    printed = printed_table("table_02", *baseline, printing=printing)
    assert printed.heads == (("", "(1)", "(3)"),)
    assert printed.spans == ((("Without", 1), ("With", 1)), (("qua", 2),))
    assert [line[0] for line in printed.body if line[0]] == ["Con_wag", "egscore"]
    assert [line[0] for line in printed.foot][-2:] == ["R2", "Observations"]


def test_what_a_study_chooses_is_held_against_its_tables_and_every_problem_is_named(tmp_path):
    written = """
tables:
  table_2: {keep: [egscore]}
  table_02: {keep: [egscor], columns: ["4"], groups: {Both: ["1", "3"]}}
"""
    study_file = write_section(tmp_path, "printing", written)
    with raises(SettingsError) as error:
        read_printing(study_file)
    for part in ("no table table_2 (did you mean 'table_02'?)", "no term egscor (did you mean 'egscore'?)"):
        assert part in str(error.value)
    assert "it has no column 4" in str(error.value)
    assert "below 'Both' must stand side by side" in str(error.value)


@mark.parametrize(
    ("cell", "parts"),
    [
        ("-0.0003", ("-0", ".0003")),
        ("(<0.001)", ("(<0", ".001)")),
        ("2,939", ("2,939", "")),
        ("0.051***", ("0", ".051***")),
        ("yes", None),
        ("[0.1, 0.2]", None),
        ("2011, 2012", None),
        ("", None),
    ],
)
def test_only_numbers_are_aligned_at_their_point(cell, parts):
    assert decimal_parts(cell) == parts


@mark.latex
@mark.parametrize("language", LANGUAGES)
@mark.parametrize("style", ["plain", "aer", "economic_research"])
def test_the_document_of_all_tables_compiles(tmp_path, baseline, instrumented, language, style):
    ending = "" if language == "en" else "_zh"
    program = shutil.which("xelatex" if language == "zh" else "pdflatex")
    if program is None:
        skip("no LaTeX: apt-get install texlive-latex-extra texlive-xetex texlive-lang-chinese")
    tables = [
        printed_table(name, *made, language=language, printing=Printing(style=style))
        for name, made in (("table_02", baseline), ("table_06", instrumented))
    ]
    for table in tables:
        (tmp_path / f"{table.name}{ending}.tex").write_text(to_latex(table), encoding="utf-8")
    (tmp_path / "all.tex").write_text(latex_document(tables, ending), encoding="utf-8")
    made = subprocess.run(
        [program, "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "all.tex"],
        cwd=tmp_path,
        capture_output=True,
        timeout=MADE_IN_SECONDS,
    )
    assert made.returncode == 0, made.stdout.decode(errors="replace")[-2000:]
    log = (tmp_path / "all.log").read_text(errors="replace")
    assert "Missing character" not in log
    assert "Output written on all.pdf (2 pages" in log


@mark.latex
@mark.parametrize("language", LANGUAGES)
def test_libreoffice_opens_the_word_file(tmp_path, baseline, language):
    program = shutil.which("soffice")
    if program is None:
        skip("no LibreOffice: apt-get install libreoffice-writer")
    (tmp_path / "table.docx").write_bytes(to_word([printed_table("table_02", *baseline, language=language)]))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run(
        [program, profile, "--headless", "--convert-to", "pdf", "table.docx"],
        cwd=tmp_path,
        capture_output=True,
        timeout=MADE_IN_SECONDS,
        check=True,
    )
    assert (tmp_path / "table.pdf").read_bytes().startswith(b"%PDF")
