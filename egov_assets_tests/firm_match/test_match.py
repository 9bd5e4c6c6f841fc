"""Which pairs are found by which step, and which are refused rather than guessed."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from egov_assets_tests.firm_match.small_registers import candidates, customs, pairs, refused, survey

HERE, THERE = "330100", "330200"
CONTACT = ("310012", "88123456")


def test_one_name_on_each_side_is_a_match():
    assert pairs(
        customs(("C1", "杭州甲鞋业有限公司", None, None, HERE)),
        survey(("S1", "浙江省杭州市甲鞋業有限责任公司", None, None, HERE)),
    ) == [("C1", "S1", "name")]


def test_a_name_that_two_survey_firms_bear_matches_none():
    left = customs(("C1", "甲有限公司", None, None, HERE))
    right = survey(("S1", "甲有限公司", None, None, HERE), ("S2", "甲有限公司", None, None, THERE))
    assert not pairs(left, right)
    assert refused(left, right) == [("C1", "several_firms")]


def test_a_name_without_place_does_not_reach_into_another_city():
    left, right = customs(("C1", "甲有限公司", None, None, HERE)), survey(("S1", "甲有限公司", None, None, THERE))
    assert refused(left, right)[0] == ("C1", "other_city")
    assert pairs(left, right, same_city=False, carry_names=False) == [("C1", "S1", "name")]
    with_place = (
        customs(("C1", "杭州甲有限公司", None, None, HERE)),
        survey(("S1", "杭州甲有限公司", None, None, THERE)),
    )
    assert pairs(*with_place) == [("C1", "S1", "name")]


def test_a_name_that_customs_had_a_year_before_is_carried_within_the_company_id():
    """Customs still prints the old name in 2010; from 2011 on both sides have new names that differ."""
    left = pl.concat(
        [customs(("C1", "旧有限公司", None, None, HERE), year=2010), customs(("C1", "误有限公司", None, None, HERE))]
    )
    right = survey(("S1", "旧有限公司", None, None, HERE))
    assert pairs(left, right) == [("C1", "S1", "carried_name")]
    assert not pairs(left, right, carry_names=False)


def test_a_name_is_carried_within_the_panel_id_of_the_survey_too():
    left = customs(("C1", "甲有限公司", None, None, HERE))
    right = pl.concat([
        survey(("S1", "甲有限公司", None, None, HERE), year=2010), survey(("S1", "误有限公司", None, None, HERE)),
    ])  # fmt: skip
    assert pairs(left, right) == [("C1", "S1", "carried_name")]


def test_a_carried_name_that_was_ever_anothers_matches_nobody():
    """C2 bore in 2010 the name that C1 bears now."""
    left = pl.concat(
        [customs(("C2", "甲有限公司", None, None, HERE), year=2010), customs(("C2", "丙有限公司", None, None, HERE))]
    )
    right = pl.concat([
        survey(("S1", "甲有限公司", None, None, HERE), year=2012), survey(("S1", "误有限公司", None, None, HERE)),
    ])  # fmt: skip
    assert pairs(left, right) == [("C2", "S1", "carried_name")]
    with_another = pl.concat([left, customs(("C1", "甲有限公司", None, None, HERE), year=2012)])
    assert not pairs(with_another, right)


def test_two_carried_names_that_lead_to_two_firms_are_set_aside():
    left = pl.concat([
        customs(("C1", "甲有限公司", None, None, HERE), year=2010),
        customs(("C1", "乙有限公司", None, None, HERE), year=2012),
        customs(("C1", "丙有限公司", None, None, HERE)),
    ])  # fmt: skip
    right = pl.concat([
        survey(("S1", "甲有限公司", None, None, HERE), ("S2", "乙有限公司", None, None, HERE), year=2010),
        survey(("S1", "误有限公司", None, None, HERE), ("S2", "错有限公司", None, None, HERE)),
    ])  # fmt: skip
    assert refused(left, right) == [("C1", "several_firms"), ("C1", "several_firms")]


def test_two_customs_firms_whose_carried_names_lead_to_one_survey_firm_are_set_aside():
    left = pl.concat([
        customs(("C1", "甲有限公司", None, None, HERE), ("C2", "乙有限公司", None, None, HERE), year=2010),
        customs(("C1", "误有限公司", None, None, HERE), ("C2", "错有限公司", None, None, HERE)),
    ])  # fmt: skip
    right = pl.concat([
        survey(("S1", "甲有限公司", None, None, HERE), year=2010),
        survey(("S1", "乙有限公司", None, None, HERE), year=2012),
        survey(("S1", "丙有限公司", None, None, HERE)),
    ])  # fmt: skip
    assert refused(left, right) == [("C1", "several_firms"), ("C2", "several_firms")]


def test_a_carried_name_that_two_survey_firms_bore_in_different_years_matches_neither():
    """S1 bore the name in 2010 and S2 in 2012; in 2011 customs still prints it."""
    left = customs(("C1", "甲有限公司", None, None, HERE))
    right = pl.concat([
        survey(("S1", "甲有限公司", None, None, HERE), year=2010),
        survey(("S1", "误有限公司", None, None, HERE), ("S2", "错有限公司", None, None, HERE)),
    ])  # fmt: skip
    assert pairs(left, right) == [("C1", "S1", "carried_name")]
    with_another = pl.concat([right, survey(("S2", "甲有限公司", None, None, HERE), year=2012)])
    assert not pairs(left, with_another)


def test_misspelt_name_is_found_by_postal_code_and_last_seven_digits():
    """The customs has an area code and eight digits, the survey seven."""
    left = customs(("C1", "虬猊獬有限公司", "310012", "0571-88123456", HERE))
    right = survey(("S1", "虬猊獍有限公司", "３１００１２", "8123456", HERE))
    assert pairs(left, right) == [("C1", "S1", "zip_phone")]


def test_telephone_alone_is_not_enough():
    assert not pairs(
        customs(("C1", "虬猊獬有限公司", "310012", "88123456", HERE)),
        survey(("S1", "虬猊獍有限公司", "310013", "88123456", HERE)),
    )


def test_a_year_without_telephones_is_served_by_the_years_before_and_not_by_those_after():
    old = customs(("C1", "虬猊獬有限公司", *CONTACT, HERE), year=2010)
    left = pl.concat([old, customs(("C1", "虬猊獬有限公司", CONTACT[0], None, HERE))])
    right = survey(("S1", "虬猊獍有限公司", *CONTACT, HERE))
    assert pairs(left, right) == [("C1", "S1", "zip_phone")]
    assert not pairs(left, right, carry_phones=False)
    later = pl.concat([old.with_columns(year=pl.lit(2012, pl.Int32)), left.filter(pl.col("year") == 2011)])
    assert not pairs(later, right)


@pytest.mark.parametrize(
    ("switch", "outcome", "left", "right"),
    [
        (
            "same_city", "other_city",
            customs(("C1", "虬猊獬有限公司", *CONTACT, HERE)), survey(("S1", "虬猊獍有限公司", *CONTACT, THERE)),
        ),
        (
            "common_name_core", "no_common_name_core",
            customs(("C1", "虬猊獬有限公司", *CONTACT, HERE)), survey(("S1", "夔龙有限公司", *CONTACT, HERE)),
        ),
        (
            "same_unit", "other_unit",
            customs(("C1", "虬猊獬电子一厂", *CONTACT, HERE)), survey(("S1", "虬猊獬电子二厂", *CONTACT, HERE)),
        ),
        (
            "no_placeholder_phones", "placeholder_phone",
            customs(("C1", "虬猊獬有限公司", "310012", "0571-88888888", HERE)),
            survey(("S1", "虬猊獍有限公司", "310012", "8888888", HERE)),
        ),
        (
            "no_shared_phones", "shared_phone",
            customs(("C1", "虬猊獬有限公司", *CONTACT, HERE),
                    *((f"D{number}", f"名{number}", f"31002{number}", CONTACT[1], HERE) for number in range(3))),
            survey(("S1", "虬猊獍有限公司", *CONTACT, HERE)),
        ),
        (
            "same_ownership", "other_ownership",
            customs(("C1", "虬猊獬有限公司", *CONTACT, HERE), ownership="4"),
            survey(("S1", "虬猊獍有限公司", *CONTACT, HERE)),
        ),
        (
            "plausible_exports", "exports_above_revenue",
            customs(("C1", "虬猊獬有限公司", *CONTACT, HERE), value=2e8),
            survey(("S1", "虬猊獍有限公司", *CONTACT, HERE)),
        ),
    ],
)  # fmt: skip
def test_each_guard_refuses_by_telephone_and_says_so_and_can_be_switched_off(switch, outcome, left, right):
    assert refused(left, right) == [("C1", outcome)]
    assert pairs(left, right, **{switch: False}) == [("C1", "S1", "zip_phone")]


def test_a_sign_that_many_names_have_is_no_common_core():
    """虬华 and 夔华 share 华 only: evidence where few names have it, none where seven have."""
    left, right = customs(("C1", "虬华厂", *CONTACT, HERE)), survey(("S1", "夔华厂", *CONTACT, HERE))
    assert pairs(left, right) == [("C1", "S1", "zip_phone")]
    others = customs(*((f"D{sign}", f"{sign}华厂", None, None, HERE) for sign in "甲乙丙戊己"))
    assert refused(pl.concat([left, others]), right) == [("C1", "no_common_name_core")]


def test_what_is_not_known_refuses_nothing():
    left = customs(("C1", "虬猊獬有限公司", *CONTACT, None), ownership="9")
    for revenue in (None, 0.0):
        right = survey(("S1", "虬猊獍有限公司", *CONTACT, HERE), revenue=revenue)
        assert pairs(left, right) == [("C1", "S1", "zip_phone")]


def test_a_year_without_firms_on_one_side_or_both_has_no_pairs():
    firm = customs(("C1", "甲", *CONTACT, HERE))
    for left, right in ((firm, survey()), (customs(), survey(("S1", "甲", *CONTACT, HERE))), (customs(), survey())):
        assert not pairs(left, right, probabilistic=True)


def test_a_groups_telephone_stays_ambiguous_after_one_of_its_firms_is_found_by_name():
    left = customs(("C1", "甲", *CONTACT, HERE), ("C2", "旧", *CONTACT, HERE))
    right = survey(("S1", "甲", *CONTACT, HERE), ("S2", "新", *CONTACT, HERE))
    assert pairs(left, right) == [("C1", "S1", "name")]
    assert refused(left, right) == [("C2", "several_firms")]


def test_a_survey_firm_found_by_name_is_not_given_away_by_telephone():
    left = customs(("C1", "甲", None, None, HERE), ("C2", "旧", *CONTACT, HERE))
    right = survey(("S1", "甲", *CONTACT, HERE))
    assert pairs(left, right) == [("C1", "S1", "name")]
    assert refused(left, right) == [("C2", "already_matched")]


def test_the_order_of_the_rows_does_not_matter():
    rows = range(60)
    left = customs(*((f"C{row}", f"名{row % 40}", "310012", f"88{row:06d}", HERE) for row in rows))
    right = survey(*((f"S{row}", f"名{row}", "310012", f"88{row:06d}", HERE) for row in range(50)))
    straight = candidates(left, right)
    assert_frame_equal(straight, candidates(left.sample(fraction=1, shuffle=True, seed=3), right.reverse()))
    assert straight["outcome"].n_unique() > 1
