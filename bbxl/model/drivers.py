"""The table of drivers: what an engineer estimates of an approach.

A field is a driver, and its type says all about it: the kind of number, what it
is in a phrase, the stream that it feeds, the component that it is shown as, and
the driver that is the price of its unit.
"""

from enum import Enum
from typing import Annotated

from bbxl.model.cost import Approach
from bbxl.model.driver_table import Driver
from bbxl.model.quantities import (
    Amount,
    Fall,
    Fraction,
    Hours,
    N,
    Period,
    Volume,
    WholeUnits,
    record,
)
from bbxl.model.streams import (
    COMPLIANCE,
    COMPUTE,
    DATA_AMORTIZED,
    DATA_AND_TRAINING,
    DEVELOPMENT,
    DEVELOPMENT_AMORTIZED,
    ENGINEERING,
    ERRORS,
    EXIT,
    INFRASTRUCTURE,
    MIGRATION,
    MOVING,
    PURCHASES,
    RENT,
    REQUESTS,
    RETRAINING,
    TOOLING,
    TOOLS,
    UNITS,
    WAGES,
    WRONG,
)

RATE = "engineer_hourly_rate"
"""The driver that is the price of an hour."""


class Choice(Enum):
    """One of a few values, which people read in words."""

    @property
    def words(self) -> str:
        """The value as people read it; a table may hold it, too."""
        return str(self.value).replace("_", " ")


class DeploymentType(Choice):
    """Where an approach runs, and so where the data goes."""

    API = "api"
    SELF_HOSTED_CLOUD = "self_hosted_cloud"
    SELF_HOSTED_ON_PREM = "self_hosted_on_prem"

    @property
    def words(self) -> str:
        """The value as people read it; a table may hold it, too."""
        return {
            "api": "API",
            "self_hosted_cloud": "self-hosted cloud",
            "self_hosted_on_prem": "self-hosted on-prem",
        }[self.value]


class Spectrum(Choice):
    """How much of an approach is built, from training from scratch to a bought API."""

    FULL_BUILD = "full_build"  # train from scratch
    HYBRID_BUILD = "hybrid_build"  # fine-tune open weights
    LIGHT_BUILD = "light_build"  # prompting and retrieval on an API
    FULL_BUY = "full_buy"  # call an API


@record
class TCOComponents(Approach[N]):
    """What an engineer estimates of an approach, and what follows from it.

    Parameters
    ----------
    {fields}

    Each is a float or array_like, 0 or more; amounts are in one currency.

    Examples
    --------
    >>> api = TCOComponents(200, 0.001, 160, 20, monitoring_tooling_monthly=500,
    ...                     incident_response_hours_monthly=5, compliance_audit_hours_monthly=8)
    >>> tco = api.tco(2_000_000)
    >>> tco.monthly_total, tco.cost_per_request * 1000
    (9650.0, 4.825)
    >>> tco.breakdown["engineering"]
    3750.0
    """

    infrastructure_monthly: Annotated[
        Amount[N], Driver("servers, databases, gateways, a month", INFRASTRUCTURE, COMPUTE)
    ]
    api_cost_per_request: Annotated[
        Amount[N], Driver("paid to a provider for each request", REQUESTS, COMPUTE)
    ]
    initial_dev_hours: Annotated[
        Hours[N],
        Driver("hours of work before the start", DEVELOPMENT, DEVELOPMENT_AMORTIZED, RATE),
    ]
    monthly_maintenance_hours: Annotated[
        Hours[N], Driver("hours a month that keep it running", WAGES, ENGINEERING, RATE)
    ]
    engineer_hourly_rate: Annotated[
        Amount[N], Driver("cost of an hour of engineering", unit="currency an hour", shared=True)
    ] = 150.0
    monitoring_tooling_monthly: Annotated[
        Amount[N], Driver("monitoring and other tools, a month", TOOLING, TOOLS)
    ] = 0.0
    data_labeling_cost: Annotated[
        Amount[N], Driver("labeling the training data, once", DATA_AND_TRAINING, DATA_AMORTIZED)
    ] = 0.0
    training_compute_cost: Annotated[
        Amount[N], Driver("computing for training, once", DATA_AND_TRAINING, DATA_AMORTIZED)
    ] = 0.0
    incident_response_hours_monthly: Annotated[
        Hours[N], Driver("hours a month spent on incidents", WAGES, ENGINEERING, RATE)
    ] = 0.0
    compliance_audit_hours_monthly: Annotated[
        Hours[N], Driver("hours a month spent on audits", WAGES, COMPLIANCE, RATE)
    ] = 0.0
    unit_monthly: Annotated[
        Amount[N], Driver("rent, power and space of one unit, a month", RENT, UNITS)
    ] = 0.0
    unit_price: Annotated[
        Amount[N], Driver("price of one unit, paid when it is bought", PURCHASES, UNITS)
    ] = 0.0
    unit_life_months: Annotated[
        Period[N], Driver("months after which a bought unit is replaced", unit="months")
    ] = 36.0
    unit_residual: Annotated[
        Fraction[N],
        Driver(
            "share of a bought unit's value at the end, by its life, that is got back",
            unit="share",
            saves=True,
        ),
    ] = 0.0
    unit_capacity: Annotated[
        Volume[N],
        Driver("requests a month that one unit carries", unit="requests a month", saves=True),
    ] = 0.0
    units_minimum: Annotated[WholeUnits[N], Driver("fewest units, at any volume", unit="units")] = (
        0.0
    )
    retraining_cost: Annotated[
        Amount[N], Driver("training again, each time", RETRAINING, DATA_AMORTIZED)
    ] = 0.0
    retraining_every_months: Annotated[
        Period[N],
        Driver("months from one training to the next", unit="months", saves=True),
    ] = 0.0
    migration_cost: Annotated[
        Amount[N], Driver("moving to it, paid at the start", MIGRATION, MOVING)
    ] = 0.0
    exit_cost: Annotated[Amount[N], Driver("leaving it, paid at the end", EXIT, MOVING)] = 0.0
    error_rate: Annotated[
        Fraction[N],
        Driver("share of wrong answers: 1 - accuracy", ERRORS, WRONG, "cost_per_error", "share"),
    ] = 0.0
    cost_per_error: Annotated[
        Amount[N], Driver("cost of a wrong answer", unit="currency an error", shared=True)
    ] = 0.0
    error_rate_change: Annotated[
        Fall[N], Driver("how fast its errors fall: change a year", unit="a year")
    ] = 0.0
