"""Terms are counted once, the longest at each place, and are words of their own."""

from math import log

import polars as pl
from pytest import approx, mark, raises

from egov_assets.iv_instruments.keywords import (
    Counter,
    UnusableLexicon,
    count_keywords,
    read_lexicon,
    report_instruments,
)

TERMS = ["数字", "数字经济", "信息化", "农村信息化", "经济信息化"]


@mark.parametrize(
    ("clause", "terms"),
    [
        ("数字经济和数字", ["数字经济", "数字"]),
        ("推进农村信息化", ["农村信息化"]),
        ("数字经济信息化", ["数字经济", "信息化"]),  # 经济 is taken by the term before it
        ("数字数字经济", ["数字", "数字经济"]),
        ("全面发展", []),
    ],
)
def test_the_longest_term_counts_once_and_none_overlaps(clause, terms):
    assert Counter(TERMS).terms(clause) == terms


def test_a_term_is_one_word_to_the_tokenizer():
    """推进 / 农村信息化; without the lexicon jieba cuts the term in two."""
    assert Counter(TERMS).words("推进农村信息化") == 2
    assert Counter(["某某某"]).words("推进农村信息化") == 3


def test_words_share_and_log_of_a_text():
    """Four words, 推进 数字经济 推进 信息化; two are terms."""
    lexicon = pl.DataFrame({"keyword": TERMS, "category": ["a", "a", "a", "b", "b"]})
    texts = pl.DataFrame({"source_file": ["x", "y"], "text": ["推进数字经济,推进信息化。", "推进。"]})
    counts = count_keywords(texts, lexicon)
    assert counts.rows() == [("x", 4, 2, 2, 0), ("y", 1, 0, 0, 0)]
    words = counts.with_columns(city_code=pl.Series(["330200", "330300"]), year=2011)
    found = report_instruments(words)
    assert found["IV_gov"].to_list() == [2.0, 0.0]
    assert found["report_keyword_share"].to_list() == approx([0.5, 0.0])
    assert found["ln_1_plus_keywords"].to_list() == approx([log(3), 0.0])


def test_a_lexicon_of_ones_own_replaces_the_shipped_one(tmp_path):
    assert read_lexicon(tmp_path).height == 129  # rows of the shipped list
    (tmp_path / "lexicon.csv").write_text("keyword_zh,category\nＩＴ,x\n电子政务,y\n电子政务,z\n,w\n", encoding="utf-8")
    assert read_lexicon(tmp_path).rows() == [("IT", "x"), ("电子政务", "y")]


def test_an_unusable_lexicon_says_what_it_lacks(tmp_path):
    (tmp_path / "lexicon.csv").write_text("keyword_zh\n电子政务\n", encoding="utf-8")
    with raises(UnusableLexicon, match="column category is missing"):
        read_lexicon(tmp_path)
