"""Customs files of a year: part files in the year's dialect, with names, codes and planted defects.

What belongs here: the way from lines (`customs_lines.py`) to bytes. Layouts: domain.md 1.2, defects: domain.md 1.6.
"""

import gzip
import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from egov_assets.demo_economy.random_streams import stream
from egov_assets.demo_economy.raw_files.customs_defects import with_row_defects
from egov_assets.demo_economy.raw_files.customs_dialects import (
    FIRST_YEAR_OF_PAIRS,
    MONTHLY_UNTIL,
    in_monthly_dialect,
    in_pairs,
    in_underscore_dialect,
    with_codes,
)
from egov_assets.demo_economy.raw_files.customs_lines import Goods, added_lines, lines_of_flows
from egov_assets.demo_economy.raw_files.customs_spellings import with_other_spellings, write_repeated_lines
from egov_assets.demo_economy.raw_files.defect_list import DefectList
from egov_assets.demo_economy.raw_files.rates import Defects
from egov_assets.demo_economy.raw_files.registers import Registers
from egov_assets.platform.validity import holding

PART_LINES = 60_000  # four to five parts at the default scale; bounds memory at any scale
GZIP_LEVEL = 2  # level 6 saves a tenth of the bytes and doubles the time
DOUBLED_PART_YEAR = 2011


def write_customs_year(
    flows: Iterator[pl.DataFrame],
    year: int,
    first_year: int,
    registers: Registers,
    defects: Defects,
    raw_folder: Path,
    listed: DefectList,
) -> int:
    """Write `customs/<year>/` part by part from the blocks of `flows(year)`; returns the number of lines.

    A flow of a firm outside customs (`in_customs` false) is not declared. Lines are sorted inside a part by company,
    product, destination and amount; first_year is that of the economy. Every planted defect goes to `listed`.
    """
    folder = raw_folder / "customs" / str(year)
    folder.mkdir(parents=True)
    firms = _customs_entries(registers.of_year(year))
    revision, earlier = holding("hs", year), holding("hs", first_year)
    lines_written, part = 0, 0
    for part, lines in enumerate(_parts(_lines(flows, year, defects, registers.seed)), start=1):
        rng = stream(registers.seed, "customs part", year, part)
        printed = with_row_defects(_with_firms_and_codes(lines, firms, year), defects, year, rng)
        name = _part_name(year, part)
        marks = printed.select("class", "detail")
        if year >= FIRST_YEAR_OF_PAIRS:
            of_spelling = stream(registers.seed, "customs spellings", year, part)
            text = pl.concat([in_pairs(printed, year), marks], how="horizontal")
            text = with_other_spellings(text, defects, of_spelling)
            marks, cells = text.select("class", "detail"), text.drop("class", "detail")
        else:
            in_dialect = in_monthly_dialect if year <= MONTHLY_UNTIL else in_underscore_dialect
            cells = in_dialect(printed, year)
        _write_part(cells, folder / name, year)
        listed.add_rows(f"customs/{year}/{name}", marks["class"], marks["detail"])
        if revision != earlier:
            note = f"HS{revision}, the files before hold HS{earlier}"
            listed.add_file(f"customs/{year}/{name}", "c06_later_hs_revision", note)
        lines_written += len(cells)
    if year >= FIRST_YEAR_OF_PAIRS and part:
        copy = f"export_{year}_{part + 1}.txt"
        write_repeated_lines(text, defects, folder / copy, f"customs/{year}/{copy}", listed, of_spelling)
    if defects.c20_doubled_part and year == DOUBLED_PART_YEAR and part:
        copy = _part_name(year, part + 1)
        shutil.copyfile(folder / _part_name(year, part), folder / copy)
        listed.add_file(f"customs/{year}/{copy}", "c20_doubled_part", f"the same bytes as {_part_name(year, part)}")
    return lines_written


def _part_name(year: int, part: int) -> str:
    return f"export_{year}_{part}.csv.gz" if year >= FIRST_YEAR_OF_PAIRS else f"tradedata_{year}_{part}.csv.gz"


def _customs_entries(firms: pl.DataFrame) -> pl.DataFrame:
    entries = firms.filter(pl.col("company_id").is_not_null()).select(
        "firm", "company_id", "customs_name", "customs_zip", "customs_phone", "ownership_code",
        "city_name", "city_short_name", "province_name", "is_intermediary",
    )  # fmt: skip
    street = pl.col("firm") % 997 + 1
    province = pl.when(pl.col("province_name") == pl.col("city_name")).then(pl.lit("")).otherwise("province_name")
    address = province + pl.col("city_name") + pl.lit("演示路") + street.cast(pl.String) + "号"
    zone_names = {"1": "特区", "2": "经济技术开发区", "3": "高新技术产业开发区", "5": "出口加工区"}
    zone = pl.col("company_id").str.slice(4, 1).replace_strict(zone_names, default="其他", return_dtype=pl.String)
    return entries.with_columns(address=address, place=pl.col("city_short_name") + zone)


def _lines(flows: Iterator[pl.DataFrame], year: int, defects: Defects, seed: int) -> Iterator[pl.DataFrame]:
    goods = Goods.from_reference()
    for block, of_block in enumerate(flows):
        rng = stream(seed, "customs lines", year, block)
        lines = lines_of_flows(of_block, rng)
        yield pl.concat([lines, added_lines(lines, goods, defects, year, rng)])


def _parts(blocks: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """The same lines in frames of PART_LINES, the last one shorter."""
    waiting: list[pl.DataFrame] = []
    for block in blocks:
        waiting.append(block)
        if sum(map(len, waiting)) >= PART_LINES:
            ready = pl.concat(waiting)
            while len(ready) >= PART_LINES:
                yield ready.head(PART_LINES)
                ready = ready.slice(PART_LINES)
            waiting = [ready]
    rest = pl.concat(waiting) if waiting else None
    if rest is not None and len(rest):
        yield rest


def _with_firms_and_codes(lines: pl.DataFrame, firms: pl.DataFrame, year: int) -> pl.DataFrame:
    entered = lines.join(firms, on="firm", how="inner", maintain_order="left")
    return with_codes(entered, year).sort(
        "company_id", "hs8", "destination_iso3", "value_cents", "quantity_hundredths", "port", maintain_order=True
    )


def _write_part(table: pl.DataFrame, path: Path, year: int) -> None:
    """CSV in GB18030, from 2012 in UTF-8 with BOM, gzipped without time stamp or name: same table, same bytes."""
    text = io.BytesIO()
    table.write_csv(text, float_precision=2, null_value="NULL" if year >= FIRST_YEAR_OF_PAIRS else "")
    written = text.getvalue()
    encoded = b"\xef\xbb\xbf" + written if year >= FIRST_YEAR_OF_PAIRS else written.decode().encode("gb18030")
    path.write_bytes(gzip.compress(encoded, compresslevel=GZIP_LEVEL, mtime=0))
