"""The examination as a page: everything the console table says, and samples of each column."""

from egov_assets.doctor.diagnosis import Examination
from egov_assets.doctor.found import SUMMARY
from egov_assets.platform.pages import page


def doctor_page(examination: Examination) -> str:
    """The page as HTML."""
    found = examination.found
    lines = {
        name: [f"{each.source} {each.year}: {text}" for each in found for text in getattr(each, kind)]
        for name, kind in (("faults", "all_faults"), ("doubts", "all_doubts"), ("left_out", "left_out"))
    }
    return page("doctor", "Raw files of the study", e=examination, headings=SUMMARY, **lines)
