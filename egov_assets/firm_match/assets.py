"""From two registers to the pairs of each year: ids inside the survey, comparable names, candidates, pairs, report."""

import polars as pl

from egov_assets.firm_match.identities import firm_identities as identities_of
from egov_assets.firm_match.match import accepted_pairs, match_candidates
from egov_assets.firm_match.panel_ids import firm_panel_ids as panel_ids_of
from egov_assets.firm_match.probabilistic import weights
from egov_assets.firm_match.report import match_report, report_summary
from egov_assets.firm_match.schema import (
    FirmIdentities,
    FirmMatch,
    FirmMatchCandidates,
    FirmMatchReport,
    FirmPanelIds,
)
from egov_assets.firm_match.settings import SECTION, read_match_settings
from egov_assets.firm_match.shared_ids import ids_meet_between_years
from egov_assets.firm_match.summaries import candidates_summary, match_summary, panel_summary
from egov_assets.platform.folders import Folders
from egov_assets.platform.lake_asset import lake_asset


@lake_asset(schema=FirmPanelIds, group="firm_match", by_year=False, sections=[SECTION], checks=[ids_meet_between_years])
def firm_panel_ids(clean_firms: pl.DataFrame, folders: Folders) -> tuple[pl.DataFrame, dict[str, int]]:
    """One id per survey firm through all years: one row per survey record, with the key that linked it.

    Source  Brandt, Van Biesebroeck & Zhang (domain.md 3.1): five keys in order, t with t+1, then t with t+2
    """
    panel_ids = panel_ids_of(clean_firms, read_match_settings(folders.study_file).cut_contradicted_links)
    return panel_ids, panel_summary(panel_ids)


@lake_asset(schema=FirmIdentities, group="firm_match", by_year=False, sections=[SECTION])
def firm_identities(
    clean_export_firms: pl.DataFrame, clean_firms: pl.DataFrame, firm_panel_ids: pl.DataFrame, folders: Folders
) -> pl.DataFrame:
    """Names, parts of names, postal codes, telephones and traits of both registers in one form: one row per firm-year.

    Raises  SettingsError if section `matching` of study.yml cannot be used
    Source  domain.md 3.2 (keys), 3.4 (names)
    """
    return identities_of(clean_export_firms, clean_firms, firm_panel_ids, read_match_settings(folders.study_file))


@lake_asset(
    schema=FirmMatchCandidates,
    group="firm_match",
    by_year=True,
    deps=["clean_export_firms", "clean_firms"],
    sections=[SECTION],
)
def firm_match_candidates(
    firm_identities: pl.DataFrame, year: int, folders: Folders
) -> tuple[pl.DataFrame, dict[str, int]]:
    """Every pair of a customs and a survey firm that a step considered, and why it was accepted or refused.

    In      firm_identities of all years: a firm is also known by its names and telephones of other years
    Source  domain.md 3.2 (Tian & Yu 2013), guards of 3.5
    """
    candidates = match_candidates(firm_identities, year, read_match_settings(folders.study_file))
    return candidates, candidates_summary(candidates)


@lake_asset(schema=FirmMatch, group="firm_match", by_year=True)
def firm_match(firm_match_candidates: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, int]]:
    """Customs firms paired with survey firms: one row per accepted pair, with the step and the key that found it."""
    matched = accepted_pairs(firm_match_candidates)
    return matched, match_summary(matched)


@lake_asset(schema=FirmMatchReport, group="firm_match", by_year=False, sections=[SECTION])
def firm_match_report(
    firm_match_candidates: pl.DataFrame, clean_export_firms: pl.DataFrame, folders: Folders
) -> tuple[pl.DataFrame, dict[str, object]]:
    """Per year and step: candidates, accepted, refused by each guard; exports unmatched by size, ownership, city.

    Also as `report.csv` and as pictures in both languages, in `outputs/firm_match/`; if the probabilistic step is on,
    its weights are drawn too.
    """
    from egov_assets.firm_match.picture import save_match_weights, save_report  # matplotlib: definitions must load fast

    report = match_report(firm_match_candidates, clean_export_firms)
    folder = folders.outputs / "firm_match"
    pictures = {"matched": folder / "matched_shares_en.png"}
    files = save_report(report, folder)
    if read_match_settings(folders.study_file).probabilistic:
        pictures["match_weights"] = save_match_weights(weights(), folder)
    return report, {**pictures, **report_summary(report), "files": files}
