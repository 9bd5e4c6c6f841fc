"""The pictures of the study."""

from pathlib import Path

import polars as pl

from egov_assets.figures.schema import Figures
from egov_assets.platform.folders import Folders
from egov_assets.platform.lake_asset import lake_asset

SHOWN = ("baseline", "binned_scatter", "first_stages", "distributions", "specification_curve")  # in the UI too


@lake_asset(schema=Figures, group="figures", by_year=False, kinds=("matplotlib",))
def figures(
    firm_panel: pl.DataFrame,
    regression_tables: pl.DataFrame,
    published_comparison: pl.DataFrame,
    specification_curve: pl.DataFrame,
    folders: Folders,
) -> tuple[pl.DataFrame, dict[str, Path]]:
    """Coefficient plots, specification curve, binned scatter, first stages, distributions, and figures 1 to 4.

    Out  outputs/figures: each as .svg and .png, in English and (_zh) Chinese
    """
    from egov_assets.figures.all_figures import study_figures, write_figures

    drawn = study_figures(firm_panel, regression_tables, published_comparison, specification_curve)
    folder = folders.outputs / "figures"
    files = write_figures(drawn, folder)
    return files, {name: folder / f"{name}.png" for name in SHOWN if name in files["figure"]}
