"""The picture of the sample flow shows the numbers of `sample_flow`, `firm_match_report` and the panel."""

import re

import polars as pl

from egov_assets.figures.flow import Lane, draw_flow, lanes_of
from egov_assets.platform.figure_style import drawing

FLOW = pl.DataFrame(
    [
        (2010, "firm_survey", "00 read", "rows of the raw files", 40),
        (2010, "firm_survey", "99 clean", "rows behind the clean table", 40),
        (2010, "customs", "00 read", "rows of the raw files", 1000),
        (2010, "customs", "13 value", "value missing", 100),
        (2010, "customs", "16 quantity", "quantity missing", 30),
        (2010, "customs", "99 clean", "rows behind the clean table", 870),
        (2011, "customs", "00 read", "rows of the raw files", 2000),
        (2011, "customs", "13 value", "value missing", 5),
        (2011, "customs", "22 partner", "re-import, partner is China", 30),
        (2011, "customs", "23 partner", "partner in no country list", 20),
        (2011, "customs", "99 clean", "rows behind the clean table", 1945),
    ],
    schema=["year", "source", "step", "reason", "rows"],
    orient="row",
)
MATCHED = pl.DataFrame(
    [("all", "name", 20), ("all", "zip_phone", 3), ("all", "unmatched", 9), ("matched by city", "name", 20)],
    schema=["section", "outcome", "firms"],
    orient="row",
)


def test_a_source_is_summed_over_years_and_its_largest_cuts_are_named_in_one_order():
    customs, survey = lanes_of(FLOW)
    assert survey == Lane("firm_survey", 40, 40, ())
    cuts = (("value missing", 105), ("quantity missing", 30), ("re-import, partner is China", 30))
    assert customs == Lane("customs", 3000, 2815, cuts)


def test_the_picture_shows_these_numbers_and_no_others():
    with drawing():
        texts = [
            text.get_text() for text in draw_flow(FLOW, MATCHED, pl.DataFrame({"firm": range(17)}), "en").axes[0].texts
        ]
    assert re.findall(r"\d[\d,]*", " ".join(texts)) == [
        "3,000",
        "2,815",
        "185",
        "105",
        "30",
        "30",
        "40",
        "40",
        "23",
        "17",
    ]
