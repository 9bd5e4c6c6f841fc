"""What `column_readings` says of cells that could not be read, in sentences for people."""

import polars as pl


def readings_in_words(readings: pl.DataFrame) -> list[str]:
    """One sentence per row of `column_readings` in which some cell says nothing, or less than its column should."""
    return [
        f"{row['source']} {row['column_name']}: {' and '.join(_parts(row))}" for row in readings.iter_rows(named=True)
        if row["understood"] < row["filled"] or row["understood_in_part"]
    ]  # fmt: skip


def _parts(row: dict[str, str | int]) -> list[str]:
    parts = []
    if unread := int(row["filled"]) - int(row["understood"]):
        parts.append(f"{unread:,} of {row['filled']:,} cells cannot be read: {row['most_frequent_unread']}")
    if in_part := row["understood_in_part"]:
        parts.append(f"{in_part:,} of {row['filled']:,} cells say less than the column should")
    return parts
