"""What stands in for a worker where the site's pages are opened as files; Zensical is not needed."""

from pathlib import Path

import pytest

from docs.site.assemble import ROOT
from egov_assets_tests.running.browser import CHROMIUM, browser_page

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")]

SCRIPT = ROOT / "docs" / "site" / "iframe-worker.js"
WORKER = "self.onmessage = ({data}) => { data.words.push('seen'); self.postMessage({length: data.words.length, data}) }"
PAGE = """<!doctype html><body><script src="iframe-worker.js"></script><script>
const sent = {words: ["rejected"]}, worker = new Worker("worker.js")
worker.onmessage = ({data}) => { document.title = `${data.length} answered, ${sent.words.length} kept` }
worker.postMessage(sent)
</script></body>"""
MISSING = """<!doctype html><body><script src="iframe-worker.js"></script><script>
new Worker("nowhere.js").onerror = () => { document.title = "failed" }
</script></body>"""


@pytest.mark.parametrize(("page_text", "title"), [(PAGE, "2 answered, 1 kept"), (MISSING, "failed")])
def test_a_page_opened_as_a_file_is_answered_with_copies_and_told_of_failure(
    tmp_path: Path, page_text: str, title: str
):
    (tmp_path / "iframe-worker.js").write_bytes(SCRIPT.read_bytes())
    (tmp_path / "worker.js").write_text(WORKER)
    (tmp_path / "page.html").write_text(page_text)
    with browser_page(800, 600) as page:
        page.goto((tmp_path / "page.html").as_uri())
        page.wait_for_function("document.title !== ''")
        assert page.title() == title
