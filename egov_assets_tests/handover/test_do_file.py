"""The do-file says what pyfixest finds on the exported file when it counts effects as reghdfe does."""

import re
from pathlib import Path

import polars as pl
import pyfixest
import pyreadstat
import pytest

from egov_assets.handover.do_file import NoDoFile, do_file
from egov_assets.handover.labels import ColumnLabel
from egov_assets.handover.table_files import write_stata
from egov_assets.paper.study import CONTROLS
from egov_assets.regression_tables.estimate import estimate_table
from egov_assets.regression_tables.specifications import Column, Table
from egov_assets_tests.regression_tables.small_panel import small_panel

PRINTED = {
    "outcome": "qua", "treatment": "egscore", "controls": CONTROLS, "fixed_effects": ("firm", "year")
}  # fmt: skip
COLUMN = Column(**PRINTED)


def written(column: Column, panel: pl.DataFrame) -> str:
    estimates = estimate_table("table_02", Table(title="T", columns={"3": column}), panel)
    return do_file(column, estimates, panel, "table_02 (3)")


def test_its_expected_numbers_are_those_of_another_estimator_on_the_exported_file(tmp_path: Path):
    """Firms move in this panel, so that the two ways of counting effects differ."""
    panel = small_panel()
    labels = [ColumnLabel(name, name, name, {}) for name in panel.columns]
    write_stata(panel, labels, tmp_path / "firm_panel.dta")
    rows, _ = pyreadstat.read_dta(tmp_path / "firm_panel.dta")
    text = written(COLUMN, panel)
    outcome, terms = re.search(r"(?m)^reghdfe (\w+) ([^,]+), ", text).groups()
    assert "absorb(id_firm_id year) vce(cluster id_city)" in text
    fit = pyfixest.feols(
        f"{outcome} ~ {' + '.join(terms.split())} | firm_id + year",
        rows,
        vcov={"CRV1": "city_code"},
        fixef_rm="singleton",
    )
    expected = {
        term: (float(b), float(se))
        for term, b, se in re.findall(r'display "(\w+)" .* _col\(34\) " *(-?\d\S+)" .* _col\(62\) " *(\d\S+)"', text)
    }
    found = {term: (fit.coef()[term], fit.se()[term]) for term in terms.split()}
    assert expected.keys() == found.keys()
    for term, numbers in expected.items():
        assert numbers == pytest.approx(found[term], abs=2e-8)
    assert f'_col(34) "{fit._N}"' in text


def test_it_says_that_it_has_not_been_run():
    assert "has NOT been run in Stata" in written(COLUMN, small_panel())


@pytest.mark.parametrize("change", [{"instrument": "egscore_size5"}, {"outcome": "D.qua"}, {"fixed_effects": ()}])
def test_what_is_no_single_call_of_reghdfe_is_refused(change: dict):
    with pytest.raises(NoDoFile):
        written(Column(**PRINTED | change), small_panel())
