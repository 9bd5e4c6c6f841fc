import hashlib
from pathlib import Path

import polars as pl
import pytest

from egov_assets.demo_economy import write
from egov_assets.demo_economy.raw_files.printer import README
from egov_assets.demo_economy.truth import Truth, read_truth
from egov_assets_tests.demo_economy.raw_files.conftest import print_tiny
from egov_assets_tests.demo_economy.raw_files.tiny_economy import TinyEconomy, tiny_economy

pytestmark = pytest.mark.slow


def hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def without_behaviour(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tiny economy instead of the simulation, and only the links as its truth: fast."""

    def only_links(economy: TinyEconomy, links: pl.DataFrame, folder: Path) -> None:
        links.write_parquet(folder / "firm_links.parquet")

    monkeypatch.setattr(write, "simulate", lambda truth: tiny_economy(60, truth.seed, truth))
    monkeypatch.setattr(write, "write_truth", only_links)


def truth_of(seed: int) -> Truth:
    return read_truth().model_copy(update={"seed": seed})


def test_same_seed_same_bytes_other_seed_other_bytes(tmp_path: Path):
    first, again, other = (
        hashes(print_tiny(tmp_path / name, firms=60, seed=seed).raw.parent)
        for name, seed in (("first", 3), ("again", 3), ("other", 4))
    )
    assert first == again
    assert first["raw/customs/2010/tradedata_2010_1.csv.gz"] != other["raw/customs/2010/tradedata_2010_1.csv.gz"]


@pytest.mark.usefixtures("without_behaviour")
def test_an_earlier_demo_is_replaced_and_nothing_else_is_left(tmp_path: Path):
    for seed in (1, 2):
        write.write_demo_economy(truth_of(seed), tmp_path / "raw", tmp_path / "truth")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["raw", "truth"]
    write.write_demo_economy(truth_of(2), tmp_path / "raw_2", tmp_path / "truth_2")
    assert hashes(tmp_path / "raw") == hashes(tmp_path / "raw_2")
    assert hashes(tmp_path / "truth") == hashes(tmp_path / "truth_2")
    assert (tmp_path / "raw" / "README.md").read_text(encoding="utf-8") == README


@pytest.mark.usefixtures("without_behaviour")
def test_a_folder_with_other_files_is_refused_and_kept(tmp_path: Path):
    mine = tmp_path / "raw" / "customs" / "mine.csv"
    mine.parent.mkdir(parents=True)
    mine.write_text("a,b\n")
    with pytest.raises(write.FolderHoldsOtherData, match="raw: not empty"):
        write.write_demo_economy(truth_of(1), tmp_path / "raw", tmp_path / "truth")
    assert mine.read_text() == "a,b\n"


@pytest.mark.usefixtures("without_behaviour")
def test_a_run_that_dies_leaves_the_demo_of_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    write.write_demo_economy(truth_of(1), tmp_path / "raw", tmp_path / "truth")
    before = hashes(tmp_path / "raw")

    def dies(what: str, done: int, total: int) -> None:
        if what == "customs 2011":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write.write_demo_economy(truth_of(2), tmp_path / "raw", tmp_path / "truth", dies)
    assert hashes(tmp_path / "raw") == before


@pytest.mark.usefixtures("without_behaviour")
def test_progress_counts_up_to_the_total(tmp_path: Path):
    told: list[tuple[int, int]] = []
    write.write_demo_economy(
        truth_of(1), tmp_path / "raw", tmp_path / "truth", lambda what, done, total: told.append((done, total))
    )
    assert told == [(step, len(told)) for step in range(1, len(told) + 1)]


@pytest.mark.usefixtures("without_behaviour")
def test_links_name_every_firm_of_a_register_once_a_year(tmp_path: Path):
    write.write_demo_economy(truth_of(1), tmp_path / "raw", tmp_path / "truth")
    links = pl.read_parquet(tmp_path / "truth" / "firm_links.parquet")
    assert links.columns == ["firm", "year", "company_id", "survey_firm_id", "city_code"]
    for code in ("company_id", "survey_firm_id"):
        assert not links.filter(pl.col(code).is_not_null()).select("year", code).is_duplicated().any()
