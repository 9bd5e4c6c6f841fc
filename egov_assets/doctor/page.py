"""The examination as a page: everything the console table says, and samples of each column."""

from egov_assets.doctor.diagnosis import Examination
from egov_assets.doctor.found import SUMMARY
from egov_assets.platform.pages import page


def doctor_page(examination: Examination) -> str:
    """The page as HTML."""

    def lines(kind: str) -> list[str]:
        return [f"{each.source} {each.year}: {text}" for each in examination.found for text in getattr(each, kind)]

    return page(
        "doctor",
        "Raw files of the study",
        e=examination,
        headings=SUMMARY,
        faults=lines("all_faults"),
        doubts=lines("all_doubts"),
        left_out=lines("left_out"),
    )
