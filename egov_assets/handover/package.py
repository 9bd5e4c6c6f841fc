"""The replication archive of a study: what is in it, and its bytes, which are the same for the same study."""

import hashlib
import os
import platform
import shutil
import zipfile
from collections.abc import Mapping, Sequence
from importlib.metadata import distribution
from io import BytesIO
from pathlib import Path

import dagster as dg
import polars as pl

from egov_assets.alerts.run_report import WHAT_TAG, YEAR_TAG
from egov_assets.handover.availability import Statement, raw_files, statements
from egov_assets.handover.descriptors import Resource, data_package, ro_crate
from egov_assets.handover.package_readme import Contents, readme
from egov_assets.handover.wheel import licence, requirements, wheel_files
from egov_assets.platform.code_version import PACKAGE
from egov_assets.platform.folders import STUDY_FILE, Folders
from egov_assets.platform.lake import TableMissing, file_hash
from egov_assets.platform.written_files import unfinished_file
from egov_assets.platform.years import YEARS
from egov_assets.regression_tables.specifications import read_specifications
from egov_assets.running.instance import prepare_home

NO_DATE = (1980, 1, 1, 0, 0, 0)  # a zip member must have one; the first that it can say
READ_AND_WRITE = 0o644 << 16
SHOWN_TABLES = (".md", ".csv", ".html", ".tex", ".png", ".svg")  # Word files say when they were made
TITLE = "Replication archive of an egov_assets study"
ESTIMATES = "expected/tables/estimates.csv"

Content = bytes | Path  # a file is read when it is written: raw files may be larger than memory


def archive_files(
    folders: Folders, specs: Mapping[str, dg.AssetSpec], extra: Mapping[str, Content], raw_travels: bool
) -> dict[str, Content]:
    """Path in the archive -> content, in order.

    specs        the study's assets by name
    extra        what else goes in: the stand-in study, or the answers of the demo
    raw_travels  put the raw files in
    Raises       TableMissing if no run has listed the files or made the tables
    """
    wheel, code = wheel_files()
    said, own = statements(folders), distribution(PACKAGE.name)
    results = {path.relative_to(folders.outputs).as_posix(): path.read_bytes() for path in _results(folders)}
    tables = {f"outputs/{name}": content for name, content in results.items() if name.startswith("tables/")}
    if not tables:
        raise TableMissing(f"there is no table in {folders.tables}. `egov run` makes them.")
    contents = Contents(
        said, raw_travels, wheel, own.version, made_tables(folders, specs), run_times(folders), machine(), YEARS
    )
    files: dict[str, Content] = {
        "LICENSE.txt": licence(own),
        "README.md": readme(contents).encode(),
        f"code/{wheel}": zipped(code),
        "code/requirements.txt": "".join(f"{line}\n" for line in requirements()).encode(),
        STUDY_FILE: f"years: {list(YEARS)}\n".encode(),  # unless the study has one
        **{path.name: path.read_bytes() for path in folders.settings_files},
        **{f"expected/{name}": content for name, content in results.items()},
        "expected/tables.sha256": _sums(tables),
        "expected/lake.csv": _lake_hashes(folders),
        "raw_files.csv": _listed(said),
        **({f"raw/{name}": path for name, path in raw_files(folders).items()} if raw_travels else {}),
        **extra,
    }
    columns = specs["regression_tables"].metadata["dagster/column_schema"]
    described = (
        [Resource(ESTIMATES, *stated(files[ESTIMATES]), columns, "Every estimate")] if ESTIMATES in files else []
    )
    files["datapackage.json"] = data_package(described, TITLE).encode()
    files = dict(sorted(files.items()))
    parts = {name: stated(content) for name, content in files.items()}
    files["ro-crate-metadata.json"] = ro_crate(parts, TITLE, f"code/{wheel}", own.version).encode()
    files["checksums.sha256"] = _sums(files)
    return files


def stated(content: Content) -> tuple[int, str]:
    """Bytes and SHA-256 of a content."""
    if isinstance(content, Path):
        return content.stat().st_size, file_hash(content)
    return len(content), hashlib.sha256(content).hexdigest()


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The files as a zip in their order; the same files give the same bytes."""
    held = BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        _fill(archive, files, "")
    return held.getvalue()


def write_archive(files: Mapping[str, Content], path: Path) -> None:
    """The archive, whole or not at all; everything lies in one folder, named as the file."""
    with unfinished_file(path) as unfinished, zipfile.ZipFile(unfinished, "w") as archive:
        _fill(archive, files, f"{path.stem}/")


def _fill(archive: zipfile.ZipFile, files: Mapping[str, Content], folder: str) -> None:
    for name, content in files.items():
        member = zipfile.ZipInfo(folder + name, NO_DATE)
        member.compress_type, member.external_attr = zipfile.ZIP_DEFLATED, READ_AND_WRITE
        member.file_size = stated(content)[0]
        with (
            archive.open(member, "w") as target,
            content.open("rb") if isinstance(content, Path) else BytesIO(content) as source,
        ):
            shutil.copyfileobj(source, target)


def _results(folders: Folders) -> list[Path]:
    """Tables and figures for people, and the comparison with print: sums over firms, no row of any."""
    found = [*folders.tables.rglob("*"), *(folders.outputs / "figures").rglob("*")]
    found += [folders.outputs / "published_comparison.csv"]
    return sorted(path for path in found if path.is_file() and path.suffix in SHOWN_TABLES)


def _sums(files: Mapping[str, Content]) -> bytes:
    """As `sha256sum --check` reads it."""
    lines = (f"{stated(content)[1]}  {name}\n" for name, content in files.items())
    return "".join(lines).encode()


def _listed(said: Sequence[Statement]) -> bytes:
    rows = [(each.folder, *file) for each in said for file in each.files]
    return pl.DataFrame(rows, schema=["source", "file", "bytes", "sha256"], orient="row").write_csv().encode()


def _lake_hashes(folders: Folders) -> bytes:
    paths = sorted(folders.lake.rglob("data.parquet"))
    lines = (f"{path.relative_to(folders.lake).as_posix()},{file_hash(path)}\n" for path in paths)
    return ("file,sha256\n" + "".join(lines)).encode()


def made_tables(folders: Folders, specs: Mapping[str, dg.AssetSpec]) -> list[tuple[str, str, str, str]]:
    """(printed table or figure, its file in the archive, asset, source file) of all that the study prints."""
    assets = {"table_01": "table_01_descriptives"}
    assets |= {name: table.asset or name for name, table in read_specifications(folders.study_file).items()}
    made = [
        (name, f"expected/tables/{name}.md", asset, _source(specs[asset]))
        for name, asset in assets.items()
        if (folders.tables / f"{name}.md").exists()
    ]
    figures = sorted((folders.outputs / "figures").glob("*.svg"))
    return made + [
        (path.stem, f"expected/figures/{path.name}", "figures", _source(specs["figures"])) for path in figures
    ]


def _source(spec: dg.AssetSpec) -> str:
    return f"{PACKAGE.name}/{spec.group_name}/assets.py"


def run_times(folders: Folders) -> list[tuple[str, str, float]]:
    """(what, year or nothing, seconds) of the latest successful run of each, in the order in which they ended."""
    if not folders.dagster_home.is_dir():
        return []
    latest: dict[tuple[str, str], tuple[float, float]] = {}
    with dg.DagsterInstance.from_config(str(prepare_home(folders))) as instance:
        records = instance.get_run_records(dg.RunsFilter(statuses=[dg.DagsterRunStatus.SUCCESS]))
    for record in reversed(records):
        if record.start_time and record.end_time:
            tags = record.dagster_run.tags
            what = (tags.get(WHAT_TAG) or record.dagster_run.job_name, tags.get(YEAR_TAG, ""))
            latest[what] = (record.end_time, record.end_time - record.start_time)
    return [(*what, seconds) for what, (_, seconds) in sorted(latest.items(), key=lambda each: (each[1][0], each[0]))]


def machine() -> list[str]:
    """Processors, memory, system and Python of this machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30 if hasattr(os, "sysconf") else 0.0
    return [
        f"{os.cpu_count()} processors ({platform.machine()})",
        *([f"{memory:.0f} GiB of memory"] if memory else []),
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
    ]
