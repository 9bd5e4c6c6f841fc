"""Requests as browsers and programs make them: only the UI's own pages, and plain programs, are answered."""

import pytest

from egov_assets.running.own_origin import own_origins, refusal

OWN = own_origins(3000, "https://egov.example.org")
JSON = {"content-type": "application/json"}
SAME = {"origin": "http://127.0.0.1:3000", "sec-fetch-site": "same-origin"}
LINK = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}


def why(
    method: str = "GET",
    path: str = "/graphql",
    query: bytes = b"",
    host: str = "127.0.0.1:3000",
    kind: str = "http",
    **headers: str,
) -> str:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return refusal(kind, method, path, query, {"host": host} | named, OWN)


def test_its_own_pages_are_answered():
    assert not why("POST", **JSON, **SAME)
    assert not why("POST", host="localhost:3000", **JSON, origin="http://localhost:3000")
    assert not why("POST", host="egov.example.org", **JSON, origin="https://egov.example.org")
    assert not why(path="/assets", sec_fetch_site="none")
    assert not why(kind="websocket", **SAME)


def test_programs_that_send_no_word_of_a_page_are_answered():
    assert not why("POST", **JSON)
    assert not why(path="/server_info")
    assert not why("POST", content_type="Application/JSON; charset=utf-8")


def test_a_link_from_a_mail_leads_to_a_page_and_to_no_data_and_no_frame():
    assert not why(path="/runs/1", **LINK)
    assert "another site" in why(path="/graphql", **LINK)
    assert "another site" in why("POST", "/runs/1", **JSON, **LINK)
    assert "another site" in why(path="/runs/1", **LINK | {"sec-fetch-dest": "iframe"})


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://127.0.0.1:3001", "null", "http://localhost:3000.evil"]
)
@pytest.mark.parametrize(("kind", "method"), [("http", "GET"), ("http", "POST"), ("websocket", "GET")])
def test_pages_of_another_origin_are_not(origin: str, kind: str, method: str):
    assert f"a page of {origin} asks" in why(method, kind=kind, **JSON, origin=origin)


@pytest.mark.parametrize("host", ["evil.example:3000", "127.0.0.1:3001", "127.0.0.1", "", "localhost.evil:3000"])
def test_a_name_of_somebody_elses_that_leads_here_is_not_served(host: str):
    """DNS rebinding: the page's origin then is its own name, and equal to the host."""
    assert "serves" in why(host=host)
    assert "serves" in why("POST", host=host, **JSON, origin=f"http://{host}", sec_fetch_site="same-origin")


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_a_browser_calls_another_site_is_not(site: str):
    assert "another site" in why("POST", **JSON, sec_fetch_site=site)
    assert "another site" in why(kind="websocket", sec_fetch_site=site)


@pytest.mark.parametrize(
    "media",
    ["", "text/plain", "text/plain; application/json", "application/x-www-form-urlencoded", "application/graphql"],
)
def test_what_forms_can_send_is_not_taken(media: str):
    """The third passes Dagster's own look for the word, and browsers send it without asking."""
    assert "application/json" in why("POST", **SAME, content_type=media)
    assert "application/json" in why("POST", "/report_asset_materialization/firm_match", content_type=media)


def test_an_address_does_nothing():
    assert "POST" in why(query=b"query=mutation%7B...%7D", sec_fetch_site="none")
    assert "POST" in why("HEAD", query=b"query=x")
