"""What an approach pays: cost streams, and the components as which they are shown.

An approach is a sum of cost streams. A stream says when it is paid, which
price path moves it, and how it is taxed. `bbxl.model.driver_table` says which
drivers feed it; a new stream is entered in `STREAMS`.
"""

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple


class Timing(Enum):
    """When a stream is paid; the value says it behind a unit."""

    START = ", once"
    MONTHLY = " a month"
    PER_REQUEST = " a request"
    PER_UNIT = " a unit and month"
    PURCHASE = " a unit"
    RECURRING = ", each time"
    END = ", at the end"


BY_UNIT = frozenset((Timing.PER_UNIT, Timing.PURCHASE))
"""Timings of what is paid for units of capacity."""


@dataclass(frozen=True)
class Stream:
    """Costs that are paid at the same times and move with the same price.

    Parameters
    ----------
    name, label : in code, and as shown.
    timing : when it is paid.
    price : the field of `Projection` that moves its price; "" where none does.
    own_price : the driver that moves it, of each approach by itself.
    capitalisable : whether tax deducts a part of it over its life; else all when it is paid.
    cost_label : what its cost is called, where that is not the label.
    optional : whether an approach may do without it, and results then leave it out.
    needs : drivers that must be above 0 where it is paid.
    also : further drivers that say how much of it is paid, or when.
    """

    name: str
    label: str
    timing: Timing
    price: str = ""
    own_price: str = ""
    capitalisable: bool = False
    cost_label: str = ""
    optional: bool = False
    needs: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    def __hash__(self) -> int:
        return hash(self.name)  # in half the time of hashing all of it

    @property
    def cost(self) -> str:
        """What its cost is called."""
        return self.cost_label or self.label


DEVELOPMENT = Stream("development", "Development", Timing.START, capitalisable=True)
DATA_AND_TRAINING = Stream("data_and_training", "Data and training", Timing.START)
INFRASTRUCTURE = Stream("infrastructure", "Infrastructure", Timing.MONTHLY, "infra_price_change")
WAGES = Stream("wages", "Hours of each month", Timing.MONTHLY, "wage_growth")
TOOLING = Stream("tooling", "Tooling", Timing.MONTHLY)
REQUESTS = Stream(
    "per_request",
    "Requests",
    Timing.PER_REQUEST,
    "api_price_change",
    cost_label="Cost per request",
)
CAPACITY = "unit_capacity"
"""The driver that says how many requests a month one unit carries."""

RENT = Stream(
    "unit_rent",
    "Units, each month",
    Timing.PER_UNIT,
    "infra_price_change",
    optional=True,
    needs=(CAPACITY,),
    also=("units_minimum",),
)
PURCHASES = Stream(
    "unit_purchases",
    "Units bought",
    Timing.PURCHASE,
    "infra_price_change",
    optional=True,
    needs=(CAPACITY, "unit_life_months"),
    also=("units_minimum", "unit_residual"),
)

RETRAINING = Stream(
    "retraining",
    "Retraining",
    Timing.RECURRING,
    optional=True,
    needs=("retraining_every_months",),
)
MIGRATION = Stream("migration", "Migration", Timing.START, optional=True)
EXIT = Stream("exit", "Exit", Timing.END, optional=True)
ERRORS = Stream(
    "errors",
    "Wrong answers",
    Timing.PER_REQUEST,
    own_price="error_rate_change",
    optional=True,
    also=("error_rate_change",),
)

STREAMS = (
    DEVELOPMENT, DATA_AND_TRAINING, INFRASTRUCTURE, WAGES, TOOLING, REQUESTS, RENT, PURCHASES,
    RETRAINING, MIGRATION, EXIT, ERRORS,
)  # fmt: skip
"""All streams, in the order in which they are added up."""


class Component(NamedTuple):
    """A part of the cost a month, as the breakdown shows it: its name in code, and its label."""

    name: str
    label: str


COMPUTE = Component("compute", "Compute")
ENGINEERING = Component("engineering", "Engineering")
DEVELOPMENT_AMORTIZED = Component("development_amortized", "Development, amortized")
DATA_AMORTIZED = Component("data_and_training_amortized", "Data and training, amortized")
COMPLIANCE = Component("compliance", "Compliance")
TOOLS = Component("tooling", "Tooling")
UPFRONT_AMORTIZED = Component("upfront_amortized", "Upfront cost, amortized")
FIXED = Component("fixed_monthly", "Fixed cost")
BY_REQUEST = Component("per_request", "Cost of requests")
UNITS = Component("capacity", "Capacity")
MOVING = Component("migration", "Migration and exit, amortized")
WRONG = Component("errors", "Wrong answers")

COMPONENTS = (
    COMPUTE, ENGINEERING, DEVELOPMENT_AMORTIZED, DATA_AMORTIZED, COMPLIANCE, TOOLS,
    UPFRONT_AMORTIZED, FIXED, BY_REQUEST, UNITS, MOVING, WRONG,
)  # fmt: skip
"""All components, in the order in which a breakdown lists and adds them."""
