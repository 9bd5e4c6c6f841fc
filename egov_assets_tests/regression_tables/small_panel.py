"""A panel of firms in cities with a known effect of the score, some firms observed once."""

import numpy as np
import polars as pl

from egov_assets.paper.study import CONTROLS

EFFECT = 0.05


def small_panel(seed: int = 1, firms: int = 300, cities: int = 30) -> pl.DataFrame:
    """firm_id, year, city_code, qua, egscore, egscore_size5 (its instrument) and the controls; rows in no order."""
    draw = np.random.default_rng(seed)
    firm = np.repeat(np.arange(firms), 3)
    n = len(firm)
    city = draw.integers(0, cities, firms)[firm]
    mover = draw.random(n) < 0.05
    instrument = draw.normal(size=n)
    shock = draw.normal(size=n)
    score = 0.5 + 0.1 * instrument + 0.05 * shock
    frame = pl.DataFrame(
        {
            "firm_id": [f"{number:010d}" for number in firm],
            "year": np.tile([2010, 2011, 2012], firms).astype(np.int32),
            "city_code": [f"{number:06d}" for number in np.where(mover, (city + 1) % cities, city)],
            "egscore": score,
            "egscore_size5": instrument,
            "qua": 0.6
            + EFFECT * score
            + 0.1 * draw.normal(size=firms)[firm]
            + 0.02 * shock
            + 0.03 * draw.normal(size=n),
            **{name: 5 + draw.normal(size=n) for name in CONTROLS},
        }
    )
    return frame.filter(pl.Series(draw.random(n) < 0.8)).sample(fraction=1, shuffle=True, seed=seed)
