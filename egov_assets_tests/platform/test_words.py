"""Messages come back from a table as they went in, and every chapter says the same in both languages."""

import json
from pathlib import Path
from string import Formatter

import duckdb
import pytest
import yaml

from egov_assets.platform.words import CHAPTERS, FILE_NAME, Words, message, message_parts, words_of

CATALOGUES = sorted(path.parent.name for path in CHAPTERS.glob(f"*/{FILE_NAME}"))
ROWS = Words({"all rows": "{count} of {total:,} rows", "no row": "nothing"})


def values_of(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_a_message_comes_back_with_its_values():
    kept = message("all rows", count="3 \"{of}\" 'ten'", total=10, where="海关")
    assert message_parts(kept) == ("all rows", {"count": "3 \"{of}\" 'ten'", "total": 10, "where": "海关"})
    assert message_parts(message("no row")) == ("no row", {})


def test_sql_can_take_a_message_apart_too():
    """Whoever reads the lake in SQL splits before the brace and reads the rest as JSON."""
    kept = message("revenue below the minimum", thousand_cny=5000)
    assert kept == 'revenue below the minimum {"thousand_cny": 5000}'
    query = "select json_extract(substr(kept, strpos(kept, '{')), '$.thousand_cny') from (select ? as kept)"
    assert json.loads(duckdb.execute(query, [kept]).fetchone()[0]) == 5000


def test_a_message_is_put_into_words_and_what_is_none_stays():
    assert ROWS.of(message("all rows", count=3, total=1000)) == "3 of 1,000 rows"
    assert [ROWS.of(cell) for cell in ("no row", "egscore", "q = x**(1 - y)", None)] == [
        "nothing", "egscore", "q = x**(1 - y)", "",
    ]  # fmt: skip


def test_an_id_without_english_words_is_its_own_english():
    assert words_of("clean", "en").of("value missing") == "value missing"
    assert words_of("clean", "zh").of("value missing") == "金额缺失"


@pytest.mark.parametrize("chapter", CATALOGUES)
def test_both_languages_have_every_id_with_the_same_values(chapter: str):
    entries = yaml.safe_load((CHAPTERS / chapter / FILE_NAME).read_text("utf-8"))
    assert {language for entry in entries.values() for language in entry} <= {"en", "zh"}
    differing = [
        name
        for name, entry in entries.items()
        if not entry.get("zh") or values_of(entry["zh"]) != values_of(entry.get("en", name))
    ]
    assert differing == []


@pytest.mark.parametrize("chapter", CATALOGUES)
def test_no_id_stands_twice_in_a_file(chapter: str):
    """YAML keeps the last of two equal keys without a word."""
    node = yaml.compose((CHAPTERS / chapter / FILE_NAME).read_text("utf-8"))
    names = [key.value for key, _ in node.value]
    assert sorted(names) == sorted(set(names))


def test_every_chapter_that_prints_has_its_words():
    asked = {
        line.split('words_of("')[1].split('"')[0]
        for path in Path(CHAPTERS).rglob("*.py")
        for line in path.read_text("utf-8").splitlines()
        if 'words_of("' in line
    }
    assert asked and asked <= set(CATALOGUES)
