"""What all approaches of a comparison share: the horizon, the rates, tax, a price shock.

A field's type says all about it: the kind of number, its label, what it is in a
phrase, and how a tornado moves it. Arguments of worksheet functions, the
Scenario section of a workbook and the shared drivers of a tornado follow from it.
"""

from dataclasses import dataclass
from typing import Annotated, Generic, get_args, get_type_hints

import numpy as np

from bbxl.model.quantities import Amount, Fraction, Months, N, Rate, Record, record


@dataclass(frozen=True)
class Setting:
    """What a field of `Projection` is called, and how it is moved when it is uncertain.

    Parameters
    ----------
    label : as shown.
    help : what it is, in a phrase.
    moved : whether a tornado moves it.
    idle : the value at which it does nothing, and is not moved; NaN for none.
    """

    label: str
    help: str
    moved: bool = True
    idle: float = np.nan


@record
class Settings(Record, Generic[N]):
    """The fields of `Projection`."""

    months: Annotated[Months[N], Setting("Horizon", "horizon, whole months")] = 36.0
    annual_rate: Annotated[
        Rate[N],
        Setting("Discount rate", "discount rate a year, as a fraction (0.10 is 10%)"),
    ] = 0.0
    volume_growth: Annotated[
        Rate[N], Setting("Volume growth", "change of the volume a year, as a fraction")
    ] = 0.0
    api_price_change: Annotated[
        Rate[N],
        Setting("API price change", "change of the cost per request a year, as a fraction"),
    ] = 0.0
    infra_price_change: Annotated[
        Rate[N],
        Setting(
            "Infrastructure price change",
            "change of infrastructure cost a year, as a fraction (-0.4 falls by 40%)",
        ),
    ] = 0.0
    wage_growth: Annotated[
        Rate[N],
        Setting("Wage growth", "change of the cost of the monthly hours a year, as a fraction"),
    ] = 0.0
    tax_rate: Annotated[
        Fraction[N], Setting("Tax rate", "share of a deductible cost that tax returns, 0 to 1")
    ] = 0.0
    capitalised_share: Annotated[
        Fraction[N],
        Setting(
            "Capitalised share of development",
            "share of development that is deducted over its life, 0 to 1",
        ),
    ] = 0.0
    life_months: Annotated[
        Months[N],
        Setting(
            "Life of what is capitalised",
            "months over which the capitalised share is deducted, evenly",
        ),
    ] = 36.0
    shock_factor: Annotated[
        Amount[N],
        Setting("API price shock", "times the cost per request, once; 1 is no shock", idle=1),
    ] = 1.0
    shock_month: Annotated[
        Months[N],
        Setting("Month of the shock", "month from which the shock's price holds", moved=False),
    ] = 1.0


SETTINGS: dict[str, Setting] = {
    name: next(each for each in get_args(hint) if isinstance(each, Setting))
    for name, hint in get_type_hints(Settings, include_extras=True).items()
}
"""Each setting, in order."""
