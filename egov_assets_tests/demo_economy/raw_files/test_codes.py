import numpy as np
import polars as pl

from egov_assets.demo_economy.raw_files.codes import company_ids, organisation_codes, with_check_character


def test_check_character_follows_the_national_standard():
    """12345678: 1*3+2*7+3*9+4*10+5*5+6*8+7*4+8*2 = 201, 201 mod 11 = 3, 11-3 = 8; remainders 1 and 0 give X and 0."""
    bodies = pl.Series(["12345678", "00000006", "00000000", "K0000000"])  # K = 20: 60 mod 11 = 5
    assert with_check_character(bodies).to_list() == ["123456788", "00000006X", "000000000", "K00000006"]


def test_organisation_codes_differ_between_firms_and_have_nine_characters():
    codes = organisation_codes(np.arange(50_000), seed=3)
    assert codes.n_unique() == 50_000
    assert codes.str.contains(r"^[09K]\d{7}[\dX]$").all()


def test_company_ids_carry_city_and_ownership_and_number_their_firms():
    firms = pl.DataFrame({"firm": range(12_000), "city_code": "440300", "ownership_code": "6"})
    ids = company_ids(firms, seed=1)["company_id"]
    assert ids.n_unique() == 12_000
    assert ids.str.contains(r"^4403[12359]6[A-Z0-9]\d{3}$").all()
