# A notebook over the results of a study, for `egov notebook`: change anything, it is your copy.
import marimo

app = marimo.App(width="medium", app_title="Results of a study")


@app.cell
def _():
    import duckdb
    import marimo as mo
    import polars as pl

    from egov_assets.platform.figure_style import BLUE, GREY, ORANGE, new_figure
    from egov_assets.platform.folders import Folders

    lake = Folders.from_environment().lake
    return BLUE, GREY, ORANGE, duckdb, lake, mo, new_figure, pl


@app.cell
def _(lake, mo):
    mo.md(
        f"""
        # Results of a study

        Read from `{lake}`: one Parquet file a table, or a table and year. SQL reads them with DuckDB, Python with
        Polars; `docs/data_dictionary.md` says what each column is.
        """
    )
    return


@app.cell
def _(duckdb, lake):
    # The score in every column of Table 2, as printed: errors clustered by city.
    baseline = duckdb.sql(
        f"""
        select "column", estimate, ci_low, ci_high, n
        from read_parquet('{str(lake).replace("'", "''")}/regression_tables/data.parquet')
        where "table" = 'table_02' and term = 'egscore' and variant = 'cluster_city' and estimate is not null
        order by "column"
        """
    ).pl()
    baseline  # noqa: B018
    return (baseline,)


@app.cell
def _(BLUE, GREY, baseline, new_figure):
    baseline_figure = new_figure(14, 7)
    _axes = baseline_figure.subplots()
    _axes.axhline(0, color=GREY, linewidth=0.8)
    _below = baseline["estimate"] - baseline["ci_low"]
    _above = baseline["ci_high"] - baseline["estimate"]
    _axes.errorbar(baseline["column"], baseline["estimate"], yerr=[_below, _above], fmt="o", color=BLUE, capsize=3)
    _axes.set_xlabel("column of Table 2")
    _axes.set_ylabel("effect of the score, 95 % interval")
    baseline_figure  # noqa: B018
    return (baseline_figure,)


@app.cell
def _(BLUE, GREY, ORANGE, lake, new_figure, pl):
    # Every specification by the size of its estimate; what is shown is the middle nine tenths.
    curve = pl.read_parquet(lake / "specification_curve" / "data.parquet").sort("estimate")
    curve_figure = new_figure(14, 7)
    _axes = curve_figure.subplots()
    _axes.axhline(0, color=GREY, linewidth=0.8)
    for _is_sure, _colour in ((True, BLUE), (False, ORANGE)):
        _part = curve.with_row_index("place").filter((pl.col("p_value") < 0.05) == _is_sure)
        _label = f"p {'<' if _is_sure else '>='} 0.05: {_part.height:,}"
        _axes.plot(_part["place"], _part["estimate"], ".", color=_colour, markersize=2, label=_label)
    _axes.set_ylim(curve["estimate"].quantile(0.05), curve["estimate"].quantile(0.95))
    _axes.set_xlabel("specifications")
    _axes.set_ylabel("standard deviations of the outcome")
    _axes.legend(frameon=False)
    curve_figure  # noqa: B018
    return curve, curve_figure


@app.cell
def _(lake, new_figure, pl):
    # Export quality of the firms of the panel, year by year.
    panel = pl.scan_parquet(lake / "firm_panel" / "data.parquet").select("year", "qua", "egscore").collect()
    quality_figure = new_figure(14, 7)
    _axes = quality_figure.subplots()
    for (_year,), _firms in panel.group_by("year", maintain_order=True):
        _axes.hist(_firms["qua"], bins=40, range=(0, 1), histtype="step", label=f"{_year}: {_firms.height:,} firms")
    _axes.set_xlabel("export quality")
    _axes.set_ylabel("firms")
    _axes.legend(frameon=False)
    quality_figure  # noqa: B018
    return panel, quality_figure


if __name__ == "__main__":
    app.run()
