"""What an approach pays: the streams that its drivers feed, and its units of capacity."""

from typing import Any, ClassVar, Generic

import numpy as np

from bbxl.model import capacity
from bbxl.model.driver_table import DriverTable, something
from bbxl.model.quantities import N, Record, Volume, checked, float_or_array
from bbxl.model.streams import BY_UNIT, CAPACITY, Stream, Timing
from bbxl.model.tco import added


class CostStreams(Record, Generic[N]):
    """Base of approaches: what they pay.

    Attributes
    ----------
    table : DriverTable
        The drivers of the class.
    """

    table: ClassVar[DriverTable]

    def __post_init__(self) -> None:
        super().__post_init__()
        for problem, wrong in self.table.contradictions(vars(self)).items():
            if np.any(wrong):
                raise ValueError(problem)

    def pays(self, stream: Stream) -> bool:
        """Whether anything is paid for a stream; for one that it cannot do without, always."""
        return not stream.optional or any(
            something(part.of(self)) for part in self.table.streams.get(stream, ())
        )

    def streams(self) -> dict[Stream, Any]:
        """What the approach pays, by what makes it change over time.

        Returns
        -------
        dict of Stream to float or array
            Each of `bbxl.model.streams.STREAMS` in its order: an amount paid
            once, each month, for each request or for each unit, as the stream's
            timing says. One that an approach may do without is there only where
            something is paid for it.
        """
        return {
            stream: added(part.of(self) for part in parts) if parts else 0.0
            for stream, parts in self.table.streams.items()
            if self.pays(stream)
        }

    @property
    def has_units(self) -> bool:
        """Whether a unit of capacity costs something."""
        return any(map(self.pays, self.table.of_units))

    @property
    def where_units(self) -> Any:
        """Where, of arrays, a unit of capacity costs something."""
        found = [
            np.not_equal(cost, 0) for each, cost in self.streams().items() if each.timing in BY_UNIT
        ]
        return np.logical_or.reduce(np.broadcast_arrays(False, *found))

    @checked
    def units(self, requests_per_month: Volume[Any]) -> Any:
        """Units of capacity that a volume needs.

        Parameters
        ----------
        requests_per_month : float or array_like
            The volume, 0 or more.

        Returns
        -------
        float or array
            A whole number; 0 where the approach states no capacity of a unit.

        Raises
        ------
        ValueError
            The volume is impossible.

        Notes
        -----
        max(units_minimum, ceil(n / unit_capacity))
        """
        one, fewest = (getattr(self, name, 0.0) for name in (CAPACITY, "units_minimum"))
        return capacity.units(requests_per_month, one, fewest)

    def times_recurring(self, months: Any) -> Any:
        """How often what recurs is paid: at the end of each period before the horizon's last."""
        every = getattr(self, "retraining_every_months", 0.0)
        with np.errstate(all="ignore"):
            ends = capacity.whole(np.divide(months, every)) - 1
        return float_or_array(np.where(np.greater(every, 0), ends, 0.0))

    def unit_months(self, stream: Stream, months: Any) -> Any:
        """What a cost of one unit is multiplied by to give its cost a month."""
        if stream.timing is Timing.PER_UNIT:
            return 1.0
        life, residual = (getattr(self, name) for name in ("unit_life_months", "unit_residual"))
        return capacity.bought(months, life, residual) / months

    def unit_cost(self, months: Any) -> Any:
        """What one unit costs a month, the price of bought ones spread over the horizon."""
        paid = self.streams()
        return (
            added(
                paid.get(stream, 0.0) * self.unit_months(stream, months)
                for stream in self.table.of_units
            )
            if self.table.of_units
            else 0.0
        )
