"""The code lists that every year's cleaning joins on: a key that occurs twice would double rows."""

import polars as pl
import pytest

from egov_assets.platform.reference import table


@pytest.mark.parametrize(
    ("name", "key"),
    [("hs6_classes", "hs6"), ("prefectures", "code"), ("countries", "customs_code")],
)
def test_a_key_of_a_reference_list_occurs_once(name: str, key: str):
    assert table(name)[key].is_unique().all()


def test_a_country_name_means_one_country():
    countries = table("countries")
    spellings = [countries.select(pl.col(column).alias("name"), "iso3") for column in ("name_zh", "name_zh_alt")]
    named = pl.concat(spellings).drop_nulls().group_by("name").agg(pl.col("iso3").n_unique())
    assert named["iso3"].to_list() == [1] * named.height


def test_every_industry_class_of_2011_has_a_class_of_2002():
    classes = table("gbt4754_2011").filter(pl.col("level") == "4")
    assert classes["gbt4754_2002_codes"].str.contains(r"^\d{4}(;\d{4})*$").all()
