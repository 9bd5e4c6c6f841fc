"""The built wheel in an environment without the checkout: two studies in folders of their own, and the UI over one."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pyfixest
import pytest

from egov_assets_tests.running.served import served_ui

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).parents[2]
EXAMPLE = PROJECT / "docs" / "examples" / "foreign_capital"
LEFT_OUT = shutil.ignore_patterns(".*", "outputs", "demo", "build", "target", "*.egg-info", "__pycache__")


@dataclass(frozen=True)
class Installed:
    """An environment with the wheel and the libraries of this one, and an empty folder to work in."""

    place: Path
    source_files: frozenset[str]  # as they should lie in the installed package

    @property
    def egov_command(self) -> list[str]:
        return [str(self.place / "environment" / "bin" / "egov")]

    @property
    def package(self) -> Path:
        return next((self.place / "environment").glob("lib/python*/site-packages/egov_assets"))

    @property
    def environment(self) -> dict[str, str]:
        return {
            name: value for name, value in os.environ.items() if not name.startswith(("EGOV_", "PYTHON", "DAGSTER"))
        }

    def files(self) -> set[str]:
        """What lies in the installed package."""
        return {path.relative_to(self.package).as_posix() for path in self.package.rglob("*") if path.is_file()}

    def egov(self, folder: Path, *arguments: str) -> str:
        command = [*self.egov_command, *arguments]
        done = subprocess.run(command, cwd=folder, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    place = tmp_path_factory.mktemp("installed")
    shutil.copytree(PROJECT, place / "source", ignore=LEFT_OUT)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    wheel = [*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", str(place), str(place / "source")]
    subprocess.run(wheel, check=True)
    source_files = frozenset(
        path.relative_to(place / "source").as_posix().removeprefix("egov_assets/")
        for part in ("egov_assets", "dbt_project")
        for path in (place / "source" / part).rglob("*")
        if path.is_file()
    )
    shutil.rmtree(place / "source")
    environment = place / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    # The libraries alone: what an editable install leaves among them is not followed from here.
    packages = next(environment.glob("lib/python*/site-packages"))
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    built = next(place.glob("*.whl"))
    python = str(environment / "bin" / "python")
    subprocess.run([*pip, "--python", python, "install", "--no-deps", str(built)], check=True)
    return Installed(place, source_files)


@pytest.fixture(scope="module")
def study(installed: Installed) -> Path:
    """A new study on the demo, made by the installed software in an empty folder."""
    installed.egov(installed.place, "init", "my study")
    folder = installed.place / "my study"
    installed.egov(folder, "demo", "--scale", "0.05")
    installed.egov(folder, "run")
    return folder


def test_the_wheel_holds_every_file_of_the_package_and_of_the_dbt_project(installed: Installed):
    assert len(installed.source_files) > 300
    assert installed.source_files - installed.files() == set()


def test_a_new_study_is_made_in_its_own_folder_and_nothing_is_written_elsewhere(study: Path, installed: Installed):
    assert "The baseline" in installed.egov(installed.place, "--study", "my study", "tables")
    assert (study / "outputs" / "tables" / "my_table.docx").exists()
    assert (study / "outputs" / "replication_report.html").exists()
    assert {path.name for path in installed.place.iterdir() if path.suffix != ".whl"} == {"environment", "my study"}
    assert {path.name for path in study.iterdir()} == {
        *("study.yml", "corrections.yml", "CHECKLIST.md", "raw", "truth", "outputs"),
    }
    assert {name for name in installed.files() - installed.source_files if "__pycache__" not in name} == set()


def test_a_study_without_a_paper_has_nothing_of_it(study: Path):
    made = {path.name for path in (study / "outputs" / "lake").iterdir()}
    assert "regression_tables" in made
    assert not made & {
        "published_comparison",
        "paper_audit",
        "theory",
        "data_claims",
        "specification_curve",
        "table_02_baseline",
    }
    report = (study / "outputs" / "replication_report.html").read_text("utf-8")
    assert "The baseline" in report and not re.search(r"<th[^>]*>published", report)


def test_the_ui_of_the_installed_software_answers(study: Path, installed: Installed):
    with (
        served_ui(installed.environment, installed.egov_command, study) as address,
        urllib.request.urlopen(address, timeout=10) as page,
    ):
        assert "dagster" in page.read().decode().lower()


@pytest.fixture(scope="module")
def example(study: Path, installed: Installed) -> Path:
    """The second example on the same files."""
    folder = installed.place / "foreign_capital"
    shutil.copytree(EXAMPLE, folder)
    shutil.copytree(study / "raw", folder / "raw", dirs_exist_ok=True)
    assert "Foreign capital and export varieties" in installed.egov(folder, "run")
    return folder


def test_another_question_needs_no_python(example: Path):
    """Column 2 of its first table, estimated again from the panel."""
    panel = pl.read_parquet(example / "outputs" / "lake" / "firm_panel" / "data.parquet").to_pandas()
    again = pyfixest.feols("imp ~ fdi + Con_inc + Con_gdp | firm_id + year", panel, vcov={"CRV1": "city_code"})
    estimates = pl.read_parquet(example / "outputs" / "tables" / "estimates.parquet")
    assert estimates["table"].unique().sort().to_list() == ["by_ports", "by_region", "varieties"]
    cell = estimates.filter(table="varieties", column="2", term="fdi", variant="cluster_city").row(0, named=True)
    assert cell["estimate"] == pytest.approx(again.coef()["fdi"], rel=1e-8)


def test_a_file_of_ones_own_is_a_variable_and_a_sample_of_its_tables(example: Path):
    """Column 2 of the table of ports, with the figures of the file looked up by the province's name."""
    panel = pl.read_parquet(example / "outputs" / "lake" / "firm_panel" / "data.parquet")
    ports = dict(pl.read_csv(EXAMPLE / "raw" / "ports" / "ports.csv").iter_rows())
    places = pl.read_csv(PROJECT / "egov_assets" / "platform" / "reference" / "prefectures.csv", infer_schema=False)
    names = dict(places.select("province_code", "province_zh").iter_rows())
    of_firm = [ports.get(names.get(code)) for code in panel["province_code"]]
    assert panel["ports"].to_list() == of_firm
    chosen = panel.filter(panel["ports"] >= 6, panel["province_code"] != "440000").to_pandas()
    again = pyfixest.feols("imp ~ fdi | firm_id + year", chosen, vcov={"CRV1": "city_code"})
    estimates = pl.read_parquet(example / "outputs" / "tables" / "estimates.parquet")
    cell = estimates.filter(table="by_ports", column="2", term="fdi", variant="cluster_city").row(0, named=True)
    assert cell["estimate"] == pytest.approx(again.coef()["fdi"], rel=1e-8)
