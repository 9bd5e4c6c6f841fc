"""Which processes of this machine live."""

import os
import sys


def is_alive(process: int) -> bool:
    """Does a process with this number exist?"""
    if sys.platform == "win32":
        import psutil  # Dagster brings it on Windows, where os.kill(process, 0) would end the process

        return psutil.pid_exists(process)
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
