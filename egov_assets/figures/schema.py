"""The table this chapter hands on."""

from typing import ClassVar

import pandera.polars as pa

from egov_assets.platform.contract import Table


class Figures(Table):
    """One file of one figure in outputs/figures."""

    figure: str = pa.Field(description="Name of the figure")
    language: str = pa.Field(isin=("en", "zh"), description="Language of its words")
    file: str = pa.Field(description="File in outputs/figures")
    sha256: str = pa.Field(description="SHA-256 of the file")

    _key: ClassVar[list[str]] = ["figure", "language", "file"]
