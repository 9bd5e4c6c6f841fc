"""HS codes of any year as products, against the United Nations' tables and cases worked out by hand."""

from itertools import pairwise

import polars as pl
import pytest

from egov_assets.platform.commodities import base_revision, codes_of_2007, products_of_year
from egov_assets.platform.reference import table

PAPER = (2010, 2011, 2012)


def products(year: int, years: tuple[int, ...], families: bool = False) -> dict[str, str]:
    return dict(products_of_year(year, years, families).select("hs6_code", "product_code").rows())


def test_products_are_codes_of_the_oldest_revision_among_the_years():
    assert base_revision(PAPER) == "2007"
    assert [base_revision((year, 2012)) for year in (2001, 2002, 2006, 2007, 2012)] == [
        "1996", "2002", "2002", "2007", "2012",
    ]  # fmt: skip


def test_codes_of_2012_become_the_codes_of_2007_that_the_united_nations_give():
    """847971 (boarding bridges) was split off from 847989; 5,205 codes have a code of 2007."""
    published = table("hs_conversions").filter(newer_hs="2012", older_hs="2007")
    assert products(2012, PAPER) == dict(published.select("newer_code", "older_code").rows())
    assert products(2012, PAPER)["847971"] == "847989"
    assert len(products(2012, PAPER)) == 5205


def test_the_same_code_stays_itself_where_only_one_revision_is_met():
    for year in (2000, 2003, 2010, 2015, 2018):
        alone = products(year, (year,))
        assert alone == {code: code for code in alone}
        assert products(year, (year,), families=True) == alone
    assert set(products(2010, PAPER)) == set(table("hs6_classes")["hs6"])


def test_where_no_conversion_is_published_the_way_leads_over_the_revision_between():
    """From 2017 to 2002 no table is published: the conversion to 2012, then that to 2002."""
    conversions = table("hs_conversions")
    steps = [
        dict(conversions.filter(newer_hs=newer, older_hs=older).select("newer_code", "older_code").rows())
        for newer, older in (("2017", "2012"), ("2012", "2002"))
    ]
    assert conversions.filter(newer_hs="2017", older_hs="2002").is_empty()
    assert products(2018, (2002, 2018)) == {code: steps[1][to] for code, to in steps[0].items() if to in steps[1]}


def test_a_code_without_a_direct_conversion_is_not_lost_if_one_leads_over_the_revision_between():
    """Three codes of 2007 have no code of 1996 in the direct table; by way of 2002 they have one."""
    direct = table("hs_conversions").filter(newer_hs="2007", older_hs="1996")["newer_code"]
    assert len(set(products(2007, (2000, 2007))) - set(direct)) == 3


@pytest.mark.parametrize("years", [(2010, 2012), (2000, 2010), (2002, 2018)])
def test_no_correlation_leads_from_one_family_to_another(years: tuple[int, ...]):
    """What a family is, asked of every pair of codes that a table ties, over adjacent revisions of the study."""
    by_revision = {"1996": 2000, "2002": 2005, "2007": 2010, "2012": 2015, "2017": 2018}
    base, newest = base_revision(years), base_revision((max(years),))
    spanned = [revision for revision in by_revision if base <= revision <= newest]
    for older, newer in pairwise(spanned):
        pairs = table("hs_correlations").filter(newer_hs=newer, older_hs=older).select("newer_code", "older_code")
        of_newer, of_older = (products(by_revision[each], years, families=True) for each in (newer, older))
        tied = [(of_newer[new], of_older[old]) for new, old in pairs.rows() if new in of_newer and old in of_older]
        assert len(tied) > 5000
        assert all(one == other for one, other in tied)


def test_the_first_code_of_a_family_names_it():
    """HS2012 621149 (garments of other textiles) holds HS2007 621141 (wool) and 621149."""
    families = products(2010, PAPER, families=True)
    assert (families["621141"], families["621149"]) == ("621141", "621141")
    assert products(2012, PAPER, families=True)["621149"] == "621141"


def test_every_product_of_every_revision_is_known_by_a_code_of_2007():
    """But two that no table ties to one."""
    unknown = {2003: ["140390"], 2013: ["999999"]}
    classes = set(table("hs6_classes")["hs6"])
    for year in (2000, 2003, 2007, 2013, 2018):
        found = products_of_year(year, (year,))
        known = found["hs2007_code"]
        assert found.filter(known.is_null())["hs6_code"].to_list() == unknown.get(year, [])
        assert set(known.drop_nulls()) <= classes | {"999999"}  # goods not specified have no class
        assert codes_of_2007(found["product_code"], (year,)).equals(known, null_equal=True)


def test_a_code_that_both_revisions_have_is_known_by_itself():
    converted = table("hs_conversions").filter(newer_hs="2007", older_hs="2002")
    kept = converted.filter(pl.col("newer_code") == pl.col("older_code"))["older_code"]
    assert len(kept) > 4000
    assert codes_of_2007(kept, (2003,)).to_list() == kept.to_list()


def test_a_year_without_a_known_revision_has_no_products():
    assert products_of_year(1990, (1990, 2010)).is_empty()
    with pytest.raises(ValueError, match="no HS revision is known of 1990"):
        products_of_year(1990, (1990,))
