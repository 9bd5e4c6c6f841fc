"""What setup.cfg cannot say: the wheel holds the dbt project, which lies beside the package in a checkout."""

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

PARTS = ("dbt_project.yml", "profiles.yml", "macros", "models", "tests")  # not what dbt leaves there


class BuildWithDbtProject(build_py):
    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        for file in (file for part in PARTS for file in _files(Path("dbt_project") / part)):
            target = Path(self.build_lib) / "egov_assets" / file
            self.mkpath(str(target.parent))
            self.copy_file(str(file), str(target))


def _files(place: Path) -> list[Path]:
    return sorted(path for path in place.rglob("*") if path.is_file()) if place.is_dir() else [place]


setup(cmdclass={"build_py": BuildWithDbtProject})
