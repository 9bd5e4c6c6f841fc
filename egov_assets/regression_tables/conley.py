"""Errors that allow dependence between cities near each other (Conley), and within two groupings at once.

Both extend the clustered sandwich; pyfixest has two-way clusters, and no distances.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from egov_assets.regression_tables.clustered import counted, members_of, small_sample_factor
from egov_assets.regression_tables.fits import Regression

EARTH_RADIUS_KM = 6371.0088


def distances_km(places: pl.DataFrame) -> NDArray:
    """Great-circle distances (G, G); places: lon, lat in degrees, a row a city. NaN where a city has no coordinates."""
    lon, lat = (np.radians(places[name].cast(pl.Float64).to_numpy()) for name in ("lon", "lat"))
    half = (
        np.sin((lat[:, None] - lat) / 2) ** 2
        + np.cos(lat[:, None]) * np.cos(lat) * np.sin((lon[:, None] - lon) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(half))


def conley_covariance(regression: Regression, places: pl.DataFrame, cutoff_km: float) -> NDArray:
    """Covariance (k, k) of the coefficients in X; scores of two cities count by 1 - distance / cutoff, at least 0.

    places  city, lon, lat. A city's own years count fully; a city without coordinates is near to none but itself.
    Source  Conley (1999), with the kernel of Bartlett and errors of any kind within a city
    """
    cities = pl.DataFrame({"city": np.unique(regression.labels["city"].to_numpy())})
    distance = distances_km(cities.join(places, on="city", how="left", maintain_order="left"))
    kernel = np.clip(1 - np.nan_to_num(distance, nan=np.inf) / cutoff_km, 0, None)
    np.fill_diagonal(kernel, 1.0)
    scores = _scores(regression, regression.labels["city"].to_numpy())
    return _sandwich(regression, scores.T @ kernel @ scores) * _factor(regression, len(cities))


def two_way_covariance(regression: Regression, others: NDArray) -> NDArray:
    """Covariance (k, k) clustered by city and by `others` (n,) at once.

    Source  Cameron, Gelbach and Miller (2011), with the factor of the grouping that has fewer clusters
    """
    cities = regression.labels["city"].to_numpy()
    both = np.array([f"{city} {other}" for city, other in zip(cities, others, strict=True)])
    by_city, by_other, by_both = (_scores(regression, labels) for labels in (cities, others, both))
    meat = by_city.T @ by_city + by_other.T @ by_other - by_both.T @ by_both
    return _sandwich(regression, meat) * _factor(regression, min(len(by_city), len(by_other)))


def _scores(regression: Regression, labels: NDArray) -> NDArray:
    return np.asarray(members_of(labels).T @ (regression.fitted * regression.residuals[:, None]))


def _sandwich(regression: Regression, meat: NDArray) -> NDArray:
    bread = np.linalg.inv(regression.fitted.T @ regression.fitted)
    return bread @ meat @ bread


def _factor(regression: Regression, clusters: int) -> float:
    cities = regression.labels["city"].to_numpy()
    return small_sample_factor(*counted("sandwich", regression.slopes, regression.effects, cities), clusters)
