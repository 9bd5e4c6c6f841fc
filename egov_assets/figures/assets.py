"""The pictures of the study."""

from pathlib import Path

import dagster as dg
import polars as pl

from egov_assets.figures.schema import Figures
from egov_assets.platform.folders import Folders
from egov_assets.platform.lake_asset import lake_asset

SHOWN = (
    "baseline",
    "binned_scatter",
    "first_stages",
    "distributions",
    "specification_curve",
    "sample_flow",
)  # in the UI too


def figures_asset(has_paper: bool) -> dg.AssetsDefinition:
    """The asset `figures`: those of the paper's study, or of one without a paper, which shows panel and sample flow."""

    @lake_asset(
        schema=Figures,
        group="figures",
        by_year=False,
        kinds=("matplotlib",),
        gathers=("regression_tables", "published_comparison", "specification_curve") if has_paper else (),
    )
    def figures(
        firm_panel: pl.DataFrame,
        sample_flow: pl.DataFrame,
        firm_match_report: pl.DataFrame,
        folders: Folders,
        **of_the_paper: pl.DataFrame,
    ) -> tuple[pl.DataFrame, dict[str, Path]]:
        """Coefficient plots, specification curve, binned scatter, first stages, distributions, flow, figures 1 to 4.

        Out  outputs/figures: each as .svg, .png and .pdf, in English and (_zh) Chinese; else distributions and flow
        """
        from egov_assets.figures.all_figures import paper_figures, study_figures, write_figures

        drawn = study_figures(firm_panel, sample_flow, firm_match_report)
        if of_the_paper:
            drawn = paper_figures(firm_panel, *of_the_paper.values()) | drawn
        folder = folders.outputs / "figures"
        files = write_figures(drawn, folder)
        return files, {name: folder / f"{name}.png" for name in SHOWN if name in files["figure"]}

    return figures


figures = figures_asset(has_paper=True)
