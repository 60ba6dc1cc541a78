"""Functions of finance, as Excel has them."""

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from bbxl.engine.exchange import outgoing
from bbxl.engine.helpers import Refuse
from bbxl.engine.ours.returns import rates
from bbxl.engine.ours.values import Answer, first_error, number, numbers, safe
from bbxl.xlsx.cells import ExcelError

_STEPS = 200  # of a search; it halves an interval each time


def _power(base: float, exponent: float) -> float:
    """A power; ValueError where it is no real number."""
    if not base and exponent < 0:
        raise ZeroDivisionError
    return math.pow(base, exponent)


def fv(rate: float, nper: float, pmt: float, pv: float = 0.0, due: float = 0.0) -> float:
    """FV: -(pv f + pmt (1 + rate due) (f - 1) / rate), with f = (1 + rate)^nper."""
    if not rate:
        return -(pv + pmt * nper)
    factor = _power(1 + rate, nper)
    return -(pv * factor + pmt * (1 + rate * bool(due)) * (factor - 1) / rate)


def pv(rate: float, nper: float, pmt: float, fv: float = 0.0, due: float = 0.0) -> float:
    """PV: what makes FV the future value."""
    if not rate:
        return -(fv + pmt * nper)
    factor = _power(1 + rate, nper)
    return -(fv + pmt * (1 + rate * bool(due)) * (factor - 1) / rate) / factor


def pmt(rate: float, nper: float, pv: float, fv: float = 0.0, due: float = 0.0) -> float:
    """PMT: the payment that makes FV the future value."""
    if not rate:
        return -(fv + pv) / nper
    factor = _power(1 + rate, nper)
    return -(fv + pv * factor) * rate / ((1 + rate * bool(due)) * (factor - 1))


def ipmt(rate: float, per: float, nper: float, pv: float, future: float = 0.0,
         due: float = 0.0) -> Answer:  # fmt: skip
    """IPMT: the interest on what is owed before a payment; none where the first is due at once."""
    if not 1 <= per <= nper:
        return ExcelError.NUM
    if due and per == 1:
        return 0.0
    owed = fv(rate, per - 1, pmt(rate, nper, pv, future, due), pv, due)
    return owed * rate / (1 + rate if due else 1)


def ppmt(rate: float, per: float, nper: float, pv: float, future: float = 0.0,
         due: float = 0.0) -> Answer:  # fmt: skip
    """PPMT: the rest of a payment, which pays back."""
    interest = ipmt(rate, per, nper, pv, future, due)
    if isinstance(interest, ExcelError):
        return interest
    return pmt(rate, nper, pv, future, due) - float(interest)


def cumulative(part: Callable[..., Answer]) -> Callable[..., Answer]:
    """CUMIPMT or CUMPRINC: the sum of parts of payments."""

    def answer(
        rate: float, nper: float, pv: float, first: float, last: float, due: float
    ) -> Answer:
        first, last = math.ceil(first), math.floor(last)
        if rate <= 0 or nper <= 0 or pv <= 0 or not 1 <= first <= last <= nper or due not in (0, 1):
            return ExcelError.NUM
        parts = [part(rate, each, nper, pv, 0.0, due) for each in range(first, last + 1)]
        return math.fsum(float(each) for each in parts if not isinstance(each, ExcelError))

    return answer


def db(cost: float, salvage: float, life: float, period: float, months: float = 12.0) -> Answer:
    """DB: fixed-declining balance, at a rate of three digits, with a first year of some months."""
    life, period, months = int(life), int(period), int(months)
    last = life + (months < 12)
    if min(cost, salvage) < 0 or life < 1 or not 1 <= months <= 12 or not 1 <= period <= last:
        return ExcelError.NUM
    rate: float = round(1 - _power(salvage / cost, 1 / life), 3) if cost else 0.0
    written_off = found = cost * rate * months / 12
    for year in range(2, int(period) + 1):
        share = (12 - months) / 12 if year == life + 1 else 1.0
        found = float((cost - written_off) * rate * share)
        written_off += found
    return found


def dollarde(price: float, parts: float) -> Answer:
    """DOLLARDE: a price such as 1.02, of which .02 is two parts, as a decimal number."""
    return _dollar(price, parts, True)


def dollarfr(price: float, parts: float) -> Answer:
    """DOLLARFR: the other way round."""
    return _dollar(price, parts, False)


def _dollar(price: float, parts: float, to_decimal: bool) -> Answer:
    parts = math.trunc(parts)
    if parts <= 0:
        return ExcelError.NUM if parts < 0 else ExcelError.DIV0
    digits = math.pow(10, math.ceil(math.log10(parts)))
    whole = math.trunc(price)
    factor = digits / parts
    return whole + (price - whole) * (factor if to_decimal else 1 / factor)


def irr(refuse: Refuse, values: Any, guess: Any = 0.1) -> Any:
    """IRR: the rate at which the flows are worth nothing."""
    if error := first_error(values, guess):
        return error
    return safe(_whole_periods, numbers(values), refuse)


def _whole_periods(flows: Sequence[float], refuse: Refuse) -> Answer:
    if not _changes_once(flows, refuse):
        return ExcelError.NUM
    return float(rates(np.array(flows)[:, None])[0])


def xirr(refuse: Refuse, values: Any, dates: Any, guess: Any = 0.1) -> Any:
    """XIRR: the rate at which flows on dates are worth nothing, with years of 365 days."""
    if error := first_error(values, dates, guess):
        return error
    flows, days = numbers(values), [math.floor(each) for each in numbers(dates)]
    if len(flows) != len(days) or any(each < days[0] for each in days):
        return outgoing(ExcelError.NUM)
    ordered = sorted(zip(days, flows, strict=True))
    years = [(day - days[0]) / 365 for day, _ in ordered]
    return safe(_rate, [flow for _, flow in ordered], years, refuse)


def _changes_once(flows: Sequence[float], refuse: Refuse) -> bool:
    """Whether flows change their sign, so that there is a rate; refused where they do so again.

    There is one rate where they change it once (Descartes' rule). Where they do so more often there
    may be several, and which one Excel gives depends on its steps.
    """
    changes = sum(one * other < 0 for one, other in pairwise(filter(None, map(_sign, flows))))
    if changes > 1:
        refuse("the flows of IRR or XIRR change their sign more than once, so that there may be "
               "several rates")  # fmt: skip
    return changes == 1


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)


def _rate(flows: Sequence[float], years: Sequence[float], refuse: Refuse) -> Answer:
    """The rate at which flows are worth nothing: with x = 1 / (1 + rate), sum(flow x^year) = 0."""
    if not _changes_once(flows, refuse):
        return ExcelError.NUM
    first = next(filter(None, flows)) > 0

    def is_as_first(x: float) -> bool:
        return (math.fsum(f * x**t for f, t in zip(flows, years, strict=True)) > 0) == first

    low, high = 0.0, 1.0
    while is_as_first(high):
        low, high = high, 2 * high
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if is_as_first(middle) else (low, middle)
    return 1 / high - 1


def mirr(values: Any, finance: Any, reinvest: Any) -> Any:
    """MIRR: ((-FV of what comes in) / (PV of what goes out))^(1 / (n - 1)) - 1."""
    if error := first_error(values, finance, reinvest):
        return error
    flows = numbers(values)
    rates = number(finance), number(reinvest)
    if None in rates:
        return outgoing(ExcelError.VALUE)
    return safe(_modified, flows, *rates)


def _modified(flows: Sequence[float], finance: float, reinvest: float) -> Answer:
    last = len(flows) - 1
    out = math.fsum(f / (1 + finance) ** t for t, f in enumerate(flows) if f < 0)
    back = math.fsum(f * (1 + reinvest) ** (last - t) for t, f in enumerate(flows) if f > 0)
    return _power(-back / out, 1 / last) - 1
