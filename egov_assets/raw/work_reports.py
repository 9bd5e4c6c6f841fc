"""Files of government work reports: which city and year a file is of, its encoding, and the running text in it.

What belongs here: everything about a report as a file. Not here: what is counted in it. Source: domain.md 6.
"""

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import polars as pl

FOLDER = "work_reports"
COLUMNS = {
    "source_file": pl.String,
    "year": pl.Int32,
    "city_name": pl.String,
    "encoding": pl.String,
    "text": pl.String,
    "problem": pl.String,
}
# UTF-8 refuses nearly every text of another encoding; GB18030 contains GBK and GB2312 and takes nearly all, so is last.
ENCODINGS = ("utf-8", "gb18030")
MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
PAGE_LINE = re.compile(
    r"^(.{0,60}第\s*[0-9〇一二三四五六七八九十百]+\s*页(\s*[,/，]?\s*共\s*[0-9〇一二三四五六七八九十百]+\s*页)?|[-–—·\s]*[0-9]{1,3}[-–—·\s]*)$"
)
OF_THE_TITLE = re.compile(r"[12][0-9]{3}|年|政府工作报告|[\s_\-—]")
TITLE_YEAR = re.compile(r"([12][0-9]{3})年[^。，]{0,20}政府工作报告")
LATIN_HYPHEN = re.compile(r"(?<=[A-Za-z])[-\u2010]\n(?=[A-Za-z])")
LATIN_BREAK = re.compile(r"(?<=[A-Za-z0-9])\n(?=[A-Za-z0-9])")


def read_work_reports(raw: Path, year: int) -> pl.DataFrame:
    """One row per report file of the year, sorted by source_file: COLUMNS; text is null where `problem` is not.

    Files  work_reports/<year>/*.txt, and work_reports/*<year>*.txt without a folder of the year
    """
    rows = [_row(path, raw, year) for path in work_report_files(raw, year)]
    return pl.DataFrame(rows, schema=COLUMNS, orient="row").sort("source_file")


def work_report_files(raw: Path, year: int) -> list[Path]:
    """The files of the year's reports, sorted."""
    folder = raw / FOLDER
    paths = {*folder.glob(f"{year}/*.txt"), *folder.glob(f"*{year}*.txt")}
    return sorted(path for path in paths if not path.name.startswith((".", "~$")))


def _row(path: Path, raw: Path, year: int) -> dict[str, str | int | None]:
    encoding, printed = decoded(path.read_bytes())
    text = running_text(printed) if printed is not None else None
    return {
        "source_file": path.relative_to(raw).as_posix(),
        "year": year,
        "city_name": OF_THE_TITLE.sub("", unicodedata.normalize("NFKC", path.stem)),
        "encoding": encoding,
        "text": text if (problem := _problem(text, year)) is None else None,
        "problem": problem,
    }


def decoded(content: bytes) -> tuple[str | None, str | None]:
    """Encoding and text of a file: by its byte order mark, else the first of ENCODINGS that fits; two nulls if none."""
    marked = [encoding for mark, encoding in MARKS.items() if content.startswith(mark)]
    for encoding in marked or ENCODINGS:
        try:
            return encoding, content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None, None


def running_text(printed: str) -> str:
    """The text without page headers, page numbers and line breaks, full-width digits and letters made plain.

    A break inside a Latin word falls with its hyphen; between two Latin words it becomes a blank. Blanks at the start
    of a line are its indent.
    """
    lines = (line.strip() for line in unicodedata.normalize("NFKC", printed).replace("\u00ad", "").splitlines())
    kept = "\n".join(line for line in lines if line and not PAGE_LINE.match(line))
    return LATIN_BREAK.sub(" ", LATIN_HYPHEN.sub("", kept)).replace("\n", "")


def _problem(text: str | None, year: int) -> str | None:
    return next(_problems(text, year), None)


def _problems(text: str | None, year: int) -> Iterator[str]:
    if text is None:
        yield f"not text in any of {', '.join(ENCODINGS)}; save it as UTF-8"
    elif not text:
        yield "the file is empty"
    elif "工作" not in text:
        yield "it does not read as a report (no 工作 in it); is the encoding right?"
    elif (title := TITLE_YEAR.search(text[:400])) and int(title[1]) != year:
        yield f"its title says {title[1]}, the file {year}"
