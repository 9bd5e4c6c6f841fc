"""`paper` in study.yml: which paper the study is held against, `egov` or `none`.

Without one there are no tables of the paper, no comparison with print, no audit of it and no theory; a study's tables
are its own.
"""

from pathlib import Path
from typing import Literal

from egov_assets.platform.settings_file import Settings, parse_settings, section_of

SECTION = "paper"
# Assets that a study without a paper does not have; `definitions.py` puts those of others in the place of some.
OF_THE_PAPER = ("published_comparison", "paper_audit", "theory", "data_claims", "specification_curve")


class _Choice(Settings):
    paper: Literal["egov", "none"] = "egov"


def has_paper(study_file: Path | None) -> bool:
    """Is the study held against the paper? Yes unless its study.yml says `none`.

    Raises  SettingsError if it says anything else
    """
    given = section_of(study_file, SECTION) if study_file else None
    return parse_settings(_Choice, {} if given is None else {SECTION: given}, study_file or "study.yml").paper != "none"
