"""Every page has one frame, shows data as text, and needs no network."""

import json
import re

import jinja2
import pytest

from egov_assets.platform.pages import TEMPLATES, page

MARKUP = "</script><script>alert('x')</script>"
PAGES = sorted(path.stem for path in TEMPLATES.glob("*.html") if path.stem != "base")


def test_data_are_shown_as_text():
    shown = page("sample_flow", MARKUP, "zh", sources=[{"name": MARKUP, "years": [], "heads": (), "rows": [[MARKUP]]}])
    assert "<script>" not in shown
    assert shown.count("&lt;script&gt;") == 3
    assert '<html lang="zh">' in shown


def test_data_inside_a_script_cannot_end_it_and_keep_their_order():
    tables = {"b": {"what": MARKUP}, "a": {"what": "海关"}}
    shown = page("lineage", "Columns", tables=tables)
    assert shown.count("</script>") == 1
    assert list(json.loads(re.search("const tables = (.*);", shown).group(1)).items()) == list(tables.items())


def test_a_name_that_a_page_lacks_is_an_error_not_a_blank():
    with pytest.raises(jinja2.UndefinedError, match="sources"):
        page("sample_flow", "Sample flow")


@pytest.mark.parametrize("name", PAGES)
def test_every_page_fills_the_one_frame_and_asks_no_network(name: str):
    text = (TEMPLATES / f"{name}.html").read_text("utf-8")
    assert text.startswith('{% extends "base.html" %}')
    assert not re.search(r"<html|<head>|<!doctype|https?:|\| *safe", text, re.IGNORECASE)
