"""What firm-years are grouped by, in fixed effects, clusters and conditions: names as economists say them, and `a^b`.

`province^year` is one group for each province and year, as in fixest; any column of the panel that holds codes may
stand in place of a name.
"""

import polars as pl

COMBINED = "^"
# name: (column of the panel, its label in each firm-year)
GROUPS: dict[str, tuple[str, pl.Expr]] = {
    "firm": ("firm_id", pl.col("firm_id")),
    "year": ("year", pl.col("year")),
    "city": ("city_code", pl.col("city_code")),
    "province": ("city_code", pl.col("city_code").str.slice(0, 2)),
    # A division of GB/T 4754-2002: of the 4 digits many industries have one exporter a year.
    "industry": ("industry_2002_code", pl.col("industry_2002_code").str.slice(0, 2)),
}


def columns_of_group(name: str) -> tuple[str, ...]:
    """The columns of the panel that tell the groups of a name or combination."""
    return tuple(dict.fromkeys(GROUPS[part][0] if part in GROUPS else part for part in name.split(COMBINED)))


def labels(name: str) -> pl.Expr:
    """The group of each firm-year: of a combination its labels with a space between; missing where one is."""
    parts = [GROUPS[part][1] if part in GROUPS else pl.col(part) for part in name.split(COMBINED)]
    return parts[0] if len(parts) == 1 else pl.concat_str(parts, separator=" ")
