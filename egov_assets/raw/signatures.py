"""What the first bytes of a file say it is, for files whose name does not say it and for refusals."""

SIGNATURES = (  # bytes at the start -> ending; the formats' own specifications
    (b"PK\x03\x04", "zip"),
    (b"PAR1", "parquet"),
    (b"<stata_dta>", "dta"),
    (b"$FL2", "sav"),
    (b"$FL3", "zsav"),
    (b"\x00" * 12 + b"\xc2\xea\x81\x60", "sas7bdat"),
    (b"HEADER RECORD*******LIB", "xpt"),
    (b"\x00\x01\x00\x00Standard Jet DB", "mdb"),
    (b"\x00\x01\x00\x00Standard ACE DB", "accdb"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls"),
    (b"\x1f\x8b", "gz"),
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"%PDF", "pdf"),
)
WORDS = {"xls": "an old Office file", "gz": "a gzip file", "txt": "text", "html": "a web page", "pdf": "a PDF document"}


def ending_by_content(start: bytes) -> str:
    """The ending that a file with these first bytes would carry; `txt` if nothing says otherwise."""
    for signature, ending in SIGNATURES:
        if start.startswith(signature):
            is_workbook = ending == "zip" and (b"xl/" in start or b"[Content_Types].xml" in start)
            return "xlsx" if is_workbook else ending
    if start.lstrip()[:5].lower() in (b"<html", b"<!doc", b"<?xml"):
        return "html"
    return "txt"


def seen(start: bytes) -> str:
    """What a file with these first bytes looks like, in words for a refusal."""
    ending = ending_by_content(start)
    return WORDS.get(ending, f"a .{ending} file")
