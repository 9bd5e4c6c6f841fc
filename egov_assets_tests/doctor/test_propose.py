"""`egov doctor --propose`: the section `sources` it writes reads the files as they are."""

from pathlib import Path

import pytest

from egov_assets.cli import main
from egov_assets.doctor.propose import proposed_sources
from egov_assets.raw.errors import BadSource
from egov_assets.raw.schema import file_columns
from egov_assets.raw.sources import RAW_TABLES, read_sources
from egov_assets.raw.tables import read_tables
from egov_assets_tests.raw import tiny_files as files

LINES = "".join(f"330196123{n},6109100{n},{n % 2},502,{1000 + n},{n}.5,7\n" for n in range(10))


def customs_of(raw: Path) -> list[tuple]:
    table, _ = read_tables(raw, "customs", 2011, file_columns(RAW_TABLES["customs"]))
    return table.select("company_id", "hs8_code", "flow", "partner", "value_usd", "quantity").rows()


@pytest.mark.parametrize(
    ("header", "reasons"),
    [
        ("party_id,hs_id,_进出口,country,value,quantity,z", ['flow: ["_进出口"]  # the header looks like flow']),
        ("party_id,hs_id,direction,country,value,quantity,z", ['flow: ["direction"]  # its values alone look like']),
        (
            "party_id,hs_id,exp_imp,country,value,quantity,金额",
            ['value_usd: ["金额"]  # could be 金额 or value: which'],
        ),
    ],
)
def test_what_is_proposed_reads_the_file_as_it_is(tmp_path: Path, header: str, reasons: list[str]):
    raw, study_file = tmp_path / "raw", tmp_path / "study.yml"
    files.write_text(raw / "customs/2011/a.csv", header + "\n" + LINES)
    with pytest.raises(BadSource):
        customs_of(raw)
    proposal = proposed_sources(raw, read_sources(study_file), (2011,))
    for reason in reasons:
        assert reason in proposal
    if "could be" in proposal:  # a question for the owner, who says the other
        proposal = proposal.replace('["金额"]', '["value"]')
    study_file.write_text(proposal, encoding="utf-8")
    first = ("3301961230", "61091000", "0", "502", "1000", "0.5")
    assert customs_of(raw)[0] == first
    assert proposed_sources(raw, read_sources(study_file), (2011,)) is None


def test_a_column_that_nothing_looks_like_is_named_and_no_header_is_taken_for_it(tmp_path: Path):
    files.write_text(
        tmp_path / "customs/2011/a.csv", "party_id,hs_id,exp_imp,country,value,甲,乙\n" + LINES.replace(",7\n", ",厂\n")
    )
    proposal = proposed_sources(tmp_path, read_sources(), (2011,))
    assert 'quantity: ["甲"]  # its values alone look like quantity' in proposal
    files.write_text(tmp_path / "customs/2011/a.csv", "party_id,hs_id,exp_imp,country,甲,乙,丙\n" + LINES)
    proposal = proposed_sources(tmp_path, read_sources(), (2011,))
    assert "# value_usd: no header looks like it" in proposal and "# quantity: no header" in proposal


def test_the_command_writes_the_proposal_beside_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys):
    monkeypatch.setenv("EGOV_RAW", str(tmp_path / "raw"))
    monkeypatch.setenv("EGOV_OUTPUTS", str(tmp_path / "outputs"))
    files.write_text(tmp_path / "raw/customs/2011/a.csv", "party_id,hs_id,_进出口,country,value,quantity,z\n" + LINES)
    assert main(["doctor", "--propose"]) == 1
    assert "(`_进出口` looks like it)" in capsys.readouterr().out
    assert '"_进出口"' in (tmp_path / "outputs/proposed_sources.yml").read_text("utf-8")
