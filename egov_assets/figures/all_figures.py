"""Every figure of the study in both languages, by name."""

from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import polars as pl
from matplotlib.figure import Figure

from egov_assets.figures.baseline import draw_baseline
from egov_assets.figures.coefficients import COEFFICIENT_FIGURES, coefficient_cells, draw_coefficients
from egov_assets.figures.curve import draw_specification_curve
from egov_assets.figures.flow import draw_flow
from egov_assets.figures.model_figures import draw_market_access_by_capability, draw_market_access_by_industry
from egov_assets.figures.panel_figures import draw_binned_scatter, draw_distributions, draw_first_stages
from egov_assets.figures.schemes import draw_mechanisms, draw_time_line
from egov_assets.platform.figure_style import METADATA, drawing, save_figure
from egov_assets.platform.lake import file_hash
from egov_assets.platform.words import LANGUAGES, Language
from egov_assets.regression_tables.design import NotComputable
from egov_assets.regression_tables.specifications import read_specifications

Draw = Callable[[Language], Figure]


def study_figures(panel: pl.DataFrame, flow: pl.DataFrame, match_report: pl.DataFrame) -> dict[str, Draw]:
    """The figures of any study, with a paper or without, as `paper_figures`."""
    return {
        "distributions": lambda language: draw_distributions(panel, language),
        "sample_flow": lambda language: draw_flow(flow, match_report, panel, language),
    }


def paper_figures(
    panel: pl.DataFrame, estimates: pl.DataFrame, comparison: pl.DataFrame, curve: pl.DataFrame
) -> dict[str, Draw]:
    """Name of each figure of the paper's study to the function that draws it in a language."""
    tables = read_specifications()
    cells = coefficient_cells(comparison, estimates)

    def coefficients(name: str) -> Draw:
        return lambda language: draw_coefficients(name, cells, tables, language)

    return {
        "figure_1_time_line": draw_time_line,
        "figure_2_market_access_by_industry": draw_market_access_by_industry,
        "figure_3_market_access_by_capability": draw_market_access_by_capability,
        "figure_4_mechanisms": draw_mechanisms,
        "baseline": lambda language: draw_baseline(cells, language),
        **{f"coefficients_{name}": coefficients(name) for name in COEFFICIENT_FIGURES},
        "specification_curve": lambda language: draw_specification_curve(curve, language),
        "binned_scatter": lambda language: draw_binned_scatter(panel, tables["table_02"].columns["3"], language),
        "first_stages": lambda language: draw_first_stages(panel, tables["table_06"].columns, estimates, language),
    }


def write_figures(figures: dict[str, Draw], folder: Path) -> pl.DataFrame:
    """Write each figure as <name>.svg, .png and .pdf, Chinese ones ending in _zh; one that shows nothing is not drawn.

    Out  one row per file: figure, language, file, sha256
    """
    rows: list[tuple[str, str, str, str]] = []
    with drawing():
        for language, (name, draw) in product(LANGUAGES, figures.items()):
            path = folder / (name if language == "en" else f"{name}_zh")
            try:
                save_figure(draw(language), path)
            except NotComputable:
                for kind in METADATA:  # of an earlier run, with other files
                    path.with_name(f"{path.name}.{kind}").unlink(missing_ok=True)
                continue
            rows += _files(path, name, language)
    schema = dict.fromkeys(("figure", "language", "file", "sha256"), pl.String)
    return pl.DataFrame(rows, schema=schema, orient="row")


def _files(path: Path, name: str, language: Language) -> Iterator[tuple[str, str, str, str]]:
    for kind in METADATA:
        file = path.with_name(f"{path.name}.{kind}")
        yield name, language, file.name, file_hash(file)
