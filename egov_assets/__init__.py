"""Does digital government raise the quality of what firms export? The study as data assets, to rerun and to check."""

import os

# Read when numpy is loaded, after this. Years run side by side: threads of the linear algebra would wait for each
# other, which took three quarters of the tables' processor time on two cores, and could change a last digit.
for _threads in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ.setdefault(_threads, "1")
