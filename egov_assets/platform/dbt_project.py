"""Where the dbt project lies: in the installed package, to which the wheel adds it, or at the root of a checkout."""

from pathlib import Path

_INSTALLED = Path(__file__).parents[1] / "dbt_project"
IS_INSTALLED = _INSTALLED.is_dir()
PROJECT = _INSTALLED if IS_INSTALLED else Path(__file__).parents[2] / "dbt_project"
