"""The README's way to one's own data, on files that are not the demo's."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from egov_assets import cli
from egov_assets_tests.raw import tiny_files as files

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
TEN_LINES = README.partition("## Your own data, in ten lines")[2].partition("\n## ")[0]
COMMANDS = [shlex.split(each)[1:] for each in re.findall(r"`(egov [^`]+)`", TEN_LINES)]


def test_there_are_ten_lines():
    assert re.findall(r"(?m)^(\d+)\. ", TEN_LINES) == [str(number) for number in range(1, 11)]


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_every_command_is_there(arguments: list[str]):
    _, rest = cli._study_option().parse_known_args(arguments)
    assert cli._parser().parse_args(rest).command


CITIES = (("杭州市", "330104"), ("宁波市", "330203"), ("南京市", "320102"), ("苏州市", "320505"))
PARTNERS = ("502", "116", "303")


def write_own_files(raw: Path, years: tuple[int, ...] = (2010, 2011), firms: int = 60) -> None:
    """Invented firms of four cities, each with shirts to three destinations, in the same files as a user's."""
    for year in years:
        customs, survey, identity, figures = [], [], [], []
        for firm in range(firms):
            city, region = CITIES[firm % len(CITIES)]
            name, code, phone = f"{city}第{firm:03d}示例针织有限公司", f"7{firm:08d}", f"8{firm:07d}"
            for place, partner in enumerate(PARTNERS):
                price, quantity = (
                    10 + (firm * 13 + place * 5 + year) % 17,
                    100 + (firm * 29 + place * 31 + year * 3) % 97 * 10,
                )
                line = {"_企业编码": f"{region[:4]}9{firm:05d}", "_经营单位": name, "_起运国或目的国": partner}
                customs.append(line | {"_数量": quantity, "_金额": price * quantity, "_电话": phone})
            survey.append({"frdm": code, "qymc": name, "sdxm": region, "telephone": phone, "bnyfgzze": 2000.0 + firm})
            identity.append({"组织机构代码": code, "企业名称": name, "省地县码": region, "固定电话": phone})
            figures.append({"组织机构代码": code, "主营业务收入(千元)": 25000 + 90 * firm})
        files.customs(raw, year, customs)
        if year == 2010:
            files.survey_2010(raw, identity, figures)
        else:
            files.survey(raw, year, survey)
        cities = list(enumerate(city for city, _ in CITIES))
        files.scores(
            raw,
            year,
            [(n, city, files.PRODUCER, *[0.3 + n / 10 + n % 2 * (year - 2010) / 20] * 9, year) for n, city in cities],
        )
        files.city_yearbook(
            raw,
            year,
            [(city, 500.0 + 100 * n, 300.0 + n, 60000 + 5000 * n + year, 9000 - n, 43 + n, year) for n, city in cities],
        )
    series = {("地区生产总值", "亿元"): 27000, ("城市宽带接入用户", "万户"): 800, ("域名数", "万个"): 60}
    rows = [
        [province, indicator, unit, *(figure * (1 + n / 8) * (year - 2000) for year in years)]
        for n, province in enumerate(("浙江", "江苏"))
        for (indicator, unit), figure in series.items()
    ]
    heads = ["地区", "指标", "单位", *(f"{year}年" for year in years)]
    files.write_workbook(raw / "province_yearbook/province_yearbook.xlsx", {"分省": [heads, *rows]})


@pytest.mark.slow
def test_the_commands_lead_from_an_empty_folder_to_tables(tmp_path: Path):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("EGOV_")}

    def egov(*arguments: str) -> str:
        command = [sys.executable, "-m", "egov_assets.cli", *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    init, doctor, run = COMMANDS[:3]
    assert (init[0], doctor[-1], run[-1]) == ("init", "doctor", "run")
    egov(*init)
    study = tmp_path / init[1]
    write_own_files(study / "raw")
    text = (study / "study.yml").read_text("utf-8")
    (study / "study.yml").write_text(re.sub(r"(?m)^years: .*", "years: [2010, 2011]", text), encoding="utf-8")
    egov(*doctor)
    assert "示例针织有限公司" in (study / "outputs" / "doctor.html").read_text("utf-8")
    assert "Table my_table. The baseline" in egov(*run)
    exports = pl.read_parquet(study / "outputs" / "lake" / "product_quality")
    assert exports.group_by("year").len().sort("year").rows() == [(2010, 180), (2011, 180)]
