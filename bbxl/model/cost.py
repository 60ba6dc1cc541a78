"""What an approach costs: every approach is a line in the monthly volume.

    monthly(n) = upfront / months + fixed_monthly + cost_per_request * n

All amounts are costs: positive, in one currency, nominal. A volume n is in
requests a month, months is the horizon over which upfront cost is spread.
Every field and argument may be a number or a numpy array; arrays broadcast,
so that a million scenarios are one call. A missing value (NaN) stays missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

import numpy as np

from bbxl.model.quantities import (
    MONTHS,
    VOLUME,
    Amount,
    Checked,
    Hours,
    Months,
    Numbers,
    Volume,
    plain,
)


class DeploymentType(Enum):
    """Where an approach runs, and so where the data goes."""

    API = "api"
    SELF_HOSTED_CLOUD = "self_hosted_cloud"
    SELF_HOSTED_ON_PREM = "self_hosted_on_prem"


class Spectrum(Enum):
    """How much of an approach is built, from training from scratch to a bought API."""

    FULL_BUILD = "full_build"  # train from scratch
    HYBRID_BUILD = "hybrid_build"  # fine-tune open weights
    LIGHT_BUILD = "light_build"  # prompting and retrieval on an API
    FULL_BUY = "full_buy"  # call an API


@dataclass(frozen=True)
class TCO:
    """Total cost of ownership of an approach at a volume over a horizon.

    Attributes
    ----------
    breakdown : component -> cost a month; the components add up to
        monthly_total exactly, in their order.
    requests_per_month : the volume.
    months : the horizon.
    """

    breakdown: Mapping[str, Numbers]
    requests_per_month: Numbers
    months: Numbers

    @property
    def monthly_total(self) -> Numbers:
        """Cost a month, upfront cost spread evenly over the horizon."""
        return plain(sum(self.breakdown.values()))

    @property
    def annual_total(self) -> Numbers:
        """12 x monthly_total: the annualised average, whatever the horizon."""
        return 12 * self.monthly_total

    @property
    def horizon_total(self) -> Numbers:
        """months x monthly_total: all that is spent over the horizon."""
        return plain(np.multiply(self.months, self.monthly_total))

    @property
    def cost_per_request(self) -> Numbers:
        """monthly_total / requests_per_month; NaN at zero volume, where there is none."""
        volume = np.asarray(self.requests_per_month, dtype=float)
        with np.errstate(all="ignore"):
            return plain(np.where(volume > 0, self.monthly_total / volume, np.nan))


class Streams(NamedTuple):
    """An approach's costs by what makes them change over time.

    Attributes
    ----------
    development, data_and_training : paid once, at the start.
    infrastructure, wages, tooling : paid each month.
    per_request : paid for each request.
    """

    development: Numbers
    data_and_training: Numbers
    infrastructure: Numbers
    wages: Numbers
    tooling: Numbers
    per_request: Numbers


@dataclass(frozen=True)
class CostModel(Checked):
    """An approach as a line.

    Parameters
    ----------
    upfront_cost : paid once, at the start.
    cost_per_request : paid for each request.
    fixed_monthly : paid each month at any volume.

    Examples
    --------
    A document classifier on an API, at a million requests a month:

    >>> api = CostModel(upfront_cost=50_000, cost_per_request=0.002)
    >>> round(api.monthly(1_000_000), 2)
    6166.67
    """

    upfront_cost: Amount
    cost_per_request: Amount
    fixed_monthly: Amount = 0.0

    def tco(self, requests_per_month: Volume, months: Months = 12) -> TCO:
        """Total cost of ownership, broken down into upfront, fixed and per-request cost."""
        check_volume(requests_per_month, months)
        return TCO(
            {
                "upfront_amortized": np.divide(self.upfront_cost, months),
                "fixed_monthly": self.fixed_monthly,
                "per_request": np.multiply(self.cost_per_request, requests_per_month),
            },
            requests_per_month,
            months,
        )

    def cost_model(self) -> "CostModel":
        """The line itself, as TCOComponents has one."""
        return self

    def streams(self) -> Streams:
        """The line's costs: upfront is development, the fixed cost moves with nothing."""
        return Streams(self.upfront_cost, 0.0, 0.0, 0.0, self.fixed_monthly, self.cost_per_request)

    def monthly(self, requests_per_month: Volume, months: Months = 12) -> Numbers:
        """Cost a month: upfront / months + fixed_monthly + cost_per_request * n."""
        return self.tco(requests_per_month, months).monthly_total

    def breakeven(self, other: "CostModel", months: Months = 12) -> Numbers:
        """Requests a month at which both cost the same, exact and unrounded.

        Returns
        -------
        The volume, or NaN where there is none: the lines are parallel or the
        same, or they cross below zero. `bbxl.model.breakeven.explain` says in words
        which is then always cheaper.

        Notes
        -----
        n = ((U_other - U) / m + F_other - F) / (c - c_other)

        Examples
        --------
        >>> api = CostModel(50_000, 0.002)
        >>> fine_tuned = CostModel(250_000, 0.0002)
        >>> round(api.breakeven(fine_tuned), 2)
        9259259.26
        >>> api.breakeven(api)
        nan
        """
        MONTHS.check("months", months)
        upfront = np.subtract(other.upfront_cost, self.upfront_cost) / months
        rise = upfront + np.subtract(other.fixed_monthly, self.fixed_monthly)
        return crossing(rise, np.subtract(self.cost_per_request, other.cost_per_request))


@dataclass(frozen=True)
class TCOComponents(Checked):
    """What an engineer estimates of an approach, and what follows from it.

    Parameters
    ----------
    infrastructure_monthly : servers, databases, gateways, a month.
    api_cost_per_request : paid to a provider for each request.
    initial_dev_hours : hours of work before the start.
    monthly_maintenance_hours : hours a month that keep it running.
    engineer_hourly_rate : cost of an hour of engineering.
    monitoring_tooling_monthly : monitoring and other tools, a month.
    data_labeling_cost : labeling the training data, once.
    training_compute_cost : computing for training, once.
    incident_response_hours_monthly : hours a month spent on incidents.
    compliance_audit_hours_monthly : hours a month spent on audits.

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

    infrastructure_monthly: Amount
    api_cost_per_request: Amount
    initial_dev_hours: Hours
    monthly_maintenance_hours: Hours
    engineer_hourly_rate: Amount = 150.0
    monitoring_tooling_monthly: Amount = 0.0
    data_labeling_cost: Amount = 0.0
    training_compute_cost: Amount = 0.0
    incident_response_hours_monthly: Hours = 0.0
    compliance_audit_hours_monthly: Hours = 0.0

    def streams(self) -> Streams:
        """The costs by what makes them change over time."""
        rate = self.engineer_hourly_rate
        hours = (
            self.monthly_maintenance_hours
            + self.incident_response_hours_monthly
            + self.compliance_audit_hours_monthly
        )
        return Streams(
            development=self.initial_dev_hours * rate,
            data_and_training=self.data_labeling_cost + self.training_compute_cost,
            infrastructure=self.infrastructure_monthly,
            wages=hours * rate,
            tooling=self.monitoring_tooling_monthly,
            per_request=self.api_cost_per_request,
        )

    def cost_model(self) -> CostModel:
        """The line that these components reduce to."""
        costs = self.streams()
        return CostModel(
            upfront_cost=costs.development + costs.data_and_training,
            cost_per_request=costs.per_request,
            fixed_monthly=costs.infrastructure + costs.wages + costs.tooling,
        )

    def tco(self, requests_per_month: Volume, months: Months = 12) -> TCO:
        """Total cost of ownership, broken down by what the money is spent on."""
        check_volume(requests_per_month, months)
        rate = self.engineer_hourly_rate
        running_hours = self.monthly_maintenance_hours + self.incident_response_hours_monthly
        data_and_training = self.data_labeling_cost + self.training_compute_cost
        return TCO(
            {
                "compute": self.infrastructure_monthly
                + np.multiply(self.api_cost_per_request, requests_per_month),
                "engineering": running_hours * rate,
                "development_amortized": self.initial_dev_hours * rate / months,
                "data_and_training_amortized": data_and_training / months,
                "compliance": self.compliance_audit_hours_monthly * rate,
                "tooling": self.monitoring_tooling_monthly,
            },
            requests_per_month,
            months,
        )


def crossing(rise: Numbers, slope: Numbers) -> Numbers:
    """The volume, 0 or more, at which `slope` a request has made up for `rise`; NaN for none."""
    with np.errstate(all="ignore"):
        volume = np.divide(rise, slope)
    return plain(np.where(np.not_equal(slope, 0) & (volume >= 0), volume, np.nan))


def check_volume(requests_per_month: Numbers, months: Numbers) -> None:
    """Raise ValueError unless the volume and the horizon are possible."""
    VOLUME.check("requests_per_month", requests_per_month)
    MONTHS.check("months", months)
