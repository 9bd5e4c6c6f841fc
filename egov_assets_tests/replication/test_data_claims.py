"""What the paper says of its data is held against the data at hand, and what they lack is said."""

import polars as pl
import yaml
from pytest import approx

from egov_assets.replication.audit import published_document
from egov_assets.replication.data_claims import CLAIMS, FOUND, DataAtHand, data_claims_of
from egov_assets.replication.schema import DataClaims

SCORES = pl.DataFrame({"year": [2010, 2011, 2013]})
# Two cities with three reports that count: 9, 9 and 8 keywords among 6,000, 4,500 and 8,000 words.
REPORTS = pl.DataFrame(
    {
        "city_code": ["330100", "330100", "330200", None],
        "keywords": [9, 9, 8, None],
        "words": [6000, 4500, 8000, None],
        "problem": [None, None, None, "its name names no known city"],
    }
)
CITIES = pl.DataFrame({"city_code": ["330100", "330100", "330200"], "sma_city": [1, 1, 0]})


def test_each_claim_is_found_in_the_data_at_hand():
    claims = data_claims_of(DataAtHand(SCORES, REPORTS, CITIES))
    DataClaims.validate(claims)
    ours = dict(claims.select("claim", "ours").iter_rows())
    assert ours == approx(
        {
            "scores_first_year": 2010,
            "scores_last_year": 2013,
            "report_cities": 2,
            "report_keywords": 26 / 3,
            "report_keyword_percent": (0.15 + 0.20 + 0.10) / 3,
            "policy_cities": 1,
        }
    )
    agrees = dict(claims.select("claim", "agrees").iter_rows())
    assert [claim for claim, fits in agrees.items() if fits] == ["scores_first_year"]


def test_a_number_that_rounds_to_print_agrees():
    reports = REPORTS.head(1).with_columns(keywords=pl.lit(8.7461), words=pl.lit(8.7461 / 0.00142))
    agrees = dict(data_claims_of(DataAtHand(SCORES, reports, CITIES)).select("claim", "agrees").iter_rows())
    assert agrees["report_keywords"] and agrees["report_keyword_percent"]


def test_of_what_the_data_do_not_hold_nothing_is_said():
    unlisted = CITIES.with_columns(sma_city=pl.lit(None, pl.Int32))
    claims = data_claims_of(DataAtHand(SCORES.clear(), REPORTS.clear(), unlisted))
    assert claims["ours"].null_count() == claims["agrees"].null_count() == claims.height


def test_the_claims_are_those_of_the_transcription():
    claims = yaml.safe_load(CLAIMS.read_text("utf-8"))
    assert claims.keys() == FOUND.keys()
    for claim in claims.values():
        section = f"section {claim['section']}"
        numbers = [
            number.rstrip("%")
            for each in published_document()["text_claims"]
            if section in each["where"].lower() or "sections 1 and 3.2" in each["where"]
            for number in each["numbers"]
        ]
        assert claim["published"] in numbers
