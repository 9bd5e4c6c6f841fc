"""The table this chapter hands on."""

from typing import ClassVar

import pandera.polars as pa

from egov_assets.platform.contract import Table


class Theory(Table):
    """One statement of the paper's model and whether it follows from what the paper assumes.

    Texts are formulas, or messages of `words.yml`: an id and its values as JSON.
    """

    position: int = pa.Field(ge=1, description="Order of reading")
    code: str = pa.Field(
        description="Equation, derivative or proposition; T8 to T10 are (8) to (10) of the theory part"
    )
    kind: str = pa.Field(isin=("equation", "sign", "proposition"), description="Kind of statement")
    statement: str = pa.Field(description="What the paper prints")
    follows: bool = pa.Field(description="True if it follows from the paper's own assumptions")
    derived: str = pa.Field(description="What does follow, and how")
    condition: str = pa.Field(nullable=True, description="What the statement needs in addition")
    # The column hides a method of pandera's that nobody calls.
    example: str = pa.Field(  # type: ignore[assignment]
        nullable=True, description="Numbers that show or contradict it"
    )
    anomaly: str = pa.Field(nullable=True, description="Code in the audit of the paper, where it does not follow")

    _key: ClassVar[list[str]] = ["position"]
