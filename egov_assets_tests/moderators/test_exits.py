"""Who has left: a firm without exports, not a customs number without them."""

import polars as pl

from egov_assets.moderators.exits import exit_rates, last_years, years_of_exports

# Firm F exports as A in 2010 and as B, in another city, in 2011 and 2012; G as C, in 2012 unmatched; H as D.
EXPORTERS = pl.DataFrame(
    {"company_id": ["A", "B", "B", "C", "C", "D", "D"], "year": [2010, 2011, 2012, 2010, 2012, 2010, 2011]}
)
MATCHED = pl.DataFrame(
    {
        "firm_id": ["F", "F", "F", "G", "H", "H"],
        "company_id": ["A", "B", "B", "C", "D", "D"],
        "year": [2010, 2011, 2012, 2010, 2010, 2011],
        "city_code": ["330100", "330200", "330200", "330100", "330100", "330100"],
    }
)
EXPORTING = years_of_exports(MATCHED, EXPORTERS)


def test_a_firm_exports_under_all_its_numbers_also_when_the_survey_does_not_see_it():
    years = EXPORTING.group_by("firm_id", maintain_order=True).agg("year").rows()
    assert years == [("F", [2010, 2011, 2012]), ("G", [2010, 2012]), ("H", [2010, 2011])]


def test_who_comes_back_or_moves_has_not_left_and_nobody_leaves_in_the_last_year():
    assert last_years(EXPORTING, 2012).rows() == [
        *[("F", 2010, 0), ("F", 2011, 0), ("F", 2012, None)],
        *[("G", 2010, 0), ("G", 2012, None)],
        *[("H", 2010, 0), ("H", 2011, 1)],
    ]


def test_the_rate_of_exit_is_of_last_years_members_and_known_from_the_second_year_on():
    """Of Hangzhou's F, G and H of 2010 G exports nothing in 2011; of 2011 H has gone by 2012, in Ningbo F stays."""
    rates = exit_rates(MATCHED.select("firm_id", "year", "city_code"), EXPORTING, "city_code", 2012)
    assert rates.sort("year", "city_code").rows() == [
        ("330100", 2011, 1 / 3),
        ("330100", 2012, 1.0),
        ("330200", 2012, 0),
    ]
