"""Chains inside the survey: hand-made firms that change name, id or telephone, merge, split, or miss a year."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from egov_assets.firm_match.panel_ids import firm_panel_ids
from egov_assets.firm_match.schema import FirmPanelIds


def record(year: int, firm_id: str, name: str, **other: object) -> dict[str, object]:
    """A survey record that shares nothing with others but what is given."""
    own = {
        "survey_firm_id": firm_id, "year": year, "firm_name": name, "legal_person": None, "phone": None,
        "zip_code": None, "region_code": "330106", "industry_2002_code": "1810", "opening_year": None,
    }  # fmt: skip
    return own | other


def survey(*records: dict[str, object]) -> pl.DataFrame:
    schema = {"year": pl.Int32, "opening_year": pl.Int32} | dict.fromkeys(
        ("survey_firm_id", "firm_name", "legal_person", "phone", "zip_code", "region_code", "industry_2002_code"),
        pl.String,
    )
    return pl.DataFrame(records, schema=schema)


def chains(*records: dict[str, object]) -> list[list[str]]:
    """The chains as lists of survey ids in order of years."""
    found = firm_panel_ids(survey(*records))
    FirmPanelIds.validate(found)
    ordered = found.sort("panel_id", "year").group_by("panel_id", maintain_order=True).agg("survey_firm_id")
    return sorted(ordered["survey_firm_id"].to_list())


def linked_by(*records: dict[str, object]) -> list[str | None]:
    return firm_panel_ids(survey(*records)).sort("year", "survey_firm_id")["linked_by"].to_list()


def test_renamed_firm_keeps_its_id():
    records = record(2010, "A", "旧名有限公司"), record(2011, "A", "新名有限公司")
    assert chains(*records) == [["A", "A"]]
    assert linked_by(*records) == [None, "id"]


def test_a_changed_id_is_bridged_by_the_name_in_any_spelling():
    records = record(2010, "A", "杭州（甲）有限公司"), record(2011, "B", "杭州甲有限责任公司")
    assert chains(*records) == [["A", "B"]]
    assert linked_by(*records) == [None, "name"]


def test_changed_id_and_name_are_bridged_by_legal_person_then_by_telephone_then_by_opening_year():
    person = {"legal_person": "赵拟甲"}
    assert linked_by(record(2010, "A", "甲", **person), record(2011, "B", "乙", **person)) == [None, "legal_person"]
    line = {"phone": "0571-88123456"}
    assert linked_by(record(2010, "A", "甲", **line), record(2011, "B", "乙", phone="8123456")) == [None, "phone"]
    start = {"opening_year": 1999, "zip_code": "310012"}
    assert linked_by(record(2010, "A", "甲", **start), record(2011, "B", "乙", **start)) == [None, "opening_year"]


def test_the_same_legal_person_in_another_county_is_another_firm():
    assert chains(
        record(2010, "A", "甲", legal_person="赵拟甲"),
        record(2011, "B", "乙", legal_person="赵拟甲", region_code="330108"),
    ) == [["A"], ["B"]]


def test_a_key_of_two_firms_is_set_aside_and_the_next_key_decides():
    """Two firms named 甲 in 2011: the name links neither, the telephone links the right one."""
    assert chains(
        record(2010, "A", "甲", phone="88123456"),
        record(2011, "B", "甲", phone="88123456"),
        record(2011, "C", "甲", phone="88999999"),
    ) == [["A", "B"], ["C"]]


def test_a_merger_continues_the_firm_whose_id_survives():
    assert chains(record(2010, "A", "甲"), record(2010, "B", "乙"), record(2011, "A", "甲乙")) == [["A", "A"], ["B"]]


def test_a_split_continues_one_firm_and_begins_another():
    assert chains(record(2010, "A", "甲"), record(2011, "A", "甲"), record(2011, "B", "甲")) == [["A", "A"], ["B"]]


def test_a_year_without_record_is_bridged_also_with_a_new_name_or_id():
    assert chains(record(2010, "A", "甲"), record(2012, "A", "乙")) == [["A", "A"]]
    assert chains(record(2010, "A", "甲"), record(2012, "B", "甲")) == [["A", "B"]]


def test_the_next_year_goes_before_the_year_after_it():
    """B of 2011 bears A's name, so A of 2012 with A's id is linked to nothing before it but by name through B."""
    found = chains(record(2010, "A", "甲"), record(2011, "B", "甲"), record(2012, "A", "丙"))
    assert found == [["A"], ["A", "B"]]


def test_a_chain_runs_over_all_years():
    assert chains(record(2010, "A", "甲"), record(2011, "B", "甲"), record(2012, "B", "乙")) == [["A", "B", "B"]]


def test_swapped_name_and_legal_person_are_read_as_what_they_are():
    assert linked_by(
        record(2010, "A", "赵拟甲", legal_person="杭州甲有限公司"),
        record(2011, "B", "杭州甲有限公司", legal_person="赵拟甲"),
    ) == [None, "name"]


ONE = {
    "legal_person": "赵拟甲",
    "phone": "88123456",
    "zip_code": "310012",
    "opening_year": 1999,
    "region_code": "330106",
}
OTHER = {
    "legal_person": "钱拟乙",
    "phone": "66999999",
    "zip_code": "518001",
    "opening_year": 2005,
    "region_code": "440304",
}


def test_a_code_borne_by_a_firm_that_shares_nothing_else_is_a_contradicted_link_and_can_be_cut():
    records = survey(record(2010, "A", "甲", **ONE), record(2011, "A", "乙", **OTHER), record(2012, "A", "乙", **OTHER))
    found = firm_panel_ids(records)
    assert found.select("linked_by", "is_contradicted").rows() == [(None, None), ("id", True), ("id", False)]
    assert found["panel_id"].to_list() == ["A-2010"] * 3
    cut = firm_panel_ids(records, cut_contradicted_links=True)
    assert cut["panel_id"].to_list() == ["A-2010", "A-2011", "A-2011"]


def test_a_record_cut_from_its_code_is_offered_to_the_next_key():
    """In 2011 another firm bears A's code, and A, under B, keeps its name."""
    cut = firm_panel_ids(
        survey(
            record(2010, "A", "甲", **ONE),
            record(2011, "A", "乙", **OTHER),
            record(2011, "B", "甲", **ONE),
        ),
        cut_contradicted_links=True,
    )
    assert dict(cut.select(pl.concat_str("survey_firm_id", "year"), "panel_id").iter_rows()) == {
        "A2010": "A-2010",
        "A2011": "A-2011",
        "B2011": "A-2010",
    }


def test_one_trait_that_agrees_or_too_few_that_are_known_contradict_nothing():
    same_phone = OTHER | {"phone": "88123456"}
    few = {"legal_person": "钱拟乙"}  # name, legal person and county would be three, but the county is the same
    for other in (same_phone, few):
        found = firm_panel_ids(survey(record(2010, "A", "甲", **ONE), record(2011, "A", "乙", **other)))
        assert found["is_contradicted"].to_list() == [None, False]


@settings(max_examples=15, deadline=None)
@given(order=st.permutations(range(6)))
def test_the_order_of_the_records_does_not_matter(order):
    records = [
        record(2010, "A", "甲", phone="88123456"), record(2010, "B", "乙"), record(2011, "C", "甲"),
        record(2011, "B", "丙", legal_person="赵拟甲"), record(2012, "D", "丁", legal_person="赵拟甲"),
        record(2012, "E", "甲", phone="88123456"),
    ]  # fmt: skip
    assert_frame_equal(firm_panel_ids(survey(*records)), firm_panel_ids(survey(*(records[place] for place in order))))
