"""From rows to lines: the flows of one firm, product and year, which stand together.

`starts` hold where each run of flows begins, and at the end their number: the flows of run r are starts[r] to
starts[r + 1]. Codes (m, 2) are those of `codes.words`.
"""

import numpy as np

from egov_assets.product_quality.compiled import machine_code


@machine_code
def first_out_of_order(
    product: np.ndarray, company: np.ndarray, year: np.ndarray, destination: np.ndarray, line_begins: np.ndarray
) -> int:
    """The first row that does not come behind the one before, in one year by product, company, destination; or -1."""

    def differ(codes, row):
        return codes[row, 0] != codes[row - 1, 0] or codes[row, 1] != codes[row - 1, 1]

    def behind(codes, row):
        for byte in range(4, 16):
            shift = np.uint64(8 * (byte % 8))
            own = (codes[row, byte // 8] >> shift) & np.uint64(255)
            before = (codes[row - 1, byte // 8] >> shift) & np.uint64(255)
            if own != before:
                return own > before
        length = np.uint64(0xFFFFFFFF)
        return (codes[row, 0] & length) > (codes[row - 1, 0] & length)

    for row in range(1, len(year)):
        if not line_begins[row]:
            in_order = behind(destination, row)
        elif differ(product, row):
            in_order = behind(product, row)
        else:
            in_order = behind(company, row)
        if not in_order or year[row] != year[row - 1]:
            return row
    return -1


@machine_code
def begins(product: np.ndarray, company: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(m,) whether a product begins in the row, (m,) whether a line does."""
    of_product, of_line = np.ones(len(product), dtype=np.bool_), np.ones(len(product), dtype=np.bool_)
    for row in range(1, len(product)):
        of_product[row] = product[row, 0] != product[row - 1, 0] or product[row, 1] != product[row - 1, 1]
        of_line[row] = (
            of_product[row] or company[row, 0] != company[row - 1, 0] or company[row, 1] != company[row - 1, 1]
        )
    return of_product, of_line


@machine_code
def ln_gdp_of_rows(
    province: np.ndarray,
    year: np.ndarray,
    line_begins: np.ndarray,
    known_province: np.ndarray,
    known_year: np.ndarray,
    ln_gdp: np.ndarray,
) -> np.ndarray:
    """(m,) ln GDP of the row's province and year among the known (k, 2), (k,), (k,); NaN if it is not there."""
    found = np.empty(len(year))
    for row in range(len(year)):
        if (
            not line_begins[row]
            and province[row, 0] == province[row - 1, 0]
            and province[row, 1] == province[row - 1, 1]
        ):
            found[row] = found[row - 1]
            continue
        found[row] = np.nan
        for known in range(len(known_year)):
            if (
                known_year[known] == year[row]
                and known_province[known, 0] == province[row, 0]
                and known_province[known, 1] == province[row, 1]
            ):
                found[row] = ln_gdp[known]
    return found


@machine_code
def usable_rows(line_begins: np.ndarray, ln_gdp: np.ndarray, keep_alone: bool) -> tuple[np.ndarray, np.ndarray]:
    """(n,) the rows with a GDP, in lines of at least two or, with `keep_alone`, of one; (lines + 1,) their starts."""
    rows = len(ln_gdp)
    places, starts = np.empty(rows, dtype=np.int64), np.empty(rows + 1, dtype=np.int64)
    kept, lines, first = 0, 0, 0
    for row in range(rows + 1):
        if row == rows or line_begins[row]:
            if kept - first == 1 and not keep_alone:
                kept = first
            if kept > first:
                starts[lines] = first
                lines += 1
            first = kept
        if row < rows and np.isfinite(ln_gdp[row]):
            places[kept] = row
            kept += 1
    starts[lines] = kept
    return places[:kept], starts[: lines + 1]


@machine_code
def mean_of_others(values: np.ndarray, weights: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """(n,) weighted mean of the values (n,) of the run's other flows; NaN in a run of one."""
    mean = np.empty(len(values))
    weight_after = np.empty(len(values))
    for run in range(len(starts) - 1):
        total, weight = 0.0, 0.0
        for flow in range(starts[run + 1] - 1, starts[run] - 1, -1):
            mean[flow], weight_after[flow] = total, weight
            total += weights[flow] * values[flow]
            weight += weights[flow]
        # What stands before and what stands behind, rather than all less the own: a giant flow would leave its
        # rounding to the small ones.
        total, weight = 0.0, 0.0
        for flow in range(starts[run], starts[run + 1]):
            others = weight + weight_after[flow]
            mean[flow] = (total + mean[flow]) / others if others > 0 else np.nan
            total += weights[flow] * values[flow]
            weight += weights[flow]
    return mean
