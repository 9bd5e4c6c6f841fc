"""The replication report as a sequence of blocks, in a language. Not here: how it becomes a page or a Word file."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version

import polars as pl

from egov_assets.paper.published import published_cells
from egov_assets.platform.words import Language, Words, words_of
from egov_assets.platform.years import YEARS
from egov_assets.product_quality.reliability import suspect_value_shares
from egov_assets.regression_tables.estimate import PRINTED_VARIANT
from egov_assets.regression_tables.printed import printed_table
from egov_assets.regression_tables.settings import Printing
from egov_assets.regression_tables.specifications import Table, read_specifications
from egov_assets.replication.answer import (
    Cell,
    Warned,
    answer,
    headline,
    headline_cell,
    names_of,
    verdict_shares,
    warnings,
)
from egov_assets.replication.audit import published_document
from egov_assets.replication.blocks import Block, Grid, Heading, Notice, Paragraph, Picture
from egov_assets.replication.limits import limits
from egov_assets.replication.report_of_the_paper import Against, print_and_theory
from egov_assets.replication.schema import PublishedComparison
from egov_assets.replication.trace import SHOWN_OF_HASH, Version
from egov_assets.replication.verdicts import VERDICTS

SOFTWARE = (
    "egov_assets",
    "dagster",
    "dbt-core",
    "duckdb",
    "polars",
    "pyfixest",
    "numpy",
    "scipy",
    "sympy",
    "matplotlib",
)


@dataclass(frozen=True)
class Results:
    """The lake tables that the report shows, the versions of the files behind them, and the study's own settings."""

    against: Against | None  # of a study with a paper
    estimates: pl.DataFrame
    descriptives: pl.DataFrame
    robust: pl.DataFrame  # robust_inference
    warned: Warned
    own_tables: Mapping[str, Table]
    printing: Printing
    sample_flow: pl.DataFrame
    match_report: pl.DataFrame
    figures: pl.DataFrame
    versions: tuple[Version, ...]
    settings: tuple[tuple[str, str], ...]  # name and text of each settings file of the study
    not_available: tuple[tuple[str, str], ...]  # tables without rows, and which files would give them some


def report_blocks(results: Results, language: Language) -> Iterator[Block]:
    """The whole report, in the order of reading: answer, tables, data, pictures, checks of the paper, files."""
    words = words_of("replication", language)
    against = results.against
    yield Heading(words["title" if against else "title_without_paper"], 1)
    yield from _answer(results, words, language)
    if results.not_available:
        yield Heading(words["not_available"], 2, "not-available")
        yield Paragraph(words["not_available_text"])
        yield Grid((words["tables_lacking"], words["files_lacking"]), results.not_available)
    if results.estimates.height:
        yield Heading(words["tables" if against else "tables_without_paper"], 2)
        if against:
            yield Paragraph(words["rule_of_the_demo" if against.comparison["planted"].count() else "rule"])
            yield _verdicts(against.comparison, words)
            yield from _tables(against.comparison, words, language)
            yield from _printed(_not_in_the_paper(results.estimates), results, language)
        yield from _printed(results.own_tables, results, language)
        yield Heading(words["limits"], 2)
        comparison = against.comparison if against else PublishedComparison.empty()
        yield from map(Paragraph, limits(results.estimates, comparison, _headline_cell(results), words))
        if results.robust.height:
            yield Heading(words["robust"], 3)
            yield Paragraph(words["robust_text"])
            yield _robust(results.robust, words)
    yield from _data(results, words, language)
    if results.figures.height:
        yield Heading(words["figures"], 2)
        yield from _pictures(results.figures, words, language)
    if against:
        yield from print_and_theory(against, words, language)
    yield Heading(words["provenance"], 2)
    yield from _specified(results, words)
    yield Paragraph(words["provenance_text"])
    yield _provenance(results.versions, words)
    yield Heading(words["settings"], 3)
    yield Paragraph(words["settings_text" if results.settings else "no_settings"])
    if results.settings:
        yield Grid((words["settings_file"], words["settings"]), results.settings)


def _answer(results: Results, words: Words, language: Language) -> Iterator[Block]:
    """One screen: question, answer, how much of the paper it reproduces, warnings, and two pictures."""
    against, cell = results.against, _headline_cell(results)
    planted = None
    if against:
        document = published_document()["meta"]
        yield Paragraph(document["title_zh"] if language == "zh" else document["title_en"].rstrip(":"))
        if against.comparison["planted"].count():
            yield Notice("demo", words["demo"])
            found = against.comparison.filter(table=cell.table, column=cell.column, term=cell.term)["planted"]
            planted = found.item() if found.len() else None
    yield Heading(words["answer"], 2)
    estimate = headline(results.estimates, cell)
    if against:
        years = estimate["years"] if estimate else ", ".join(map(str, YEARS))
        yield Paragraph(words["question_text"].format(years=years))
    else:
        yield Paragraph(_own_question(results, cell, words, language))
    if estimate:
        named = names_of(cell, results.own_tables, words)
        yield from answer(estimate, named, planted, _spread(results.descriptives) if against else None, words)
        if against:
            yield Paragraph(_beside_print(against.comparison, cell, words))
    else:
        yield Notice("warning", words["answer_missing"])
    if against and against.comparison.height:
        yield verdict_shares(against.comparison, words)
    yield from warnings(results.estimates, estimate, results.warned, len(results.not_available), words)
    there = set(results.figures["figure"])
    for name in ("baseline", "specification_curve"):
        if name in there:
            yield _picture(name, words, language, is_small=True)


def _headline_cell(results: Results) -> Cell:
    return headline_cell(results.own_tables, has_paper=results.against is not None)


def _own_question(results: Results, cell: Cell, words: Words, language: Language) -> str:
    if not results.own_tables:
        return words["no_question"]
    table = results.own_tables[cell.table]
    title = (table.title_zh if language == "zh" else None) or table.title
    return words["own_question"].format(title=title, outcome=table.columns[cell.column].outcome, treatment=cell.term)


def _spread(descriptives: pl.DataFrame) -> tuple[float, float] | None:
    """Standard deviations of the score and of quality."""
    deviations = dict(descriptives.select("variable", "sd").iter_rows())
    return (deviations["egscore"], deviations["qua"]) if {"egscore", "qua"} <= deviations.keys() else None


def _beside_print(comparison: pl.DataFrame, cell: Cell, words: Words) -> str:
    row = comparison.filter(table=cell.table, column=cell.column, term=cell.term).row(0, named=True)
    return words["beside_print"].format(published=f"{row['published']:.3f}", verdict=words[row["verdict"]])


def _robust(robust: pl.DataFrame, words: Words) -> Grid:
    numbers = ("estimate", "std_error", "p_value", "low", "high", "value")
    rows = tuple(
        (
            f"{row['table']} ({row['column']}) {row['term']}",
            words[row["method"]],
            *("" if row[name] is None else f"{row[name]:z.3f}" for name in numbers),
        )
        for row in robust.iter_rows(named=True)
    )
    return Grid(tuple(words[head] for head in ("column", "method", *numbers)), rows)


def _data(results: Results, words: Words, language: Language) -> Iterator[Block]:
    """From raw rows to the matched firms."""
    cleaning, matching = words_of("clean", language), words_of("firm_match", language)
    yield Heading(words["flow"], 2)
    yield Paragraph(words["flow_text"])
    said = {"source": cleaning.of, "step": lambda step: _step(step, cleaning), "reason": cleaning.of}
    if "sample_flow" in set(results.figures["figure"]):
        yield _picture("sample_flow", words, language)
    yield _by_year(results.sample_flow, said, pl.col("rows").sum(), words)
    if results.match_report.height:
        yield Heading(words["match"], 2)
        by_step = results.match_report.filter(section="step").rename({"item": "step"})
        yield _by_year(by_step, {"step": matching.of, "outcome": matching.of}, pl.col("pairs").sum(), words)
        yield Paragraph(words["match_value"])
        all_firms = results.match_report.filter(section="all")
        yield _by_year(all_firms, {"outcome": matching.of}, pl.col("value_share").sum(), words)
    yield from _quality(results.warned.quality_coefficients, words, words_of("product_quality", language))


def _pictures(figures: pl.DataFrame, words: Words, language: Language) -> Iterator[Block]:
    for name in figures.filter(pl.col("figure") != "sample_flow")["figure"].unique().sort():  # it stands with the data
        yield _picture(name, words, language)


def _picture(name: str, words: Words, language: Language, is_small: bool = False) -> Picture:
    ending = "" if language == "en" else f"_{language}"
    return Picture(f"{name}{ending}", words["baseline_figure" if name == "baseline" else name], is_small)


def _specified(results: Results, words: Words) -> Iterator[Block]:
    """How each column is estimated, and the command that walks from its number to the files."""
    specifications = {**(read_specifications() if results.against else {}), **results.own_tables}
    estimated = {
        (row["table"], row["column"]): row
        for row in results.estimates.filter(variant=PRINTED_VARIANT).iter_rows(named=True)
    }
    rows, links = [], []
    for name, table in specifications.items():
        for number, column in table.columns.items():
            found = estimated.get((name, number))
            made = [column.outcome, "~", " + ".join(column.regressors)]
            made += ["|", " + ".join(column.fixed_effects)] if column.fixed_effects else []
            made += ["|", f"{column.treatment} ~ {column.instrument}"] if column.instrument else []
            sample = " and ".join(filter(None, (column.sample, column.where)))
            rows.append((
                f"{name} ({number})", " ".join(made), sample, f"{found['n']:,}" if found else "",
                f"egov trace {name} {number} {column.treatment}",
            ))  # fmt: skip
            links.append(f"{name}-{number}")
    if rows:
        yield Heading(words["specified"], 3)
        yield Paragraph(words["specified_text"])
        heads = tuple(words[head] for head in ("column", "formula", "sample", "n", "trace"))
        yield Grid(heads, tuple(rows), anchors=tuple(links))


def _quality(coefficients: pl.DataFrame, words: Words, rules: Words) -> Iterator[Block]:
    """Which elasticities quality rests on, by the method of `qua`, and how thin its markets are."""
    of_qua = coefficients.filter(outcome="qua")
    counts = ("flows", "export_value_usd", "thin_market_flows", "outlying_flows")
    flows, value, thin, outlying = (float(of_qua[name].sum()) for name in counts)
    if not flows:
        return
    yield Heading(words["quality"], 2)
    suspect = suspect_value_shares(of_qua)["is_suspect"]
    shares = {"suspect": suspect, "thin": thin / flows, "outlying": outlying / (flows + outlying)}
    yield Paragraph(words["quality_text"].format(**{name: f"{share:.1%}" for name, share in shares.items()}))
    sums = (pl.len(), pl.col("flows").sum(), pl.col("export_value_usd").sum() / value)
    rows = of_qua.group_by("rule").agg(*sums).sort("rule").iter_rows()
    lines = ((rules.of(rule), *map(_count, of_rule)) for rule, *of_rule in rows)
    yield Grid(tuple(words[head] for head in ("rule_of_quality", "products", "flows", "value_share")), tuple(lines))


def _not_in_the_paper(estimates: pl.DataFrame) -> dict[str, Table]:
    """The shipped tables, if estimated, that answer what the paper leaves open."""
    further = set(estimates["table"]) - set(published_cells()["table"])
    return {name: table for name, table in read_specifications().items() if name in further}


def _printed(tables: Mapping[str, Table], results: Results, language: Language) -> Iterator[Block]:
    """Tables as they are printed, the study's own among them."""
    for name, table in tables.items():
        printed = printed_table(name, table, results.estimates, language=language, printing=results.printing)
        yield Heading(printed.title, 3)
        first, *heads = printed.lines_above
        yield Grid(first, (*heads, *printed.body, *printed.foot))
        yield from map(Paragraph, printed.notes)


def _verdicts(comparison: pl.DataFrame, words: Words) -> Grid:
    """Estimates apart from counts, R2 and moments, which only the paper's own data can reproduce."""
    is_estimate = pl.col("published_stars").is_not_null()
    counts = {
        kind: dict(comparison.filter(chosen).group_by("verdict").len().iter_rows())
        for kind, chosen in (("estimates", is_estimate), ("others", ~is_estimate))
    }
    rows = tuple((words[name], *(f"{counts[kind].get(name, 0)}" for kind in counts)) for name in VERDICTS)
    return Grid((words["verdict"], *(words[kind] for kind in counts)), rows)


def _by_year(frame: pl.DataFrame, said: Mapping[str, Callable[[str], str]], count: pl.Expr, words: Words) -> Grid:
    """One row per key, one column a year; `said` puts each key column into words."""
    keys = tuple(said)
    years = frame["year"].unique().sort().to_list()
    counts = {tuple(row[:-1]): row[-1] for row in frame.group_by(*keys, "year").agg(count.alias("count")).iter_rows()}
    lines = frame.select(keys).unique().sort(keys).rows()
    rows = tuple(
        (
            *(said[key](text) for text, key in zip(line, keys, strict=True)),
            *(_count(counts.get((*line, year))) for year in years),
        )
        for line in lines
    )
    return Grid((*(words[key] for key in keys), *map(str, years)), rows)


def _step(step: str, words: Words) -> str:
    """A step of the cleaning behind its number: 07 value."""
    number, _, name = step.partition(" ")
    return f"{number} {words.of(name)}"


def _count(number: int | float | None) -> str:
    """A number of rows, or a share."""
    if number is None:
        return ""
    return f"{number:.1%}" if isinstance(number, float) else f"{number:,}"


def _tables(comparison: pl.DataFrame, words: Words, language: Language) -> Iterator[Block]:
    ours = {(row["table"], row["column"], row["term"]): row for row in comparison.iter_rows(named=True)}
    specifications = read_specifications()
    remarks, reasons = words_of("paper", language), words_of("regression_tables", language)
    for name in published_cells()["table"].unique(maintain_order=True):
        specified = specifications.get(name)
        if specified is None:  # Table 1 has no columns to specify
            title = words_of("regression_tables", language)["descriptives"]
        else:
            title = (specified.title_zh if language == "zh" else specified.title) or ""
        number = name.removeprefix("table_").lstrip("0")
        yield Heading(f"{words['table'].format(number=number)} {title}".strip(), 3, name)
        rows, verdicts, links = [], [], []
        for cell in published_cells().filter(table=name).iter_rows(named=True):
            row = ours[name, cell["column"], cell["term"]]
            decimals = len(cell["published"].partition(".")[2])
            rows.append(
                (
                    cell["column"],
                    cell["term"],
                    _with_stars(row["published"], row["published_stars"], row["published_p"], decimals),
                    _with_stars(row["planted"], None, None, decimals),
                    _with_stars(row["ours"], row["our_stars"], row["our_p"], decimals),
                    "" if row["distance"] is None else f"{row['distance']:z.1f}",
                    words[row["verdict"]],
                    remarks.of(row["anomaly"]) or reasons.of(row["reason"]),
                )
            )
            verdicts.append(row["verdict"])
            links.append(f"{name}-{cell['column']}" if specified else "")
        heads = ("column", "term", "published", "planted", "ours", "distance", "verdict", "remark")
        yield Grid(
            tuple(words[head] for head in heads),
            tuple(rows),
            verdicts=tuple(verdicts),
            verdict_at=heads.index("verdict"),
            links=tuple(links),
            link_at=heads.index("ours"),
        )


def _with_stars(value: float | None, stars: str | None, p: float | None, decimals: int) -> str:
    if value is None:
        return ""
    return f"{value:z,.{decimals}f}{stars or ''}" + ("" if p is None else f" ({p:.3f})")


def _provenance(versions: tuple[Version, ...], words: Words) -> Grid:
    files = [(each.name, str(each.year or ""), f"{each.rows:,}", each.sha256[:SHOWN_OF_HASH]) for each in versions]
    software = [(name, "", "", version(name)) for name in SOFTWARE]
    return Grid((words["file"], words["year"], words["rows"], words["version"]), (*files, *software))
