"""This software as a wheel, made of the files that run: the same from a checkout and from an installation.

A checkout could be built by setuptools; an installation has no sources to build from, and the archive must hold what
made the tables, not what a registry offers later. Format: packaging.python.org, "Binary distribution format".
"""

import base64
import hashlib
from collections.abc import Iterator, Mapping
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from egov_assets.platform.code_version import PACKAGE
from egov_assets.platform.dbt_project import PROJECT

PARTS_OF_DBT = ("dbt_project.yml", "profiles.yml", "macros", "models", "tests")  # as setup.py says
LEFT_BY_DBT = ("dbt_project/target/", "dbt_project/logs/")
LICENCE = PACKAGE.parent / "LICENSE"  # of a checkout; an installation has it among its own files


def wheel_files() -> tuple[str, dict[str, bytes]]:
    """The wheel's file name, and path in it -> content, in order; its last file is the list of the others."""
    own = distribution(PACKAGE.name)
    info = f"{PACKAGE.name}-{own.version}.dist-info"
    files = {f"{PACKAGE.name}/{name}": path.read_bytes() for name, path in sorted(_package_files().items())}
    about = own.read_text("METADATA") or own.read_text("PKG-INFO")  # of an installation, and of an egg-info
    assert about, "every distribution says what it is"
    files[f"{info}/METADATA"] = about.encode()
    files[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: egov package\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files[f"{info}/entry_points.txt"] = (own.read_text("entry_points.txt") or "").encode()
    files[f"{info}/licenses/LICENSE"] = licence(own)
    files[f"{info}/RECORD"] = _record(files, f"{info}/RECORD").encode()
    return f"{PACKAGE.name}-{own.version}-py3-none-any.whl", files


def licence(own: Distribution) -> bytes:
    """The text of this software's licence."""
    if LICENCE.is_file():
        return LICENCE.read_bytes()
    return next(Path(str(file.locate())).read_bytes() for file in own.files or () if file.name == "LICENSE")


def requirements() -> list[str]:
    """`name==version` of every library that this software needs, however far, as installed here; sorted."""
    found: dict[str, str] = {}
    waiting, met = [(canonicalize_name(PACKAGE.name), "")], set[tuple[str, str]]()
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in met:
            continue
        met.add((name, extra))
        there = distribution(name)
        found[name] = there.version
        needed = [Requirement(text) for text in there.requires or ()]
        for each in needed:
            if each.marker is None or each.marker.evaluate({"extra": extra}):
                waiting += [(canonicalize_name(each.name), wanted) for wanted in ("", *each.extras)]
    del found[canonicalize_name(PACKAGE.name)]
    return [f"{name}=={version}" for name, version in sorted(found.items())]


def _package_files() -> dict[str, Path]:
    """Name below the package -> file: of a checkout the dbt project lies beside the package."""
    places = {path.relative_to(PACKAGE).as_posix(): path for path in PACKAGE.rglob("*")}
    for part in PARTS_OF_DBT:
        for path in (PROJECT / part, *(PROJECT / part).rglob("*")):
            places[f"dbt_project/{path.relative_to(PROJECT).as_posix()}"] = path
    return {
        name: path
        for name, path in places.items()
        if path.is_file() and "__pycache__" not in path.parts and not name.startswith(LEFT_BY_DBT)
    }


def _record(files: Mapping[str, bytes], own_name: str) -> str:
    def lines() -> Iterator[str]:
        for name, content in files.items():
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            yield f"{name},sha256={digest},{len(content)}"
        yield f"{own_name},,"

    return "".join(f"{line}\n" for line in lines())
