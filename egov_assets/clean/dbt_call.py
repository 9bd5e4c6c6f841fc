"""A dbt call on an already parsed project: `python dbt_call.py <parsed project> <dbt arguments>`.

Run by path in a process of its own, so it imports nothing of this package. dbt parses anew whenever a variable
changes, and ours change with every year; a manifest handed to dbtRunner is used as it is, and variables are read when
a model is compiled. Standard input is a life line: when it ends, whoever asked for the tables is gone.
"""

import os
import sys
import threading
from pathlib import Path

from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest


def main(parsed: str, *arguments: str) -> int:
    """Exit code as dbt's own: 0 all well, 1 a node failed, 2 dbt itself failed."""
    manifest = Manifest.from_msgpack(Path(parsed).read_bytes())
    manifest.build_flat_graph()  # what macros see as `graph`; parsing does this, reading does not
    result = dbtRunner(manifest=manifest).invoke(list(arguments))
    if result.exception:
        print(result.exception, file=sys.stderr)
        return 2
    return 0 if result.success else 1


def _end_with_caller() -> None:
    os.read(0, 1)  # the caller writes nothing, so this returns when its end of the pipe is closed
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=_end_with_caller, daemon=True).start()
    sys.exit(main(*sys.argv[1:]))
