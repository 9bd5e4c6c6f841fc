"""Run a module as a program that ends when its parent does: `python -m egov_assets.running.with_parent MODULE …`.

The parent holds the other end of the standard input and writes nothing there; its death, however sudden, closes it.
"""

import os
import runpy
import signal
import sys
import threading


def main() -> None:
    """Raises whatever the module raises."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


def _end_with_parent() -> None:
    os.read(0, 1)
    if sys.platform == "win32":
        os._exit(1)
    os.killpg(0, signal.SIGKILL)  # with all that this process started: it leads a group of its own


if __name__ == "__main__":
    main()
