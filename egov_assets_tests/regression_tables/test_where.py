"""A condition keeps the firm-years that it says, is never run, and names what is wrong with it."""

import polars as pl
from pytest import mark, raises

from egov_assets.regression_tables.design import NotComputable, design_of
from egov_assets.regression_tables.specifications import Column
from egov_assets.regression_tables.where import ConditionError, condition

PANEL = pl.DataFrame(
    {
        "firm_id": ["a", "b", "c", "d"],
        "year": [2010, 2011, 2012, 2012],
        "city_code": ["330100", "330200", "320500", None],
        "industry_2002_code": ["1761", "1761", "2511", "3911"],
        "eastern": [1, 1, 0, None],
        "qua": [0.1, 0.5, 0.7, 0.9],
        "egscore": [1.0, 2.0, 3.0, 4.0],
    },
    schema_overrides={"year": pl.Int32, "eastern": pl.Int32},
)


@mark.parametrize(
    ("text", "firms"),
    [
        ('province == "浙江省" and year >= 2011', "b"),
        ('province == "Zhejiang"', "ab"),
        ('province_code == "浙江省" or year == 2010', "a"),
        ('city in ["杭州市", "320500"]', "ac"),
        ('city not in ["杭州市"]', "bc"),
        ('industry == "17" and industry_2002_code == "1761"', "ab"),
        ("eastern == 0", "c"),
        ("not eastern == 0", "ab"),
        ("eastern is null", "d"),
        ("eastern is not None and year != 2010", "bc"),
        ("2010 < year <= 2012 and (qua - 0.2) * 10 >= 4", "cd"),
        ("year in []", ""),
        ("-egscore / 2 > -1.5", "ab"),
    ],
)
def test_a_condition_keeps_the_firm_years_that_it_says(text, firms):
    panel = PANEL.with_columns(province_code=pl.Series(["110000", None, "320000", "320000"]))
    assert "".join(panel.filter(condition(text).stays)["firm_id"]) == firms


@mark.parametrize(
    "text",
    [
        '__import__("os").system("true")',
        "(lambda: 1)() == 1",
        "year.real == 2011",
        "[year for year in qua] == 1",
        'f"{year}" == "2011"',
        "(year := 3) == 3",
        "year ** 99 == 1",
        "year",
        "year = 2011",
        "year == 2011; drop table firm_panel",
        "'province' -- comment",
        "(" * 1000 + "year == 2011" + ")" * 1000,
        "-" * 1000 + "1 == year",
        "not " * 400 + "year == 2011",
        "year == 1" + "0" * 400,
        "year == 1e999",
        "year == \0",
        "",
    ],
)
def test_what_is_no_condition_is_refused_and_not_run(text):
    with raises(ConditionError):
        condition(text)


def test_all_that_is_wrong_is_named_at_once_with_the_nearest():
    with raises(ConditionError) as error:
        condition('provinz == "浙江省" and egscoer > 1 and eastern == 2 and year == "2011"')
    said = str(error.value)
    assert "no 'provinz'; did you mean 'province'?" in said
    assert "no 'egscoer'; did you mean 'egscore'?" in said
    assert "eastern is nowhere 2" in said
    assert "cannot be compared: codes and names of places are texts" in said
    with raises(ConditionError, match="province is nowhere '浙江身'; the nearest it can be is '浙江省'"):
        condition('province == "浙江身"')


def test_a_condition_and_a_named_sample_hold_together():
    column = Column(outcome="qua", treatment="egscore", sample="eastern_cities", where="year > 2010")
    assert design_of(column, PANEL).frame["firm_id"].to_list() == ["b"]


def test_a_change_is_taken_before_the_condition_drops_the_year_before():
    panel = PANEL.with_columns(firm_id=pl.lit("a"), year=pl.Series([2010, 2011, 2012, 2013], dtype=pl.Int32))
    column = Column(outcome="D.qua", treatment="egscore", where="year == 2012")
    assert design_of(column, panel).frame["y"].round(9).to_list() == [0.2]


def test_a_condition_that_nothing_meets_is_the_reason():
    with raises(NotComputable, match="no firm-year in the sample"):
        design_of(Column(outcome="qua", treatment="egscore", where="year == 2030"), PANEL)
