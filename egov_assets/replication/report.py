"""The replication report as a sequence of blocks, in a language. Not here: how it becomes a page or a Word file."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version

import polars as pl

from egov_assets.paper.published import published_cells
from egov_assets.platform.words import Language, Words, words_of
from egov_assets.product_quality.reliability import suspect_value_shares
from egov_assets.regression_tables.estimate import PRINTED_VARIANT
from egov_assets.regression_tables.printed import printed_table
from egov_assets.regression_tables.settings import Printing
from egov_assets.regression_tables.specifications import Table, read_specifications
from egov_assets.replication.audit import BASELINE, published_document
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
class Heading:
    text: str
    level: int


@dataclass(frozen=True)
class Paragraph:
    text: str


@dataclass(frozen=True)
class Grid:
    """A table: heads and rows of text."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Picture:
    """A figure by its name in outputs/figures, without ending, and what stands below it."""

    name: str
    caption: str


Block = Heading | Paragraph | Grid | Picture


@dataclass(frozen=True)
class Against:
    """The lake tables that hold the study against its paper."""

    comparison: pl.DataFrame
    audit: pl.DataFrame
    theory: pl.DataFrame
    claims: pl.DataFrame


@dataclass(frozen=True)
class Results:
    """The lake tables that the report shows, the versions of the files behind them, and the study's own settings."""

    against: Against | None  # of a study with a paper
    estimates: pl.DataFrame
    own_tables: Mapping[str, Table]
    printing: Printing
    sample_flow: pl.DataFrame
    match_report: pl.DataFrame
    quality: pl.DataFrame  # quality_coefficients
    figures: pl.DataFrame
    versions: tuple[Version, ...]
    settings: tuple[tuple[str, str], ...]  # name and text of each settings file of the study
    not_available: tuple[tuple[str, str], ...]  # tables without rows, and which files would give them some


def report_blocks(results: Results, language: Language) -> Iterator[Block]:
    """The whole report, in the order of reading."""
    words, cleaning, matching = (words_of(chapter, language) for chapter in ("replication", "clean", "firm_match"))
    against = results.against
    yield Heading(words["title" if against else "title_without_paper"], 1)
    if results.not_available:
        yield Heading(words["not_available"], 2)
        yield Paragraph(words["not_available_text"])
        yield Grid((words["tables_lacking"], words["files_lacking"]), results.not_available)
    if against:
        yield from _paper(against, results.estimates, words, language)
    yield Heading(words["flow"], 2)
    yield Paragraph(words["flow_text"])
    said = {"source": cleaning.of, "step": lambda step: _step(step, cleaning), "reason": cleaning.of}
    yield _by_year(results.sample_flow, said, pl.col("rows").sum(), words)
    if results.match_report.height:
        yield Heading(words["match"], 2)
        by_step = results.match_report.filter(section="step").rename({"item": "step"})
        yield _by_year(by_step, {"step": matching.of, "outcome": matching.of}, pl.col("pairs").sum(), words)
        yield Paragraph(words["match_value"])
        all_firms = results.match_report.filter(section="all")
        yield _by_year(all_firms, {"outcome": matching.of}, pl.col("value_share").sum(), words)
    yield from _quality(results.quality, words, words_of("product_quality", language))
    if results.estimates.height:
        yield Heading(words["tables" if against else "tables_without_paper"], 2)
        if against:
            yield from _tables(against.comparison, words, language)
        yield from _own_tables(results, language)
    if results.figures.height:
        yield Heading(words["figures"], 2)
    ending = "" if language == "en" else f"_{language}"
    for name in results.figures["figure"].unique().sort():
        yield Picture(f"{name}{ending}", words["baseline_figure" if name == "baseline" else name])
    if against:
        yield from _print_and_theory(against, words, language)
    yield Heading(words["provenance"], 2)
    yield Paragraph(words["provenance_text"])
    yield _provenance(results.versions, words)
    yield Heading(words["settings"], 3)
    yield Paragraph(words["settings_text" if results.settings else "no_settings"])
    if results.settings:
        yield Grid((words["settings_file"], words["settings"]), results.settings)


def _paper(against: Against, estimates: pl.DataFrame, words: Words, language: Language) -> Iterator[Block]:
    """The paper, its question, the baseline beside print, and all verdicts."""
    document = published_document()["meta"]
    yield Paragraph(document["title_zh"] if language == "zh" else document["title_en"].rstrip(":"))
    if against.comparison["planted"].count():
        yield Paragraph(words["demo"])
    yield Heading(words["question"], 2)
    yield Paragraph(words["question_text"])
    if against.comparison.height:
        yield from _baseline(against.comparison, estimates, words)
        yield Heading(words["verdicts"], 2)
        yield Paragraph(words["rule_of_the_demo" if against.comparison["planted"].count() else "rule"])
        yield _verdicts(against.comparison, words)


def _claims(claims: pl.DataFrame, words: Words) -> Grid:
    rows = tuple(
        (
            words.of(row["claim"]),
            words.of(row["place"]),
            row["published"],
            "" if row["ours"] is None else f"{row['ours']:.{len(row['published'].partition('.')[2])}f}",
            _yes(row["agrees"], words),
        )
        for row in claims.iter_rows(named=True)
    )
    return Grid(tuple(words[head] for head in ("claim", "place", "published", "ours", "agrees_as_printed")), rows)


def _print_and_theory(against: Against, words: Words, language: Language) -> Iterator[Block]:
    """What the paper says of its data, what can be recomputed from print alone, and what of the model follows."""
    yield Heading(words["claims"], 2)
    yield Paragraph(words["claims_text"])
    yield _claims(against.claims, words)
    yield Heading(words["audit"], 2)
    judged = against.audit["agrees"].drop_nulls()
    yield Paragraph(words["audit_text"].format(contradictions=judged.len() - judged.sum(), judged=judged.len()))
    yield _audit(against.audit, words)
    yield Heading(words["theory"], 2)
    yield Paragraph(words["theory_text"].format(follow=against.theory["follows"].sum(), all=against.theory.height))
    yield _theory(against.theory, words, words_of("theory", language))


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


def _own_tables(results: Results, language: Language) -> Iterator[Block]:
    """The study's own tables as they are printed."""
    for name, table in results.own_tables.items():
        printed = printed_table(name, table, results.estimates, language=language, printing=results.printing)
        yield Heading(printed.title, 3)
        first, *heads = printed.heads
        yield Grid(first, (*heads, *printed.body, *printed.foot))
        yield from map(Paragraph, printed.notes)


def _baseline(comparison: pl.DataFrame, estimates: pl.DataFrame, words: Words) -> Iterator[Block]:
    table, column, term = BASELINE
    cell = comparison.filter(table=table, column=column, term=term).row(0, named=True)
    estimate = estimates.filter(table=table, column=column, term=term, variant=PRINTED_VARIANT).row(0, named=True)
    if estimate["estimate"] is None:
        return
    planted = "" if cell["planted"] is None else words["planted_value"].format(value=f"{cell['planted']:z.3f}")
    low, high = f"{estimate['ci_low']:z.3f}", f"{estimate['ci_high']:z.3f}"
    ours = f"{cell['ours']:z.3f}"
    yield Paragraph(
        words["baseline"].format(published=f"{cell['published']:.3f}", planted=planted, ours=ours, low=low, high=high)
    )


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
        yield Heading(f"{words['table'].format(number=name.removeprefix('table_').lstrip('0'))} {title}".strip(), 3)
        rows = []
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
        heads = ("column", "term", "published", "planted", "ours", "distance", "verdict", "remark")
        yield Grid(tuple(words[head] for head in heads), tuple(rows))


def _with_stars(value: float | None, stars: str | None, p: float | None, decimals: int) -> str:
    if value is None:
        return ""
    return f"{value:z,.{decimals}f}{stars or ''}" + ("" if p is None else f" ({p:.3f})")


def _audit(audit: pl.DataFrame, words: Words) -> Grid:
    """Stars that agree with their p are left out: there are some sixty."""
    shown = audit.filter((pl.col("kind") != "stars") | ~pl.col("agrees"))
    rows = tuple(
        (
            words.of(row["place"]),
            words.of(row["printed"]),
            words.of(row["recomputed"]),
            _yes(row["agrees"], words),
            row["anomaly"] or "",
            words.of(row["words"]),
        )
        for row in shown.iter_rows(named=True)
    )
    heads = ("place", "printed", "recomputed", "follows", "code", "how")
    return Grid(tuple(words[head] for head in heads), rows)


def _theory(theory: pl.DataFrame, words: Words, claims: Words) -> Grid:
    rows = tuple(
        (
            claims.of(row["code"]),
            claims.of(row["statement"]),
            _yes(row["follows"], words),
            claims.of(row["derived"]),
            words["between"].join(claims.of(row[each]) for each in ("condition", "example") if row[each]),
            row["anomaly"] or "",
        )
        for row in theory.iter_rows(named=True)
    )
    heads = ("place", "statement", "follows", "derived", "condition", "code")
    return Grid(tuple(words[head] for head in heads), rows)


def _yes(value: bool | None, words: Words) -> str:
    return "" if value is None else words["yes"] if value else words["no"]


def _provenance(versions: tuple[Version, ...], words: Words) -> Grid:
    files = [(each.name, str(each.year or ""), f"{each.rows:,}", each.sha256[:SHOWN_OF_HASH]) for each in versions]
    software = [(name, "", "", version(name)) for name in SOFTWARE]
    return Grid((words["file"], words["year"], words["rows"], words["version"]), (*files, *software))
