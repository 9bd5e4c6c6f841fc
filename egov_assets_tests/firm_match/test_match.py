"""Which pairs are found, and which are refused rather than guessed."""

import polars as pl
from polars.testing import assert_frame_equal

from egov_assets.firm_match.match import match_firms
from egov_assets.firm_match.schema import FirmMatch


def firms(rows: list[tuple], id_column: str, name_column: str) -> pl.DataFrame:
    schema = dict.fromkeys((id_column, name_column, "zip_code", "phone", "city_code"), pl.String)
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(year=pl.lit(2011, pl.Int32))


def customs(*rows: tuple) -> pl.DataFrame:
    return firms(list(rows), "company_id", "company_name")


def survey(*rows: tuple) -> pl.DataFrame:
    return firms(list(rows), "survey_firm_id", "firm_name")


def pairs(customs_firms: pl.DataFrame, survey_firms: pl.DataFrame) -> list[tuple]:
    matched, _ = match_firms(customs_firms, survey_firms)
    FirmMatch.validate(matched)
    return matched.select("company_id", "survey_firm_id", "method").rows()


def test_one_name_on_each_side_is_a_match():
    assert pairs(
        customs(("C1", "杭州甲鞋业有限公司", None, None, "330100")),
        survey(("S1", "杭州甲鞋业有限责任公司", None, None, "330100")),
    ) == [("C1", "S1", "name")]


def test_a_name_that_two_survey_firms_bear_matches_none():
    assert not pairs(
        customs(("C1", "甲有限公司", None, None, "330100")),
        survey(("S1", "甲有限公司", None, None, "330100"), ("S2", "甲有限公司", None, None, "330200")),
    )


def test_a_name_of_another_year_is_no_match():
    later = survey(("S1", "甲有限公司", None, None, "330100")).with_columns(year=pl.lit(2012, pl.Int32))
    assert not pairs(customs(("C1", "甲有限公司", None, None, "330100")), later)


def test_renamed_firm_is_found_by_postal_code_and_last_seven_digits():
    """The customs has an area code and eight digits, the survey seven."""
    assert pairs(
        customs(("C1", "旧名有限公司", "310012", "0571-88123456", "330100")),
        survey(("S1", "新名有限公司", "３１００１２", "8123456", "330100")),
    ) == [("C1", "S1", "zip_phone")]


def test_telephone_alone_is_not_enough():
    assert not pairs(
        customs(("C1", "旧名有限公司", "310012", "88123456", "330100")),
        survey(("S1", "新名有限公司", "310013", "88123456", "330100")),
    )


def test_another_city_vetoes_a_telephone_match_and_an_unknown_city_does_not():
    found = match_firms(
        customs(("C1", "旧", "310012", "88123456", "330100"), ("C2", "老", "310012", "88123499", None)),
        survey(("S1", "新", "310012", "88123456", "330200"), ("S2", "鲜", "310012", "88123499", "330100")),
    )
    assert found[0].select("company_id", "survey_firm_id").rows() == [("C2", "S2")]
    assert found[1]["zip_phone_candidates"] == 2
    assert found[1]["zip_phone_refused_by_city"] == 1


def test_placeholder_telephones_match_nobody():
    for phone in ("0000000", "88888888", "1234567", "123456", "无", None):
        assert not pairs(
            customs(("C1", "旧", "310012", phone, "330100")), survey(("S1", "新", "310012", phone, "330100"))
        )


def test_an_agents_line_shared_by_four_names_matches_nobody():
    agents = [(f"C{number}", f"名{number}", f"31001{number}", "88123456", "330100") for number in range(4)]
    assert not pairs(customs(*agents), survey(("S1", "新", "310012", "88123456", "330100")))


def test_a_groups_telephone_stays_ambiguous_after_one_of_its_firms_is_found_by_name():
    assert pairs(
        customs(("C1", "甲", "310012", "88123456", "330100"), ("C2", "旧", "310012", "88123456", "330100")),
        survey(("S1", "甲", "310012", "88123456", "330100"), ("S2", "新", "310012", "88123456", "330100")),
    ) == [("C1", "S1", "name")]


def test_the_order_of_the_rows_does_not_matter():
    left = customs(*((f"C{number}", f"名{number % 40}", "310012", f"88{number:06d}", "330100") for number in range(60)))
    right = survey(*((f"S{number}", f"名{number}", "310012", f"88{number:06d}", "330100") for number in range(50)))
    straight, _ = match_firms(left, right)
    shuffled, _ = match_firms(left.sample(fraction=1, shuffle=True, seed=3), right.reverse())
    assert_frame_equal(straight, shuffled)
    assert straight["method"].unique().sort().to_list() == ["name", "zip_phone"]


def test_a_year_without_customs_telephones_is_matched_by_name_only():
    left = customs(("C1", "甲", "310012", None, "330100"), ("C2", "旧", "310012", None, "330100"))
    right = survey(("S1", "甲", "310012", "88123456", "330100"), ("S2", "新", "310012", "88123457", "330100"))
    assert pairs(left, right) == [("C1", "S1", "name")]
