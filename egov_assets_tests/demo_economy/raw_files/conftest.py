from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from egov_assets.demo_economy.raw_files.defect_list import DefectList
from egov_assets.demo_economy.raw_files.printer import print_raw_files
from egov_assets.demo_economy.raw_files.rates import Defects
from egov_assets.demo_economy.raw_files.registers import Registers, registers_of
from egov_assets.demo_economy.truth import read_truth
from egov_assets_tests.demo_economy.raw_files.tiny_economy import TinyEconomy, tiny_economy

EVERY_SURVEY_CLASS = {
    name: 0.02 for name, field in Defects.model_fields.items() if name.startswith("s") and field.annotation is not bool
}

MORE_TRAPS = {"numbered_works": 0.03, "same_core_other_city": 0.03}


@dataclass(frozen=True)
class Printed:
    """A tiny economy, printed."""

    economy: TinyEconomy
    registers: Registers
    raw: Path
    defects: pl.DataFrame

    def listed_rows(self, source_file: str) -> set[int]:
        """The rows of a file that carry a defect, counted from 1."""
        return set(self.defects.filter(pl.col("source_file") == source_file)["source_row"].drop_nulls())

    def rows_of(self, defect_class: str) -> pl.DataFrame:
        return self.defects.filter(pl.col("class") == defect_class)


def print_tiny(folder: Path, firms: int, seed: int) -> Printed:
    truth = read_truth().with_changes(defects=EVERY_SURVEY_CLASS, match_noise=MORE_TRAPS)
    economy = tiny_economy(firms, seed, truth)
    registers = registers_of(economy, seed, truth.match_noise)
    raw = folder / "raw"
    raw.mkdir(parents=True)
    with DefectList(folder / "defects.parquet") as listed:
        print_raw_files(economy, registers, raw, listed, lambda what, done, total: None)
    return Printed(economy, registers, raw, pl.read_parquet(folder / "defects.parquet"))


@pytest.fixture(scope="session")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Printed:
    return print_tiny(tmp_path_factory.mktemp("printed"), firms=600, seed=7)
