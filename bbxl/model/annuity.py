"""The worth of equal payments, also where it is infinite."""

from typing import Any

import numpy as np

from bbxl.model.quantities import float_or_array


def times(amount: Any, weight: Any) -> Any:
    """Amount x weight; nothing is worth nothing, also where the weight is infinite."""
    if np.isfinite(weight).all():
        return amount * weight
    with np.errstate(all="ignore"):
        return np.where(np.equal(amount, 0), 0.0, np.multiply(amount, weight))


def annuity(rate: Any, months: Any) -> Any:
    """sum_{t=0..m-1} e^(rate t): (e^(rate m) - 1) / (e^rate - 1), and m where the rate is 0."""
    with np.errstate(all="ignore"):
        total = np.expm1(np.multiply(rate, months)) / np.expm1(rate)
    return float_or_array(np.where(np.equal(rate, 0), months, total))
