"""The examination as a page: everything the console table says, and samples of each column."""

from egov_assets.doctor.diagnosis import Examination
from egov_assets.doctor.found import SUMMARY
from egov_assets.platform.pages import page


def doctor_page(examination: Examination) -> str:
    """The page as HTML."""
    found = examination.found
    faults, doubts = (
        [f"{each.source} {each.year}: {text}" for each in found for text in getattr(each, kind)]
        for kind in ("all_faults", "all_doubts")
    )
    return page("doctor", "Raw files of the study", e=examination, headings=SUMMARY, faults=faults, doubts=doubts)
