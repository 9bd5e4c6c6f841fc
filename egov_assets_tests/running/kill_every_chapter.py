"""Kill the real study in every chapter, one after another, and see whether it ends as an undisturbed one does.

    python -m egov_assets_tests.running.kill_every_chapter

Slow (some minutes), so no test of CI: there the real study is killed once, the small one in every chapter.
"""

import sys
import tempfile
import time
from pathlib import Path

from egov_assets.platform.processes import is_alive
from egov_assets_tests.running.finished_study import FinishedStudy

SCALE = "0.05"
VICTIMS = (  # the last table to appear before the kill, one of each chapter in the order of a run
    "raw_customs",
    "clean_exports",
    "egscore_index",
    "quality_moments",
    "firm_panel_ids",
    "iv_instruments",
    "firm_match",
    "product_quality",
    "city_moderators",
    "firm_panel",
    "table_06_instruments",
    "published_comparison",
)
PATIENCE_SECONDS = 300.0


def kill_after(study: FinishedStudy, table: str) -> None:
    """Start a run, and kill it without warning as soon as it has published the table."""
    begun = time.time()
    with study.start("run") as process:
        while not any(file.stat().st_mtime > begun for file in (study.folders.lake / table).rglob("data.parquet")):
            if process.poll() is not None or time.time() > begun + PATIENCE_SECONDS:
                raise RuntimeError(f"the run ended, or {PATIENCE_SECONDS:.0f} s passed, without {table}")
            time.sleep(0.02)
        workers = [int(each) for each in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]
        process.kill()
    while any(map(is_alive, workers)):
        time.sleep(0.1)


def main() -> int:
    with tempfile.TemporaryDirectory() as place:
        undisturbed, killed = FinishedStudy(Path(place) / "one"), FinishedStudy(Path(place) / "two")
        for study in (undisturbed, killed):
            study.egov("demo", "--scale", SCALE)
        undisturbed.egov("run")
        wanted, failed = undisturbed.hashes(), False
        for table in VICTIMS:
            kill_after(killed, table)
            found = {name: content for name, content in killed.hashes().items() if name.startswith("lake/")}
            bad = sorted(name for name, content in found.items() if wanted[name] != content)
            failed |= bool(bad)
            state = f"not as they should be: {', '.join(bad)}" if bad else "all whole"
            print(f"killed after {table}: {len(found)} tables, {state}")
        done = killed.egov("run")
        same = done.returncode == 0 and killed.hashes() == wanted and not killed.candidates()
        print(f"then run to its end: {len(wanted)} files, {'the same bytes' if same else 'NOT the same bytes'}")
        return int(failed or not same)


if __name__ == "__main__":
    sys.exit(main())
