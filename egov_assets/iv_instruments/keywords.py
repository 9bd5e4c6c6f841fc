"""Counting the words of a digital-economy lexicon in running text.

What belongs here: what counts as a term and as a word. Not here: files, cities.
"""

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from egov_assets.platform.reference import table

FILE_NAME = "lexicon.csv"
CLAUSE_END = re.compile(r"[。，、；：！？,;:!?()\n]+")
IN_A_WORD = re.compile(r"\w")
TERM_FREQUENCY = 10**9  # above any word of jieba's own dictionary, so that a term is never split


def read_lexicon(folder: Path) -> pl.DataFrame:
    """keyword, category, one row per keyword, sorted: `lexicon.csv` in the folder of the reports, or the shipped list.

    The file needs the columns keyword_zh and category. Letters and digits are made plain as in the reports.
    Raises  UnusableLexicon naming the columns found, or an empty list
    """
    own = folder / FILE_NAME
    terms = pl.read_csv(own, infer_schema=False) if own.exists() else table("egov_keyword_lexicon")
    if missing := {"keyword_zh", "category"} - set(terms.columns):
        raise UnusableLexicon(f"{own}: column {', '.join(sorted(missing))} is missing; it has {terms.columns}. Add it.")
    plain = [unicodedata.normalize("NFKC", term or "").strip() for term in terms["keyword_zh"]]
    lexicon = terms.select(pl.Series("keyword", plain), "category").filter(pl.col("keyword") != "")
    if lexicon.is_empty():
        raise UnusableLexicon(f"{own}: no keyword in it. Put one per line under keyword_zh, or remove the file.")
    return lexicon.unique("keyword", keep="first", maintain_order=True).sort("keyword")


class UnusableLexicon(ValueError):
    """The user's list of keywords cannot be used."""


class Counter:
    """Counts terms and words. The terms are words to the tokenizer too, so that it never splits one."""

    def __init__(self, terms: list[str]):
        longest_first = sorted(terms, key=lambda term: (-len(term), term))
        self._terms = re.compile("|".join(map(re.escape, longest_first)))
        self._cut = _tokenizer(tuple(longest_first)).lcut

    def terms(self, clause: str) -> list[str]:
        """The terms in a clause from left to right, the longest at each place, none overlapping another."""
        return self._terms.findall(clause)

    def words(self, clause: str) -> int:
        """Words of a clause as jieba cuts it; punctuation is no word."""
        return sum(1 for word in self._cut(clause, HMM=False) if IN_A_WORD.search(word))


@cache
def _tokenizer(terms: tuple[str, ...]) -> Any:
    import jieba  # a second to load

    tokenizer = jieba.Tokenizer()
    # Its own way of starting keeps the dictionary under a fixed name in the shared temporary folder and trusts what it
    # finds there the next time.
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    for term in terms:
        tokenizer.add_word(term, freq=TERM_FREQUENCY)
    return tokenizer


def count_keywords(texts: pl.DataFrame, lexicon: pl.DataFrame) -> pl.DataFrame:
    """source_file, words, keywords, and keywords_<category> for each category, one row per text, in order.

    texts     source_file, text (not null)
    lexicon   keyword, category
    Reports repeat themselves: each distinct clause is cut once.
    """
    counter, category_of = Counter(lexicon["keyword"].to_list()), dict(lexicon.iter_rows())
    categories = sorted(set(category_of.values()))
    known: dict[str, tuple[int, ...]] = {}

    def counts(clause: str) -> tuple[int, ...]:
        if clause not in known:
            found = [category_of[term] for term in counter.terms(clause)]
            known[clause] = (counter.words(clause), len(found), *map(found.count, categories))
        return known[clause]

    columns = ["words", "keywords", *(f"keywords_{category}" for category in categories)]
    rows = [
        (file, *map(sum, zip(*map(counts, CLAUSE_END.split(text)), strict=True)))
        for file, text in texts.select("source_file", "text").iter_rows()
    ]
    return pl.DataFrame(rows, schema={"source_file": pl.String, **dict.fromkeys(columns, pl.Int64)}, orient="row")


def report_instruments(words: pl.DataFrame) -> pl.DataFrame:
    """city_code, year, IV_gov (count), report_keyword_share (per word), ln_1_plus_keywords: one row per counted report.

    words   city_code, year, words, keywords; files that do not count have no keywords
    Source  method.md section 10, instrument B: the count is the instrument, the others are its variants
    """
    counted = words.drop_nulls("keywords")
    return counted.select(
        "city_code",
        "year",
        IV_gov=pl.col("keywords").cast(pl.Float64),
        report_keyword_share=pl.col("keywords") / pl.col("words"),
        ln_1_plus_keywords=pl.col("keywords").cast(pl.Float64).log1p(),
    )
