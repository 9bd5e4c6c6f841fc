"""A page of another origin, open in the same real browser, tries what a page can: nothing reaches the UI."""

import functools
import subprocess
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

pytest.importorskip("playwright")

from egov_assets_tests.running.browser import CHROMIUM, browser_page
from egov_assets_tests.running.served import EGOV, served_ui
from egov_assets_tests.running.test_who_may_ask import WIPE, environment

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")]

ATTACKS = """
async ([ui, wipe]) => {
  const said = {};
  const ask = async (name, path, options) => {
    try { const got = await fetch(ui + path, options); said[name] = got.type + " " + got.status; }
    catch (error) { said[name] = "blocked"; }
  };
  await ask("json", "/graphql", {method: "POST", headers: {"content-type": "application/json"}, body: wipe});
  await ask("text", "/graphql", {method: "POST", mode: "no-cors", body: wipe});
  await ask("address", "/graphql?query=" + encodeURIComponent(wipe), {mode: "no-cors"});
  said.socket = await new Promise(answer => {
    const socket = new WebSocket(ui.replace("http", "ws") + "/graphql", "graphql-ws");
    socket.onopen = () => answer("open");
    socket.onerror = () => answer("blocked");
  });
  const frame = document.createElement("iframe");
  frame.src = ui + "/assets";
  document.body.append(frame);
  await new Promise(answer => { frame.onload = frame.onerror = answer; });
  said.frames = String(frame.contentDocument === null);
  return said;
}
"""


@pytest.fixture
def foreign(tmp_path: Path) -> Iterator[str]:
    """The address of a page of another origin on this machine."""
    (tmp_path / "index.html").write_text("<p>invented page", encoding="utf-8")
    handler = functools.partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()


def test_a_foreign_page_reaches_nothing_and_a_link_on_it_leads_to_the_ui(foreign: str, tmp_path: Path):
    subprocess.run([*EGOV, "init", "study"], cwd=tmp_path, env=environment(), check=True, capture_output=True)
    with served_ui(environment(), folder=tmp_path / "study") as ui, browser_page(900, 600) as page:
        answers: list[int] = []
        page.on("response", lambda got: answers.append(got.status) if got.url.startswith(ui) else None)
        page.goto(foreign)
        said = page.evaluate(ATTACKS, [ui, f'{{"query": {WIPE!r}}}'])
        assert said.pop("frames") == "true"
        assert said == {"json": "blocked", "text": "opaque 0", "address": "opaque 0", "socket": "blocked"}
        assert set(answers) == {403}
        page.set_content(f'<a href="{ui}/assets">to the study</a>')
        page.get_by_text("to the study").click()
        page.get_by_text("regression_tables").first.wait_for()
