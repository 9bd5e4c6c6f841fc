"""What is left after each cut, by hand."""

import polars as pl

from egov_assets.clean.attrition import attrition, attrition_page
from egov_assets.clean.attrition_picture import draw_attrition
from egov_assets.platform.figure_style import drawing

FLOW = pl.DataFrame(
    [
        (2010, "customs", "99 clean", "rows behind the clean table", 5, 2, 600.0),
        (2010, "customs", "00 read", "rows of the raw files", 10, 4, 1000.0),
        (2010, "customs", "02 value", "value <missing>", 3, 2, None),
        (2010, "customs", "01 flow", "import", 2, 1, 400.0),
        (2010, "firm_survey", "00 read", "rows of the raw files", 7, 7, None),
        (2010, "firm_survey", "99 clean", "rows behind the clean table", 7, 7, None),
    ],
    schema=["year", "source", "step", "reason", "rows", "firms", "value_usd"],
    orient="row",
)


def test_what_is_left_is_what_was_there_less_what_went():
    steps = attrition(FLOW).filter(source="customs")
    assert steps.select("step", "rows_removed", "rows_left", "value_removed_usd", "value_left_usd").rows() == [
        ("00 read", 0, 10, 0.0, 1000.0),
        ("01 flow", 2, 8, 400.0, 600.0),
        ("02 value", 3, 5, 0.0, 600.0),
        ("99 clean", 0, 5, 0.0, 600.0),
    ]


def test_the_page_has_every_step_and_no_markup_from_data():
    page = attrition_page(attrition(FLOW))
    assert "<td>value &lt;missing&gt;</td><td>3</td><td>5</td>" in page
    assert page.count("<h2>") == 2


def test_the_picture_has_a_panel_per_year_and_a_line_per_cut():
    with drawing():
        figure = draw_attrition(attrition(FLOW))
    [panel] = figure.axes
    assert [text.get_text() for text in panel.get_yticklabels()] == [
        "rows of the raw files",
        "import",
        "value <missing>",
    ]
    lines, _ = panel.lines[1].get_data()
    assert list(lines) == [100, 80, 50]
