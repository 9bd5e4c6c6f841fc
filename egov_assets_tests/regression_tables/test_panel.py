"""The panel holds matched firm-years in the paper's names, with logs of positive amounts only."""

from math import log
from typing import Any

import polars as pl
from pytest import approx, fixture

from egov_assets.firm_match.settings import FirmMatchSettings
from egov_assets.moderators.settings import ModeratorSettings
from egov_assets.paper.study import SCORE_FIELDS
from egov_assets.regression_tables.descriptives import descriptive_statistics
from egov_assets.regression_tables.design import design_of
from egov_assets.regression_tables.panel import firm_panel_of, panel_summary
from egov_assets.regression_tables.panel_coverage import coverage, coverage_by_year, unmatched_cities
from egov_assets.regression_tables.schema import CitiesUnmatched, Descriptives, FirmPanel, PanelCoverage
from egov_assets.regression_tables.specifications import Column

YEAR = pl.lit(2011, pl.Int32)


def lake_tables() -> dict[str, Any]:
    """Three exporters with quality, two of them matched; the second city is in no yearbook and has no score."""
    firms = {
        "survey_firm_id": ["S1", "S2", "S9"],
        "city_code": ["330200", "990100", "330200"],
        "province_code": ["330000", "990000", "330000"],
        "industry_2002_code": ["1921", "4011", "1921"],
        "registration_type_code": ["171", "330", "110"],
        "opening_year": [2001, 2011, 2012],
        "total_assets_thousand_cny": [10_000.0, 0.0, 1.0],
        "employees_persons": [50.0, 0.0, 1.0],
        "revenue_thousand_cny": [1.0, -5.0, 1.0],
        "wages_thousand_cny": [1500.0, 100.0, 1.0],
        "export_delivery_thousand_cny": [0.0, None, 1.0],
    }
    city = {
        "gdp_per_head_cny": [60000.0],
        "industrial_firms": [8000],
        "fdi_10k_usd": [100.0],
        "students_persons": [0.0],
    }
    exports = {
        "company_id": ["C1", "C1", "C2"],
        "hs6_2007_code": ["610910", "610910", "851712"],
        "destination_iso3": ["USA", "DEU", "USA"],
        "export_value_usd": [1.0, 1.0, 1.0],
    }
    scores = {"egscore": [0.5], **{name: [0.5] for name in SCORE_FIELDS}}
    instruments = {f"ln_egscore_size{count}": [-0.7] for count in (5, 7, 10)}
    instruments |= {"IV_gov": [9.0], "report_keyword_share": [0.001], "ln_1_plus_keywords": [2.3], "IV_int": [3.2]}
    tables = {
        "panel_ids": pl.DataFrame({"survey_firm_id": ["S1", "S2"], "panel_id": ["S1-2011", "S2-2011"]}),
        "match": pl.DataFrame({"company_id": ["C1", "C2"], "survey_firm_id": ["S1", "S2"]}),
        "quality": pl.DataFrame(
            {
                "company_id": ["C2", "C1", "C3"],
                "qua": [0.2, 0.8, 0.5],
                "ln_quality": [-1.0, 1.0, 0.0],
                "qua_price": [2.0, 3.0, 4.0],
                **{name: [0.5, 0.5, None] for name in ("qua_sub", "qua_sub_imposed", "qua_price_standardised")},
            }
        ),
        "firms": pl.DataFrame(firms),
        "cities": pl.DataFrame({"city_code": ["330200"], **city}),
        "provinces": pl.DataFrame({"province_code": ["330000"], "urban_broadband_10k_households": [None]}).cast(
            {"urban_broadband_10k_households": pl.Float64}
        ),
        "index": pl.DataFrame({"city_code": ["330200"], **scores}),
        "score_variants": pl.DataFrame(
            {"city_code": ["330200"], "egscore_entropy": [0.4], "egscore_principal_component": [0.6]}
        ),
        "instruments": pl.DataFrame({"city_code": ["330200"], **instruments}),
        "exports": pl.LazyFrame(exports),
        "city_lists": pl.DataFrame(
            {"city_code": ["330200"], "sma_city": [1], "sma_city_dated": [0], "innov": [80.0]},
            schema_overrides={"sma_city": pl.Int32, "sma_city_dated": pl.Int32},
        ),
        "trade_modes": pl.DataFrame(
            {"company_id": ["C1"], "ordinary_share": [0.9], "trade_firm": [1]},
            schema_overrides={"trade_firm": pl.Int32},
        ),
        "tariffs": pl.DataFrame({"company_id": ["C2"], "input_tariff": [7.5]}),
    }
    products = pl.DataFrame({"hs6_2007_code": ["610910", "851712"], "product_upstreamness": [1.5, 2.0]})
    by_year = {name: frame.with_columns(year=YEAR) for name, frame in tables.items()}
    return {
        **by_year,
        "product_upstreamness": products,
        "matching": FirmMatchSettings(),
        "settings": ModeratorSettings(),
    }


@fixture
def panel():
    return firm_panel_of(**lake_tables())


def test_matched_exporters_with_quality_and_no_other(panel):
    FirmPanel.validate(panel)
    assert panel["company_id"].to_list() == ["C1", "C2"]


def test_wage_is_per_employee_and_a_log_of_one_is_zero(panel):
    firm = panel.row(0, named=True)
    assert firm["Con_wag"] == approx(log(1500 / 50))
    assert firm["Con_inc"] == 0
    assert firm["Con_gdp"] == approx(log(60000))
    assert firm["Con_num"] == approx(log(8000))


def test_zero_negative_and_missing_amounts_have_no_log(panel):
    one, two = panel.iter_rows(named=True)
    assert one["Con_exp"] is None  # zero
    assert one["Con_inf"] is None  # missing
    assert two["Con_inc"] is None  # negative
    assert two["Con_wag"] is None  # no employees


def test_a_city_without_score_keeps_its_firms(panel):
    assert panel.row(1, named=True)["egscore"] is None
    assert panel.row(1, named=True)["qua"] == 0.2
    assert panel_summary(panel)["firm_years_with_score"] == 1


def test_a_firm_carries_the_kinds_of_its_city_industry_and_exports(panel):
    """Ningbo is coastal, in the east, in a province whose zone opened in 2017; leather (19) is labour-intensive."""
    firm, unknown_city = panel.iter_rows(named=True)
    assert (firm["eastern"], firm["coa_city"], firm["ftz_prov"]) == (1, 1, 0)
    assert (firm["ind_type"], firm["ind_tech"]) == (1, 0)
    assert (firm["pri_firm"], firm["state_firm"], firm["foreign_firm"]) == (1, 0, 0)
    assert (firm["imp"], firm["imp_pairs"]) == (0, approx(log(2)))
    assert (firm["exit"], firm["exit_firm"]) == (None, None)  # the only year of the study
    assert firm["fdi"] == approx(log(100))
    assert firm["ln_students"] is None
    assert (firm["IV_gov"], firm["IV_int"]) == (9, 3.2)
    assert unknown_city["coa_city"] is None
    assert unknown_city["IV_gov"] is None
    assert unknown_city["foreign_firm"] == 1


def lake_with_a_mover() -> dict[str, Any]:
    """The first exporter also in 2012, with another customs number and organisation code, in Hangzhou; S2 is gone."""
    tables = lake_tables()
    moves = {
        "company_id": pl.col("company_id").replace("C1", "C9"),
        "survey_firm_id": pl.col("survey_firm_id").replace("S1", "S7"),
        "city_code": pl.lit("330100"),
    }
    for name in ("match", "panel_ids", "quality", "firms", "exports"):
        frame = tables[name].lazy().collect()
        key = "company_id" if "company_id" in frame.columns else "survey_firm_id"
        later = frame.filter(pl.col(key).is_in(["C1", "S1"])).with_columns(
            pl.lit(2012, pl.Int32).alias("year"), **{name: moves[name] for name in moves if name in frame.columns}
        )
        both = pl.concat([frame, later])
        tables[name] = both.lazy() if name == "exports" else both
    return tables


def test_a_firm_that_moves_is_one_firm_and_its_old_number_no_exit():
    panel = firm_panel_of(**lake_with_a_mover())
    FirmPanel.validate(panel)
    rows = panel.select("firm_id", "year", "company_id", "city_code", "exit_firm", "exit").rows()
    assert rows == [
        ("S1-2011", 2011, "C1", "330200", 0, None),
        ("S1-2011", 2012, "C9", "330100", None, 0.0),
        ("S2-2011", 2011, "C2", "990100", 1, None),
    ]
    column = Column(outcome="qua", treatment="egscore", sample="firms_staying_in_their_city")
    assert set(design_of(column, panel.with_columns(egscore=0.5)).frame["firm_id"]) == {"S2-2011"}


def test_by_its_customs_number_a_mover_leaves_and_another_firm_enters():
    by_number = lake_with_a_mover() | {"matching": FirmMatchSettings(firm="customs_number")}
    panel = firm_panel_of(**by_number).sort("firm_id", "year")
    assert panel.select("firm_id", "exit_firm").rows() == [("C1", 1), ("C2", 1), ("C9", None)]


def test_coverage_counts_each_variable_by_year(panel):
    """Two firm-years of 2011: both have quality, one a score, none broadband."""
    covered = coverage(panel)
    PanelCoverage.validate(covered)
    rows = {row["variable"]: (row["year"], row["firm_years"], row["observed"]) for row in covered.to_dicts()}
    assert rows["qua"] == (2011, 2, 2)
    assert rows["egscore"] == (2011, 2, 1)
    assert rows["Con_inf"] == (2011, 2, 0)
    assert coverage_by_year(covered).filter(pl.col("variable") == "egscore").rows() == [("egscore", 50.0)]


def test_a_city_without_partner_is_listed_by_name_and_an_unknown_name_with_the_nearest(panel):
    """The second firm's city is in no list; the score file spells 宁波 wrongly in two rows and once leaves it out."""
    rejected = pl.LazyFrame(
        {
            "source": ["egov_scores"] * 3,
            "source_file": ["a"] * 3,
            "source_row": [2, 3, 5],
            "reason": ["city in no list of the year"] * 2 + ["city missing"],
            "printed": ["宁坡市", "宁坡市 ", None],
        }
    ).with_columns(year=YEAR)
    names = pl.DataFrame(
        {"code": ["330100", "330200"], "name_zh": ["杭州市", "宁波市"], "name_short_zh": ["杭州", "宁波"]}
    )
    unmatched = unmatched_cities(panel, lake_tables()["cities"], rejected, names)
    CitiesUnmatched.validate(unmatched)
    assert unmatched.rows() == [
        ("egov_scores: unknown name", 2011, "宁坡市", None, 2, "宁波市"),
        ("firms without a city yearbook", 2011, "none", "990100", 1, None),
        ("firms without a score", 2011, "none", "990100", 1, None),
    ]


def test_table_1_describes_each_variable_on_its_own_observations(panel):
    table = descriptive_statistics(panel)
    Descriptives.validate(table)
    rows = {row["variable"]: row for row in table.to_dicts()}
    assert rows["qua"] == approx({"n": 2, "mean": 0.5, "sd": 0.18**0.5, "min": 0.2, "max": 0.8} | {"variable": "qua"})
    assert (rows["egscore"]["n"], rows["egscore"]["sd"]) == (1, None)
    assert (rows["Con_inf"]["n"], rows["Con_inf"]["mean"]) == (0, None)
