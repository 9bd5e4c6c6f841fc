"""Prints a whole economy as raw files."""

from collections.abc import Callable
from pathlib import Path

from egov_assets.demo_economy.economy import Economy
from egov_assets.demo_economy.raw_files.city_tables import write_city_tables
from egov_assets.demo_economy.raw_files.customs import write_customs_year
from egov_assets.demo_economy.raw_files.defect_list import DefectList
from egov_assets.demo_economy.raw_files.firm_survey import write_survey_year
from egov_assets.demo_economy.raw_files.registers import Registers
from egov_assets.demo_economy.raw_files.scores import write_scores_year
from egov_assets.demo_economy.raw_files.tariffs import write_tariffs
from egov_assets.demo_economy.raw_files.work_reports import write_work_reports
from egov_assets.demo_economy.raw_files.yearbooks import write_city_yearbook, write_province_yearbook
from egov_assets.demo_economy.truth import Truth

README = """# Invented raw files

Every file below this folder is synthetic: made by a program, in the layouts in which researchers meet the customs
records, the industrial firm survey, the yearbooks, website scores and work reports of China. No firm, person, phone,
amount or score in them is real; the city and province names and the code lists are. Company names carry beasts of
legend, addresses the street 演示路, workbooks a sheet 说明, texts a first line that says so.

The files are in the public domain (CC0 1.0, https://creativecommons.org/publicdomain/zero/1.0/). Their defects are
planted on purpose and listed in the truth folder, `defects.parquet`.
"""

Progress = Callable[[str, int, int], None]


def file_steps(truth: Truth) -> int:
    """How many times `print_raw_files` will tell its progress."""
    return 5 * len(truth.years) + 3


def print_raw_files(
    economy: Economy, registers: Registers, folder: Path, listed: DefectList, progress: Progress
) -> None:
    """Write all raw files of the economy below `folder` (empty, existing); planted defects go to `listed`.

    progress  called as (what, done, total) after each file or year of files
    """
    truth, years = economy.parameters, economy.parameters.years
    done, total = 0, file_steps(truth)

    def finished(what: str) -> None:
        nonlocal done
        done += 1
        progress(what, done, total)

    (folder / "README.md").write_text(README, encoding="utf-8")
    for name in ("egov_scores", "city_yearbook", "province_yearbook"):
        (folder / name).mkdir()
    for year in years:
        write_customs_year(economy.flows(year), year, years[0], registers, truth.defects, folder, listed)
        finished(f"customs {year}")
        write_survey_year(year, registers, truth.defects, folder, listed)
        finished(f"firm survey {year}")
        write_scores_year(economy.city_years, year, truth.seed, folder)
        finished(f"website scores {year}")
        write_city_yearbook(economy.cities, economy.city_years, year, truth.seed, truth.defects, folder, listed)
        finished(f"city yearbook {year}")
        write_work_reports(economy.city_years, year, truth.seed, folder)
        finished(f"work reports {year}")
    write_province_yearbook(economy.province_years, years, folder)
    finished("province yearbook")
    write_city_tables(economy.cities, economy.city_years, folder)
    finished("city tables")
    write_tariffs(years, truth.seed, folder)
    finished("tariffs")
