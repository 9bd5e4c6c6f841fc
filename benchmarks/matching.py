"""How fast firms are matched, against naive pandas merging, and how time grows with their number.

    python benchmarks/matching.py                  exact steps, 10,000 to 300,000 survey firms a year
    python benchmarks/matching.py --probabilistic  the Splink step as well

The firms are those of the demo economy at larger scales, in all years of the study: ids are chained and names carried
across them. Processor seconds are those of all threads. Each measurement is a process of its own; its peak memory
includes Python and the libraries, and is not known on Windows.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import polars as pl

from egov_assets.platform.years import YEARS

SURVEY_FIRMS = (10_000, 30_000, 100_000, 300_000)
SURVEY_FIRMS_AT_SCALE_1 = 6_900


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--probabilistic", action="store_true", help="measure the Splink step too")
    parser.add_argument("--measure", choices=MEASURES, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--count", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(MEASURES[options.measure](options.folder, options.count)))
    else:
        compare(["pandas", "exact", *(["probabilistic"] if options.probabilistic else [])])


def compare(measures: list[str]) -> None:
    """Print one line per size and measure: seconds, peak memory, processor time against pandas and the size before.

    survey and customs are the firms of a mean year
    """
    print(
        f"{'survey':>8} {'customs':>8}  {'measure':<14} {'seconds':>8} {'processor':>9} {'peak GiB':>8}"
        f" {'of pandas':>9} {'growth':>22}"
    )
    before: dict[str, tuple[int, float]] = {}
    for count in SURVEY_FIRMS:
        with tempfile.TemporaryDirectory() as folder:
            survey, customs = _measured("make", folder, count)
            processor: dict[str, float] = {}
            for measure in measures:
                found = _measured(measure, folder, count)
                processor[measure] = found["processor"]
                ratio = f"{processor[measure] / processor['pandas']:.2f}"
                growth = ""
                if measure in before:
                    firms, earlier = before[measure]
                    growth = f"x{processor[measure] / earlier:.1f} for x{survey / firms:.1f} firms"
                before[measure] = survey, processor[measure]
                peak = f"{found['peak_gib']:.2f}" if found["peak_gib"] else "-"
                size = f"{survey:>8} {customs:>8}  {measure:<14}"
                times = f"{found['seconds']:>8.2f} {processor[measure]:>9.2f}"
                print(f"{size} {times} {peak:>8} {ratio:>9} {growth:>22}", flush=True)


def _measured(measure: str, folder: str, count: int) -> Any:
    # The firms too are made by a process of their own: on Linux a child's peak begins at its parent's size.
    command = [sys.executable, __file__, "--measure", measure, "--folder", folder, "--count", str(count)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def write_firms(folder: Path, count: int) -> tuple[int, int]:
    """The demo's registers as clean tables have them; returns the number of survey and customs firms a year."""
    from egov_assets.demo_economy.economy import simulate
    from egov_assets.demo_economy.raw_files.registers import registers_of
    from egov_assets.demo_economy.truth import read_truth

    truth = read_truth().with_changes(scale=count / SURVEY_FIRMS_AT_SCALE_1)
    registers = registers_of(simulate(truth), truth.seed, truth.match_noise)
    firms = pl.concat([registers.of_year(year) for year in YEARS])
    customs = firms.drop_nulls("company_id").select(
        "company_id", "year", "city_code", "ownership_code", company_name="customs_name", zip_code="customs_zip",
        phone="customs_phone", export_value_usd=pl.lit(1e6),
    )  # fmt: skip
    survey = firms.filter("in_survey").select(
        "survey_firm_id", "year", "city_code", "legal_person", "industry_2002_code", "registration_type_code",
        "opening_year", "revenue_thousand_cny", firm_name="survey_name", zip_code="survey_zip", phone="survey_phone",
        region_code="city_code",
    )  # fmt: skip
    customs.write_parquet(folder / "customs.parquet")
    survey.write_parquet(folder / "survey.parquet")
    return survey.height // len(YEARS), customs.height // len(YEARS)


def exact_steps(folder: Path, _: int) -> dict[str, float | None]:
    """Panel ids, identities, and the steps of the baseline."""
    return _ours(folder, probabilistic=False)


def probabilistic(folder: Path, _: int) -> dict[str, float | None]:
    """All that and the Splink step."""
    return _ours(folder, probabilistic=True)


def _ours(folder: Path, probabilistic: bool) -> dict[str, float | None]:
    from egov_assets.firm_match.identities import firm_identities
    from egov_assets.firm_match.match import accepted_pairs, match_candidates
    from egov_assets.firm_match.panel_ids import firm_panel_ids
    from egov_assets.firm_match.settings import FirmMatchSettings

    settings = FirmMatchSettings(probabilistic=probabilistic)
    start = _clocks()
    customs, survey = (pl.read_parquet(folder / f"{register}.parquet") for register in ("customs", "survey"))
    identities = firm_identities(customs, survey, firm_panel_ids(survey), settings)
    matched = sum(accepted_pairs(match_candidates(identities, year, settings)).height for year in YEARS)
    return _spent(start) | {"matched": matched}


def naive_pandas(folder: Path, _: int) -> dict[str, float | None]:
    """The published two steps as scripts do them: clean each name, merge, drop duplicates; then zip and phone."""
    import re
    import unicodedata

    import pandas as pd

    start = _clocks()
    customs, survey = (pd.read_parquet(folder / f"{register}.parquet") for register in ("customs", "survey"))
    for firms, column in ((customs, "company_name"), (survey, "firm_name")):
        firms["name"] = [
            re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name or "")).upper() for name in firms[column]
        ]
        firms["phone7"] = [re.sub(r"\D", "", phone or "")[-7:] for phone in firms["phone"]]
    matched = []
    for key in (["year", "name"], ["year", "zip_code", "phone7"]):
        pairs = customs.merge(survey, on=key, suffixes=("", "_survey"))
        for firm in ("company_id", "survey_firm_id"):
            pairs = pairs.drop_duplicates(["year", firm])
        matched.append(pairs[["year", "company_id", "survey_firm_id"]])
        customs = _without(customs, pairs, "company_id")
        survey = _without(survey, pairs, "survey_firm_id")
    return _spent(start) | {"matched": len(pd.concat(matched))}


def _without(firms: Any, pairs: Any, firm: str) -> Any:
    """The firms of a pandas frame that are in no pair of their year."""
    left = firms.merge(pairs[["year", firm]], on=["year", firm], how="left", indicator=True)
    return left[left["_merge"] == "left_only"].drop(columns="_merge")


def _clocks() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _spent(since: tuple[float, float]) -> dict[str, float | None]:
    seconds, processor = (now - then for now, then in zip(_clocks(), since, strict=True))
    return {"seconds": seconds, "processor": processor, "peak_gib": _peak_gib()}


def _peak_gib() -> float | None:
    try:
        import resource
    except ImportError:  # Windows
        return None
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    return kilobytes / 2**20


MEASURES = {"make": write_firms, "pandas": naive_pandas, "exact": exact_steps, "probabilistic": probabilistic}

if __name__ == "__main__":
    main()
