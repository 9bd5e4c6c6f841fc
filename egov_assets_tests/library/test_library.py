"""The public functions: the platform's numbers under a caller's names, and every problem of a frame in words."""

import subprocess
import sys

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from egov_assets.library import UnusableFrame, export_quality, harmonise_hs, match_firms, robust_table
from egov_assets.regression_tables.specifications import SpecificationError, read_specifications
from egov_assets_tests.product_quality.estimation import estimate
from egov_assets_tests.product_quality.small_trade import small_trade
from egov_assets_tests.regression_tables.small_panel import small_panel

OWN_NAMES = {
    "company_id": "id", "hs6_2007_code": "hs", "destination_iso3": "to", "year": "t", "export_value_usd": "usd",
    "quantity": "units", "province_code": "home", "gdp_100m_cny": "gdp",
}  # fmt: skip
AS_CALLED = {
    "firm": "id", "product": "hs", "destination": "to", "year": "t", "value": "usd", "quantity": "units",
    "province": "home", "gdp": "gdp",
}  # fmt: skip


def test_quality_under_other_names_shuffled_and_of_pandas_is_that_of_the_platform():
    flows, provinces = small_trade()
    own = flows.rename(OWN_NAMES, strict=False).sample(fraction=1, shuffle=True, seed=1)
    homes = provinces.rename(OWN_NAMES, strict=False)
    expected = estimate(flows, provinces)
    for given, gdp in ((own, homes), (own.to_pandas(), homes.to_pandas()), (own.lazy(), homes.lazy())):
        found = export_quality(given, gdp, **AS_CALLED)
        assert_frame_equal(found.coefficients, expected.coefficients, check_exact=True)
        assert_frame_equal(found.firms, expected.firms, check_exact=True)


def test_every_problem_of_the_flows_is_told_at_once():
    flows, _ = small_trade(products=1)
    wrong = flows.drop("quantity").rename({"year": "yeer"})
    with pytest.raises(UnusableFrame, match=r"no column 'year'; the nearest is 'yeer'") as error:
        export_quality(wrong)
    assert "no column 'quantity'" in str(error.value)
    with pytest.raises(UnusableFrame, match="hs6_2007_code holds Int64, not text: a number has lost"):
        export_quality(flows.with_columns(pl.col("hs6_2007_code").cast(pl.Int64)))
    with pytest.raises(UnusableFrame, match=r"flows has 2 rows whose key stands more than once, such as hs6_2007_code"):
        export_quality(pl.concat([flows, flows.head(1)]))
    with pytest.raises(UnusableFrame, match="Give a data frame of Polars or pandas"):
        export_quality([1, 2])


def test_codes_of_several_years_become_codes_of_the_oldest_revision():
    """851712 (telephones for cellular networks) came in 2007 out of 852520; 640399 is the same in all revisions."""
    assert harmonise_hs(["640399", "851712", "999999"], [2006, 2008, 2008]).to_list() == ["640399", "852520", None]
    assert harmonise_hs(["851712"], [2008]).to_list() == ["851712"]


def test_firms_are_paired_by_name_and_by_telephone_and_each_pair_has_its_verdict():
    customs = pl.DataFrame(
        {
            "id": ["A", "B", "C"],
            "year": [2010, 2010, 2010],
            "name": ["虚构市甲乙丙电子有限公司", "虚构市丁戊己鞋业有限公司", "虚构市庚辛壬玩具厂"],
            "zip": ["310000", "310001", "310002"],
            "tel": ["0571-7654123", "0571-8123456", "0571-8999111"],
        }
    )
    survey = customs.with_columns(
        name=pl.Series(["虚构市甲乙丙电子有限责任公司", "丁戊己鞋业(虚构)有限公司", "另处棉纺合作社"]),
        id=pl.lit("s") + pl.col("id"),
    )
    found = match_firms(customs, survey.to_pandas(), customs_id="id", survey_id="id", zip_code="zip", phone="tel")
    pairs = dict(found.pairs.select("company_id", "survey_firm_id").rows())
    assert pairs["A"] == "sA"
    assert pairs["B"] == "sB"
    assert "C" not in pairs
    refused = found.candidates.filter(company_id="C")["outcome"].to_list()
    assert refused == ["no_common_name_core"]
    assert found.report["pairs"].sum() == found.candidates.height


def test_a_table_of_models_has_the_estimates_of_the_papers_column():
    panel = small_panel(firms=60, cities=9)
    column = read_specifications()["table_02"].columns["3"]
    model = {
        "outcome": "qua",
        "treatment": "egscore",
        "controls": list(column.controls),
        "fixed_effects": ["firm", "year"],
    }
    renamed = panel.rename({"firm_id": "firm", "city_code": "place"})
    found = robust_table({"3": model}, renamed, firm="firm", city="place").filter(
        term="egscore", variant="cluster_city"
    )
    import pyfixest

    formula = f"qua ~ egscore + {' + '.join(column.controls)} | firm_id + year"
    by_pyfixest = pyfixest.feols(formula, panel.to_pandas(), vcov={"CRV3": "city_code"}, fixef_rm="none")
    assert found["estimate"].item() == pytest.approx(by_pyfixest.coef()["egscore"], rel=1e-8)
    with pytest.raises(SpecificationError, match="treatement: unknown key; did you mean 'treatment'"):
        robust_table({"1": {"outcome": "qua", "treatement": "egscore"}}, panel)
    (reason,) = robust_table({"1": model | {"treatment": "score"}}, panel)["reason"].unique().drop_nulls()
    assert "score" in reason


def test_the_library_comes_without_the_platform():
    """In a process of its own: no Dagster, dbt, pandera or pyfixest is loaded."""
    heavy = ("dagster", "dbt", "pandera", "pyfixest", "great_expectations")
    code = f"import egov_assets.library, sys; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
