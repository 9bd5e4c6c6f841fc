"""Peak memory and speed of reading one customs year: a GB18030 csv straight into the lake, against pandas.

    python benchmarks/reading.py 10000000            # lines; about 1.7 GB of csv, deleted afterwards
    python benchmarks/reading.py 1000000 --peer      # the same file through pandas.read_csv, the usual way

Each reading runs in a process of its own, so that its peak memory is its own. Needs the operating system to report
peak memory (Linux, macOS); elsewhere only times are printed.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BLOCK = 100_000
LIMIT_GIB = 2.0
HEADER = (
    "_日期,_进口或出口,_税号编码,_企业编码,_经营单位,_消费地进口or生产地出口,_单位地址,_邮编,_电话,_海关口岸,_企业性质,"
    "_起运国或目的国,_贸易方式,_中转国,_金额,_数量\n"
)

OURS = """
import sys
from pathlib import Path
from egov_assets.raw.schema import RawCustoms, file_columns
from egov_assets.platform.lake import write_blocks
from egov_assets.raw.tables import read_blocks
write_blocks(read_blocks(Path(sys.argv[1]), "customs", 2011, file_columns(RawCustoms)), Path(sys.argv[2]))
"""
PEER = """
import sys
from pathlib import Path
import pandas as pd
[file] = Path(sys.argv[1]).glob("customs/2011/*.csv")
pd.read_csv(file, encoding="gb18030", dtype=str).to_parquet(sys.argv[2])
"""
MEASURED = """
import sys, time
began = time.perf_counter()
exec(sys.argv.pop(1))
seconds = time.perf_counter() - began
try:
    import resource
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 2**30
except ImportError:
    peak = float("nan")
print(seconds, peak)
"""


def write_customs_year(path: Path, lines: int) -> None:
    """A part file of invented lines, in the layout of 2007-2011."""
    path.parent.mkdir(parents=True)
    with path.open("w", encoding="gb18030", newline="") as file:
        file.write(HEADER)
        for first in range(0, lines, BLOCK):
            file.writelines(
                f"2011,0,{61091000 + number % 999},33019{number % 89999 + 10000},杭州示例第{number}号针织有限公司,"
                f"33019,杭州市示例路{number % 977}号,310012,0571-8{number % 9999999:07d},上海海关,"
                f"私营企业,502,一般贸易,,{number % 99991}.50,{number % 4999}\n"
                for number in range(first, min(first + BLOCK, lines))
            )


def measured(code: str, raw: Path, target: Path) -> tuple[float, float]:
    """Seconds and peak GiB of the code in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, code, str(raw), str(target)], capture_output=True, text=True, check=True
    )
    seconds, peak = done.stdout.split()[-2:]
    return float(seconds), float(peak)


def main() -> int:
    """Print both; 1 if ours needed more memory than the limit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lines", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--peer", action="store_true", help="read the file through pandas as well")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "raw"
        file = raw / "customs/2011/tradedata_2011_1.csv"
        write_customs_year(file, options.lines)
        size, today = file.stat().st_size / 2**30, time.strftime("%Y-%m-%d")
        print(f"{options.lines:,} lines, {size:.2f} GiB of GB18030 csv ({today})")
        seconds, peak = measured(OURS, raw, Path(folder) / "ours.parquet")
        print(f"egov    {seconds:7.1f} s   peak {peak:5.2f} GiB   ({options.lines / seconds:,.0f} lines a second)")
        if options.peer:
            theirs, their_peak = measured(PEER, raw, Path(folder) / "pandas.parquet")
            print(f"pandas  {theirs:7.1f} s   peak {their_peak:5.2f} GiB")
            print(f"ratio   {seconds / theirs:7.2f}     {peak / their_peak:10.2f}")
    return 1 if peak > LIMIT_GIB else 0


if __name__ == "__main__":
    sys.exit(main())
