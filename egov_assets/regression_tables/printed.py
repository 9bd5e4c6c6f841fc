"""A regression table as people print it, in words of a language: estimates with stars, brackets below, three rules.

Made from tidy estimates, in the order of the specification; one variant of each column is printed, the others are in
`estimates.csv`. How it becomes HTML, LaTeX or Word is in `render.py` and `word.py`.
"""

from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from egov_assets.paper.sentences import in_chinese
from egov_assets.paper.stars import stars
from egov_assets.regression_tables.descriptives import VARIABLES
from egov_assets.regression_tables.estimate import PRINTED_VARIANT, WEAK_INSTRUMENT_VARIANT
from egov_assets.regression_tables.fits import CONSTANT
from egov_assets.regression_tables.settings import Brackets, Printing
from egov_assets.regression_tables.specifications import Column, Table

STATISTICS = ("mean", "sd", "min", "max")
THE_PAPERS_WAY = Printing()
Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")

WORDS: dict[str, dict[str, Any]] = {
    "en": {
        "title": "Table {number}. {title}",
        "constant": "Constant",
        "controls": "Controls",
        "firm": "Firm effects",
        "year": "Year effects",
        "instrument": "Instrument",
        "n": "Observations",
        "cities": "Cities",
        "r2": "R2",
        "first_stage": "First-stage F",
        "anderson_rubin": "Anderson-Rubin 95 % set",
        "yes": "yes",
        "no": "no",
        "none": "n/a",
        "line": "whole line",
        "outside": "outside ({low}, {high})",
        "p_value": "p-values",
        "statistic": "t statistics",
        "std_error": "standard errors",
        "note": "Brackets hold {brackets} based on standard errors clustered by city; firms observed once are kept. "
        "*** p < 0.01, ** p < 0.05, * p < 0.10. R2 is within firm and year where effects are included.",
        "left_out": "Not computable: {reasons}.",
        "between": "; ",
        "descriptives": "Descriptive statistics of the variables",
        "variable": "Variable",
        "mean": "Mean",
        "sd": "Std. dev.",
        "min": "Min",
        "max": "Max",
        "own_observations": "Each variable on its own firm-years; standard deviations with n - 1.",
    },
    "zh": {
        "title": "表{number}  {title}",
        "constant": "常数项",
        "controls": "控制变量",
        "firm": "企业固定效应",
        "year": "年份固定效应",
        "instrument": "工具变量",
        "n": "观测值",
        "cities": "城市数",
        "r2": "R2",
        "first_stage": "第一阶段F值",
        "anderson_rubin": "Anderson-Rubin 95%集",
        "yes": "是",
        "no": "否",
        "none": "无",
        "line": "全体实数",
        "outside": "({low}, {high})之外",
        "p_value": "p值",
        "statistic": "t值",
        "std_error": "标准误",
        "note": "注：括号内为基于城市层面聚类标准误的{brackets}；保留仅出现一次的企业。"
        "***、**、*分别表示在1%、5%、10%的水平上显著。"
        "含固定效应时R2为组内R2。",
        "left_out": "无法计算：{reasons}。",
        "between": "；",
        "descriptives": "变量描述性统计",
        "variable": "变量",
        "mean": "均值",
        "sd": "标准差",
        "min": "最小值",
        "max": "最大值",
        "own_observations": "注：各变量按自身非缺失的企业—年份计算；标准差以n-1为分母。",
    },
}

# Why a column is not computable, as `design.py` says it.
REASONS_IN_CHINESE = {
    "firm_panel has no {} (did you mean {}?)": "firm_panel中没有{}（是否为{}？）",
    "firm_panel has no {}": "firm_panel中没有{}",
    "no firm-year has all variables; observed each: {}": "没有变量齐全的企业—年份；各变量观测值：{}",
    "no firm has all variables in two years ({} only), so firm effects absorb everything": (
        "没有企业在两个年份中变量齐全（仅{}年），企业固定效应吸收全部变异"
    ),
    "NaN or infinity instead of a number, firm-years of each: {}": "NaN或无穷大而非数值，各变量企业—年份数：{}",
    "all {} firm-years are of one city, and errors are clustered by city": (
        "全部{}个企业—年份属于同一城市，而标准误按城市聚类"
    ),
    "{} is the same in all {} firm-years": "{}在全部{}个企业—年份中相同",
    "{} firm-years leave {} degrees of freedom, at least {} are needed": "{}个企业—年份仅余{}个自由度，至少需要{}个",
    "the effects and the other regressors absorb {}": "固定效应和其他解释变量吸收了{}",
    "the effects absorb {}": "固定效应吸收了{}",
    "the regressors reproduce {} exactly, so that it has no error": "解释变量完全拟合{}，没有误差",
    "the regressors and the firm reproduce {} exactly, so that it has no error": (
        "解释变量和企业效应完全拟合{}，没有误差"
    ),
    "{} is unrelated to {}": "{}与{}不相关",
    "{} reproduces {} exactly, so that its first stage has no error": "{}完全拟合{}，第一阶段没有误差",
    "random effects need at least {} firm-years of firms seen before, there are {}": (
        "随机效应至少需要{}个再次出现的企业—年份，仅有{}个"
    ),
    "random effects need more than {} firms, there are {}": "随机效应需要多于{}家企业，仅有{}家",
    "random effects cannot tell apart {}: one follows from the others": "随机效应无法区分{}：其中一个可由其余得出",
    "the estimation broke down ({})": "估计中断（{}）",
}


@dataclass(frozen=True)
class PrintedTable:
    """Title, lines of column heads, body and foot as text; the first cell of each line is its label."""

    title: str
    heads: tuple[tuple[str, ...], ...]
    body: tuple[tuple[str, ...], ...]
    foot: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]
    language: Language


def is_chinese(character: str) -> bool:
    """True of Chinese characters and full-width marks."""
    return ord(character) > 0x2E7F


def printed_table(
    name: str,
    table: Table,
    estimates: pl.DataFrame,
    variant: str = PRINTED_VARIANT,
    language: Language = "en",
    printing: Printing = THE_PAPERS_WAY,
) -> PrintedTable:
    """The table of one specification, filled from tidy estimates of one variant; blank where a column lacks a term.

    printing  what stands in brackets below each estimate; decimals of both
    """
    words = WORDS[language]
    own = estimates.filter(pl.col("table") == name)
    cells = _by_column_and_term(own, variant)
    anywhere = {column: row for (column, _), row in cells.items()}
    body = []
    for term in _terms(table):
        rows = [cells.get((number, term)) for number in table.columns]
        estimated = [_estimate(row, words, printing.decimals) for row in rows]
        if not any(estimated):  # a main effect that the firm effects absorb in every column
            continue
        body.append((_label(term, words), *estimated))
        below = [_bracket(row, printing) for row in rows]
        if any(below):
            body.append(("", *below))
    columns = table.columns.values()
    foot = [
        (words["controls"], *(words["yes" if column.controls else "no"] for column in columns)),
        *(
            (words[effect], *(words["yes" if effect in each.fixed_effects else "no"] for each in columns))
            for effect in ("firm", "year")
        ),
        *_instrument_rows(table, own, words),
        (words["n"], *(_count(anywhere[number]["n"]) for number in table.columns)),
        (words["cities"], *(_count(anywhere[number]["n_clusters"]) for number in table.columns)),
        (words["r2"], *(_r2(anywhere[number]) for number in table.columns)),
    ]
    number = name.removeprefix("table_").lstrip("0")
    title = (table.title_zh if language == "zh" else None) or table.title
    return PrintedTable(
        title=words["title"].format(number=number, title=title),
        heads=(
            ("", *(f"({number})" for number in table.columns)),
            ("", *(_head(column, language) for column in columns)),
        ),
        body=tuple(body),
        foot=tuple(foot),
        notes=_notes(own, words, printing.brackets, language),
        language=language,
    )


def printed_descriptives(
    descriptives: pl.DataFrame, language: Language = "en", printing: Printing = THE_PAPERS_WAY
) -> PrintedTable:
    """Table 1 in the paper's order; blank where a variable has no observations."""
    words = WORDS[language]
    rows = {row["variable"]: row for row in descriptives.iter_rows(named=True)}
    body = tuple(
        (
            name,
            f"{rows[name]['n']:,}",
            *("" if rows[name][each] is None else f"{rows[name][each]:.{printing.decimals}f}" for each in STATISTICS),
        )
        for name in VARIABLES
    )
    heads = (words["variable"], words["n"], *(words[each] for each in STATISTICS))
    title = words["title"].format(number=1, title=words["descriptives"])
    return PrintedTable(title, (heads,), body, (), (words["own_observations"],), language)


def _by_column_and_term(own: pl.DataFrame, variant: str) -> dict[tuple[str, str], dict]:
    chosen = own.filter(pl.col("variant") == variant)
    return {(row["column"], row["term"]): row for row in chosen.iter_rows(named=True)}


def _terms(table: Table) -> list[str]:
    """Every printed term of any column once: treatments, moderators, products; controls where the table shows them."""
    columns = table.columns.values()
    hidden = set() if table.show_controls else {name for column in columns for name in column.controls}
    terms = [term for column in columns for term in column.regressors if term not in hidden]
    has_constant = table.show_controls and not all(column.instrument for column in columns)
    return [*dict.fromkeys(terms), *([CONSTANT] if has_constant else [])]


def _label(term: str, words: dict[str, Any]) -> str:
    return words["constant"] if term == CONSTANT else term.replace(":", " × ")


def _head(column: Column, language: Language) -> str:
    return (column.header_zh if language == "zh" else column.header) or column.header or column.outcome


def _estimate(row: dict | None, words: dict[str, Any], decimals: int) -> str:
    if row is None:
        return ""
    if row["n"] == 0:
        return words["none"]
    if row["estimate"] is None:
        return ""
    return f"{row['estimate']:.{_enough(row['estimate'], decimals)}f}{stars(row['p_value'])}"


def _enough(value: float, decimals: int) -> int:
    """One decimal more where the estimate would be printed as zero, as the paper does with -0.0003."""
    return decimals + 1 if value and abs(value) < 0.5 * 10**-decimals else decimals


def _bracket(row: dict | None, printing: Printing) -> str:
    value = None if row is None else row[printing.brackets]
    return "" if value is None else f"({value:.{printing.decimals}f})"


def _count(number: int) -> str:
    return f"{number:,}" if number else ""


def _r2(row: dict) -> str:
    r2 = row["r2"] if row["r2_within"] is None else row["r2_within"]
    return "" if r2 is None else f"{r2:.4f}"


def _instrument_rows(table: Table, own: pl.DataFrame, words: dict[str, Any]) -> list[tuple[str, ...]]:
    if not any(column.instrument for column in table.columns.values()):
        return []
    tests = {row["column"]: row for row in own.filter(variant=WEAK_INSTRUMENT_VARIANT).iter_rows(named=True)}
    return [
        (words["instrument"], *(column.instrument or "" for column in table.columns.values())),
        (
            words["first_stage"],
            *(f"{tests[each]['effective_f']:.1f}" if each in tests else "" for each in table.columns),
        ),
        (words["anderson_rubin"], *(_set(tests.get(each), words) for each in table.columns)),
    ]


def _set(row: dict | None, words: dict[str, Any]) -> str:
    if row is None:
        return ""
    if row["ar_shape"] == "line":
        return words["line"]
    low, high = f"{row['ar_low']:.3f}", f"{row['ar_high']:.3f}"
    return words["outside"].format(low=low, high=high) if row["ar_shape"] == "two rays" else f"[{low}, {high}]"


def _notes(own: pl.DataFrame, words: dict[str, Any], brackets: Brackets, language: Language) -> tuple[str, ...]:
    notes = [words["note"].format(brackets=words[brackets])]
    left_out = own.filter(pl.col("n") == 0).unique(["column"], keep="first").sort("column")
    if not left_out.is_empty():
        reasons = words["between"].join(
            f"({row['column']}) {in_chinese(row['reason'], REASONS_IN_CHINESE) if language == 'zh' else row['reason']}"
            for row in left_out.iter_rows(named=True)
        )
        notes.append(words["left_out"].format(reasons=reasons))
    return tuple(notes)
