"""What a term of a regression is called where people read it: from `labels.yml`, which exports to Stata use too."""

from typing import Literal

from egov_assets.platform.words import Language, labels_of, words_of
from egov_assets.regression_tables.fits import CONSTANT
from egov_assets.regression_tables.specifications import CHANGE


def term_label(term: str, language: Language, variables: Literal["labels", "names"] = "labels") -> str:
    """`egscore:Con_num` is the label of either with × between, `D.x` the change of x, `_cons` the constant.

    A variable without a label, and every one if names are asked for, is called by its name.
    """
    words, labels = words_of("regression_tables", language), labels_of("regression_tables", language).texts
    if term == CONSTANT:
        return words["constant"]
    if variables == "names":
        return term.replace(":", " × ")
    return " × ".join(
        words["change_of"].format(name=labels.get(base, base)) if factor.startswith(CHANGE) else labels.get(base, base)
        for factor in term.split(":")
        for base in (factor.removeprefix(CHANGE),)
    )
