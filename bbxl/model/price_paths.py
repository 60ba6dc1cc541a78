"""Price lists that change now and then: random paths of API prices."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from bbxl.model.quantities import Array


@dataclass(frozen=True)
class PriceChanges:
    """Changes of a price list, at random months and by random factors.

    Parameters
    ----------
    a_year : float
        How many changes a year brings on average.
    spread : float
        Standard deviation of the logarithm of one change: 0.5 is a factor of 1.65.

    Notes
    -----
    Each month from the second on brings k changes, k from a Poisson distribution
    of mean a_year / 12. A change is lognormal with mean 1,
    exp(spread Z - spread^2 / 2): prices go up and down, and are expected to stay
    where they are; a trend is `Projection.api_price_change`. So after t months the
    price is 1 on average, and its square exp(a_year t / 12 (e^(spread^2) - 1)).
    """

    a_year: float = 0.0
    spread: float = 0.0

    @property
    def any(self) -> bool:
        """Whether a price changes at all."""
        return self.a_year > 0 and self.spread > 0

    def worth(self, weights: Array, random: np.random.Generator, size: int) -> Any:
        """sum_t weight_t price_t of many paths, for the weights of the months."""
        log_price, total = np.zeros(size), np.full(size, float(weights[0]))
        for weight in weights[1:].tolist():
            count = random.poisson(self.a_year / 12, size)
            changed = np.flatnonzero(count)  # few: most months bring no change
            k = count[changed]
            log_price[changed] += self.spread * np.sqrt(k) * random.standard_normal(len(k))
            log_price[changed] -= self.spread**2 / 2 * k
            total += weight * np.exp(log_price)
        return total
