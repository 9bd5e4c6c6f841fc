"""Kinds of firm, place, industry and export, on cases computed by hand."""

from math import log

import polars as pl
from pytest import approx

from egov_assets.moderators.exports import export_kinds
from egov_assets.moderators.firms import firm_kinds
from egov_assets.moderators.industries import industry_kinds
from egov_assets.moderators.places import broadband_dummy, city_kinds
from egov_assets.moderators.settings import ModeratorSettings
from egov_assets.platform.reference import table

SETTINGS = ModeratorSettings()


def survey_firms(**columns: list) -> pl.DataFrame:
    base = {"opening_year": [2002], "total_assets_thousand_cny": [10_000.0], "registration_type_code": ["171"]}
    columns = base | columns
    count = max(map(len, columns.values()))
    full = {name: values * count if len(values) == 1 else values for name, values in columns.items()}
    return pl.DataFrame({"survey_firm_id": [f"S{at}" for at in range(count)], "year": [2011] * count, **full})


def test_sa_index_of_ten_million_after_ten_years():
    """s = ln 10, age 2011 - 2002 + 1 = 10: -0.737 * 2.302585 + 0.043 * 5.301898 - 0.4 = -1.869024."""
    firm = firm_kinds(survey_firms(), SETTINGS).row(0, named=True)
    assert firm["SA_firm"] == approx(-1.869024, abs=1e-6)
    assert firm["ln_age"] == approx(log(10))
    assert firm["asset_firm"] == approx(log(10_000))


def test_no_assets_and_an_opening_after_the_year_leave_gaps():
    firms = firm_kinds(
        survey_firms(opening_year=[2012, 2011, None], total_assets_thousand_cny=[1.0, 0.0, 1.0]), SETTINGS
    )
    assert firms["ln_age"].to_list() == [None, 0.0, None]
    assert firms["asset_firm"].to_list() == [0.0, None, 0.0]
    assert firms["SA_firm"].null_count() == 3


def test_owners_by_registration_type():
    firms = firm_kinds(survey_firms(registration_type_code=["110", "173", "230", "340", "160", None]), SETTINGS)
    assert firms["state_firm"].to_list() == [1, 0, 0, 0, 0, None]
    assert firms["pri_firm"].to_list() == [0, 1, 0, 0, 0, None]
    assert firms["foreign_firm"].to_list() == [0, 0, 1, 1, 0, None]


def test_shanghai_is_eastern_coastal_and_has_an_early_zone_xian_has_not():
    cities = {
        row["city_code"]: row for row in city_kinds(table("prefectures"), table("ftz_provinces"), SETTINGS).to_dicts()
    }
    assert cities["310000"] == {"city_code": "310000", "eastern": 1, "coa_city": 1, "ftz_prov": 1}
    assert cities["610100"] == {"city_code": "610100", "eastern": 0, "coa_city": 0, "ftz_prov": 0}


def test_liaoning_is_eastern_only_among_the_older_three_regions():
    for regions, eastern in (("four", 0), ("three", 1)):
        cities = city_kinds(table("prefectures"), table("ftz_provinces"), ModeratorSettings(regions=regions))
        assert cities.filter(pl.col("city_code") == "210200")["eastern"].to_list() == [eastern]


def test_broadband_is_compared_with_the_mean_of_its_own_year():
    provinces = pl.DataFrame(
        {
            "province_code": ["A", "B", "C", "A", "B"],
            "year": [2011, 2011, 2011, 2012, 2012],
            "urban_broadband_10k_households": [1.0, 3.0, None, 10.0, 10.0],
        }
    )
    assert broadband_dummy(provinces)["inf_dum"].to_list() == [0, 1, None, 1, 1]


def test_textiles_are_labour_intensive_and_pharmaceuticals_high_tech():
    industries = {row["division_2002_code"]: row for row in industry_kinds(table("gbt4754_2002")).to_dicts()}
    assert (industries["17"]["ind_type"], industries["17"]["ind_tech"]) == (1, 0)
    assert (industries["27"]["ind_type"], industries["27"]["ind_tech"]) == (0, 1)
    assert industries["06"]["ind_type"] is None


EXPORTS = pl.LazyFrame(
    {
        "company_id": ["A", "A", "A", "B", "B"],
        "year": [2010, 2010, 2012, 2010, 2011],
        "hs6_2007_code": ["610910", "610910", "610910", "610910", "851712"],
        "destination_iso3": ["USA", "DEU", "USA", "USA", "USA"],
        "export_value_usd": [1.0, 1.0, 1.0, 3.0, 1.0],
    }
)
PRODUCTS = pl.DataFrame({"hs6_2007_code": ["610910", "851712"], "product_upstreamness": [1.5, 3.0]})


def test_varieties_are_logs_of_distinct_products_and_pairs():
    first = export_kinds(EXPORTS, PRODUCTS, 0.1).row(0, named=True)
    assert (first["imp"], first["imp_pairs"]) == (0.0, approx(log(2)))


def test_upstreamness_is_weighted_by_value_over_placed_products():
    """3 USD at 1.5 stages, 1 USD at 3.0, 96 USD of a product without sector: (4.5 + 3) / 4 = 1.875."""
    exports = pl.LazyFrame(
        {
            "company_id": ["A"] * 3,
            "year": [2010] * 3,
            "hs6_2007_code": ["610910", "851712", "999999"],
            "destination_iso3": ["USA"] * 3,
            "export_value_usd": [3.0, 1.0, 96.0],
        }
    )
    assert export_kinds(exports, PRODUCTS, 0.1)["upstreamness"].to_list() == [approx(1.875)]
    only_unplaced = exports.filter(pl.col("hs6_2007_code") == "999999")
    assert export_kinds(only_unplaced, PRODUCTS, 0.1)["upstreamness"].to_list() == [None]


def test_unit_and_sign_of_the_sa_index_are_choices():
    """Assets of 10,000 thousand CNY: s = ln 10000 = 9.21034; -0.737 s + 0.043 s^2 - 0.4 = -3.540315."""
    settings = ModeratorSettings(sa_assets_in="thousand_cny", sa_sign="absolute")
    assert firm_kinds(survey_firms(), settings)["SA_firm"].to_list() == [approx(3.540315, abs=1e-6)]
