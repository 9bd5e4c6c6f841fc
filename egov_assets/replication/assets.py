"""The verdict on every printed cell, and the audit of the print itself."""

from dataclasses import asdict

import dagster as dg
import polars as pl

from egov_assets.paper.published import published_cells
from egov_assets.platform.availability import lacking_in, tables_by_reason
from egov_assets.platform.check_results import CheckResult
from egov_assets.platform.code_version import WHOLE
from egov_assets.platform.folders import Folders
from egov_assets.platform.lake import file_hash
from egov_assets.platform.lake_asset import lake_asset
from egov_assets.platform.words import LANGUAGES, words_of
from egov_assets.platform.written_files import publish_bytes, publish_text
from egov_assets.platform.years import YEARS
from egov_assets.raw.file_versions import TRUTH_FILES
from egov_assets.raw.sources import RAW_TABLES
from egov_assets.regression_tables.settings import read_printing
from egov_assets.regression_tables.specifications import own_tables
from egov_assets.replication.answer import Warned
from egov_assets.replication.audit import SAYINGS, audit_rows
from egov_assets.replication.comparison import compare_with_published, read_planted
from egov_assets.replication.data_claims import DataAtHand, data_claims_of
from egov_assets.replication.report import Against, Results, report_blocks
from egov_assets.replication.schema import DataClaims, PaperAudit, PublishedComparison, ReplicationReport
from egov_assets.replication.trace import table_versions
from egov_assets.replication.verdict_checks import no_cell_is_worse_than_before, planted_signs_are_found

# Whose versions the report lists: what the tables rest on, raw tables first.
STUDY_TABLES = (
    *(f"raw_{source}" for source in RAW_TABLES),
    "clean_exports",
    "clean_firms",
    "firm_match",
    "firm_quality",
    "egscore_index",
    "iv_instruments",
    "firm_panel",
    "regression_tables",
    "published_comparison",
)


@lake_asset(
    schema=PublishedComparison,
    group="replication",
    by_year=False,
    deps=[TRUTH_FILES],
    warnings=(no_cell_is_worse_than_before, planted_signs_are_found),
)
def published_comparison(
    regression_tables: pl.DataFrame, table_01_descriptives: pl.DataFrame, folders: Folders
) -> tuple[pl.DataFrame, dict[str, int]]:
    """Every printed number of tables 1 to 10 against ours, with a verdict; writes published_comparison.csv.

    On the demo economy the planted answer stands beside them: the one use of the truth folder, as a report.
    Source  architecture.md section 8; the printed tables and their audit in published_tables.yaml
    """
    comparison = compare_with_published(regression_tables, table_01_descriptives, read_planted(folders.truth))
    said = (
        pl.col(column).map_elements(words_of(chapter, "en").of, return_dtype=pl.String)
        for column, chapter in (("anomaly", "paper"), ("reason", "regression_tables"))
    )
    publish_text(comparison.with_columns(said).write_csv(), folders.outputs / "published_comparison.csv")
    return comparison, dict(comparison.group_by("verdict").len().sort("verdict").iter_rows())


def each_contradiction_is_known(table: pl.DataFrame) -> CheckResult:
    """Whatever contradicts itself in print has a code in the audit."""
    unknown = table.filter(~pl.col("agrees"), pl.col("anomaly").is_null())["place"]
    odd = [words_of("replication", "en").of(place) for place in unknown]
    found = table.filter(~pl.col("agrees")).height
    words = f"{found} contradictions among {table['agrees'].count()} judged places, all in the audit"
    return CheckResult(not odd, words if not odd else f"not in the audit: {', '.join(odd)}", {"contradictions": found})


@lake_asset(schema=PaperAudit, group="replication", by_year=False, checks=(each_contradiction_is_known,))
def paper_audit() -> tuple[pl.DataFrame, dict[str, int]]:
    """What can be recomputed from print alone: stars, counts, R2, text against tables, means of moderators.

    Source  published_tables.yaml and its audit; method.md section 11.4
    """
    rows = pl.DataFrame([asdict(row) for row in audit_rows(published_cells(), SAYINGS)], infer_schema_length=None)
    table = rows.with_columns(position=pl.int_range(1, pl.len() + 1)).select(list(PaperAudit.to_schema().columns))
    return table, dict(table.group_by("kind").len().sort("kind").iter_rows())


@lake_asset(
    schema=DataClaims,
    group="replication",
    by_year=False,
    optional=("egscore_index", "work_report_words", "city_moderators"),
)
def data_claims(
    egscore_index: pl.DataFrame, work_report_words: pl.DataFrame, city_moderators: pl.DataFrame
) -> tuple[pl.DataFrame, dict[str, int]]:
    """What the paper says of its own data (cities with reports, keywords, cities with documents) against the data here.

    Source  paper/data_claims.yml
    """
    claims = data_claims_of(DataAtHand(egscore_index, work_report_words, city_moderators))
    return claims, {"claims": claims.height, "agree": int(claims["agrees"].sum() or 0)}


def report_asset(has_paper: bool) -> dg.AssetsDefinition:
    """The asset `replication_report`: against the paper, or of a study without one."""

    @lake_asset(
        schema=ReplicationReport,
        group="replication",
        by_year=False,
        kinds=("polars", "word"),
        gathers=("published_comparison", "paper_audit", "theory", "data_claims") if has_paper else (),
        optional=(
            "published_comparison",
            "regression_tables",
            "table_01_descriptives",
            "robust_inference",
            "firm_match_report",
            "figures",
            "quality_coefficients",
            "survey_plausibility",
        ),
        sections=[WHOLE],
    )
    def replication_report(
        regression_tables: pl.DataFrame,
        table_01_descriptives: pl.DataFrame,
        robust_inference: pl.DataFrame,
        sample_flow: pl.DataFrame,
        firm_match_report: pl.DataFrame,
        figures: pl.DataFrame,
        quality_coefficients: pl.DataFrame,
        column_readings: pl.DataFrame,
        survey_plausibility: pl.DataFrame,
        folders: Folders,
        **of_the_paper: pl.DataFrame,
    ) -> pl.DataFrame:
        """The answer on one screen, Tables 1 to 10 with verdicts, data, figures, audit, theory check, versions.

        Without a paper: the answer of the study's first table, its own tables, data, figures, versions.
        Out  outputs/replication_report.html, .docx and .pdf, and in Chinese ending in _zh; each needs no other file
        """
        from egov_assets.replication.report_html import report_page
        from egov_assets.replication.report_pdf import report_pdf
        from egov_assets.replication.report_word import report_document

        results = Results(
            against=Against(*of_the_paper.values()) if of_the_paper else None,
            estimates=regression_tables,
            descriptives=table_01_descriptives,
            robust=robust_inference,
            warned=Warned(quality_coefficients, column_readings, survey_plausibility),
            own_tables=own_tables(folders.study_file),
            printing=read_printing(folders.study_file),
            sample_flow=sample_flow,
            match_report=firm_match_report,
            figures=figures,
            versions=tuple(version for table in STUDY_TABLES for version in table_versions(folders, table)),
            settings=tuple((path.name, path.read_text(encoding="utf-8")) for path in folders.settings_files),
            not_available=tuple(tables_by_reason(lacking_in(folders.lake, YEARS))),
        )
        rows = []
        for language in LANGUAGES:
            blocks = list(report_blocks(results, language))
            path = folders.report if language == "en" else folders.report.with_stem(f"{folders.report.stem}_{language}")
            publish_text(report_page(blocks, folders.outputs / "figures", language), path.with_suffix(".html"))
            publish_bytes(report_document(blocks, folders.outputs / "figures", language), path.with_suffix(".docx"))
            publish_bytes(report_pdf(blocks, folders.outputs / "figures", language), path.with_suffix(".pdf"))
            files = (path.with_suffix(kind) for kind in (".html", ".docx", ".pdf"))
            rows += [(file.name, language, file_hash(file)) for file in files]
        return pl.DataFrame(rows, schema=dict.fromkeys(("file", "language", "sha256"), pl.String), orient="row")

    return replication_report


replication_report = report_asset(has_paper=True)
