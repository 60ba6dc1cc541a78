"""Total cost of ownership of an approach, broken down by what the money is spent on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any, Generic

import numpy as np

from bbxl.model.quantities import N, float_or_array


@dataclass(frozen=True)
class TCO(Generic[N]):
    """Total cost of ownership of an approach at a volume over a horizon.

    Attributes
    ----------
    breakdown : mapping of str to float or array
        Component -> cost a month, in the currency of the approach. The
        components add up to `monthly_total` exactly, in their order.
    requests_per_month : float or array
        The volume.
    months : float or array
        The horizon.
    units : float or array
        Units of capacity that the volume needs; 0 where an approach has none.
    """

    breakdown: Mapping[str, N | float]
    requests_per_month: N | float
    months: N | float
    units: N | float = 0.0

    @property
    def monthly_total(self) -> N:
        """Cost a month, upfront cost spread evenly over the horizon."""
        return float_or_array(added(self.breakdown.values()))

    @property
    def annual_total(self) -> N:
        """12 x monthly_total: the annualised average, whatever the horizon."""
        return float_or_array(np.multiply(12, self.monthly_total))

    @property
    def horizon_total(self) -> N:
        """Months x monthly_total: all that is spent over the horizon."""
        return float_or_array(np.multiply(self.months, self.monthly_total))

    @property
    def cost_per_request(self) -> N:
        """monthly_total / requests_per_month; NaN at zero volume, where there is none."""
        volume = np.asarray(self.requests_per_month, dtype=float)
        with np.errstate(all="ignore"):
            return float_or_array(np.where(volume > 0, self.monthly_total / volume, np.nan))


def added(costs: Iterable[Any]) -> Any:
    """The sum of one or more costs, in their order."""
    return reduce(add, costs)  # sum() would add the first one to 0: a pass over an array more
