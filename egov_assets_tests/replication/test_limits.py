"""What the study can and cannot show, from numbers counted by hand."""

import polars as pl

from egov_assets.platform.words import words_of
from egov_assets.replication.answer import Cell
from egov_assets.replication.limits import limits

CELL = Cell("table_02", "3", "egscore")
ROWS = (  # table, column, term, variant, n, effective_f, p_value
    ("table_02", "3", "egscore", "cluster_city", 2935, None, 0.0),
    ("table_02", "3", "egscore", "cluster_city_reghdfe", 2334, None, 0.0),
    ("table_06", "1", "egscore", "anderson_rubin_cluster_city", 2182, 30.0, None),
    ("table_06", "2", "egscore", "anderson_rubin_cluster_city", 2182, 4.0, None),
    ("table_07", "1", "egscore:a", "cluster_city", 2935, None, 0.01),
    ("table_09", "1", "egscore:b", "cluster_city", 2935, None, 0.5),
    ("table_09", "2", "egscore:c", "cluster_city", 0, None, None),
)
NAMES = ("table", "column", "term", "variant", "n", "effective_f", "p_value")
ESTIMATES = pl.DataFrame(ROWS, schema=NAMES, orient="row").with_columns(
    estimate=0.04,
    std_error=0.01,
    ar_p_value=pl.col("effective_f") / 100 - 0.02,
    n_clusters=168,
    effective_clusters=21.7,
)
COMPARISON = pl.DataFrame(
    {
        "planted": [0.1, 0.2, 0.3, None],
        "published_stars": ["*", "", "", ""],
        "verdict": ["agrees", "too imprecise to tell", "opposite sign", "not comparable"],
    }
)


def test_each_sentence_holds_the_counts():
    said = list(limits(ESTIMATES, COMPARISON, CELL, words_of("replication", "en")))
    assert "2,334 of 2,935 firm-years; 601 are of firms seen once" in said[0]
    assert "168 cities tell as much as 22 equal ones" in said[0]
    assert "An effect smaller than 0.028 would be noticed less than four times in five" in said[1]
    assert said[2].startswith("Of 2 instrumented columns 1 have a first-stage F of at least 10")
    assert "rejects no effect in 1." in said[2]
    assert said[3].startswith("Of 2 interactions 1 are significant at 5 %; 0.1 would be by chance alone")
    assert said[4].startswith(
        "Of 3 values that are planted 1 are found, 1 cannot be told from zero at this size, and 1"
    )
    assert len(said) == 6


def test_of_own_data_without_instruments_only_what_there_is_is_said():
    own = ESTIMATES.filter(table="table_02")
    said = list(limits(own, COMPARISON.clear(), CELL, words_of("replication", "zh")))
    assert len(said) == 3
