"""What a run says while it goes on."""

import io

from rich.console import Console

from egov_assets.running.progress import ChapterBars


def test_the_seconds_of_a_chapter_count_from_the_beginning_of_its_first_table():
    said, now = io.StringIO(), [0.0]
    with ChapterBars(Console(file=said, get_time=lambda: now[0])) as bars:
        bars.add({"raw": 2, "clean": 1})
        for now[0], chapter, made in (
            (10, "raw", 0),
            (30, "clean", 0),
            (40, "raw", 1),
            (42, "raw", 1),
            (75, "clean", 1),
        ):
            bars.advance(chapter, made)
    assert said.getvalue().splitlines() == ["raw: 2 done in 32 s", "clean: 1 done in 45 s"]
