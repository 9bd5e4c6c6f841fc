"""The printed table says what the estimates say."""

from pytest import fixture

from egov_assets.regression_tables.estimate import estimate_table
from egov_assets.regression_tables.render import printed_table, to_html, to_markdown
from egov_assets.regression_tables.specifications import read_specifications
from egov_assets.regression_tables.stars import stars
from egov_assets_tests.regression_tables.small_panel import small_panel


@fixture(scope="module")
def table_02():
    table = read_specifications()["table_02"]
    estimates = estimate_table("table_02", table, small_panel())
    return printed_table("table_02", table, estimates), estimates


def test_each_estimate_carries_its_stars_and_its_p_value_below(table_02):
    printed, estimates = table_02
    row = estimates.row(index=0, named=True)
    label, column_1, *_ = printed.body[0]
    assert (label, column_1) == ("egscore", f"{row['estimate']:.3f}{stars(row['p_value'])}")
    assert printed.body[1][1] == f"({row['p_value']:.3f})"


def test_terms_stand_in_the_papers_order_and_blank_where_a_column_has_none(table_02):
    printed, _ = table_02
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


def test_html_and_markdown_hold_every_cell_and_the_note_on_clusters(table_02):
    printed, _ = table_02
    html, markdown = to_html(printed), to_markdown(printed)
    for cells in (*printed.body, *printed.foot):
        for cell in cells:
            assert cell in html
            assert cell.replace("*", r"\*") in markdown
    assert "clustered by city" in html
    assert "http" not in html  # opens without a network


def test_stars_follow_the_papers_note():
    assert [stars(p) for p in (0.0099, 0.01, 0.049, 0.05, 0.0999, 0.1, None)] == ["***", "**", "**", "*", "*", "", ""]
