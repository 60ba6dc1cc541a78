"""What an approach's cost changes by where one of its own drivers is lower or higher.

Where the cost is linear in a driver, the change is a share of what the driver brings; elsewhere the
cost is worked out again with the driver moved, as `bbxl.model.risk.tornado` does. A driver is
moved by a share, within its bounds, and a whole number to the nearest one.
"""

from collections.abc import Callable

from bbxl.model.drivers import TCOComponents
from bbxl.model.quantities import quantities_of
from bbxl.model.streams import BY_UNIT, PURCHASES, Stream, Timing
from bbxl.workbooks import styles
from bbxl.workbooks.build_vs_buy import timeline, unit_steps, units
from bbxl.workbooks.build_vs_buy.inputs import COSTS, DRIVEN, LOWEST_RATE
from bbxl.workbooks.build_vs_buy.streams import OWN_WEIGHT, TABLE, added, own
from bbxl.workbooks.layout import Line

MONTH = "currency a month"
SIDES = {"lower": "-", "higher": "+"}
WHOLE = [int(quantities_of(TCOComponents)[each.field].whole) for each in DRIVEN]
FOR_ALL = [int(TABLE.drivers[each.field].shared) for each in DRIVEN]


def moved(name: str, sign: str) -> str:
    """The value of a driver that is moved; a formula."""
    kind, value = quantities_of(TCOComponents)[name], f"{{{name}}}*(1{sign}{{swing}})"
    if kind.whole:
        return f"ROUND({value},0)"
    if kind.maximum <= 1:
        lowest = max(kind.minimum, LOWEST_RATE)
        return f"MAX({lowest:g},MIN({kind.maximum:g},{value}))"
    return value


def _equal_payments(stream: Stream, factors: list[str], weight: str = "") -> str:
    """What a cost of a stream comes to in equal monthly payments; a formula.

    Parameters
    ----------
    weight : what 1 spent on it is worth, if not as it is.
    """
    volume = ["{requests_per_month}"] if stream.timing is Timing.PER_REQUEST else []
    weight = weight or f"{{weight_of_{stream.name}}}"
    return "*".join([*factors, *volume, weight]) + "/{annuity}"


def _linear(name: str, change: str) -> str:
    """What a change of a driver comes to, where the cost is linear in it; a formula."""
    driver = TABLE.drivers[name]
    if driver.stream:
        times = [f"{{{driver.times}}}"] if driver.times else []
        return _equal_payments(driver.stream, [change, *times])
    return added(
        _equal_payments(stream, [f"{{{each}}}", change])
        for each in TABLE.priced_by(name)
        if (stream := TABLE.drivers[each].stream)
    )


def _with(name: str, sign: str) -> Callable[[str], str]:
    """What gives an approach's own drivers as formulas, with one of them moved."""
    return lambda driver: f"({moved(name, sign)})" if driver == name else own(driver)


def _weighed_again(stream: Stream, name: str, sign: str) -> str:
    """What the cost of a stream changes by where a driver that its weight hangs on is moved."""
    cost, was = f"{{{stream.name}}}", f"{{weight_of_{stream.name}}}"
    change = f"({timeline.weight(stream, _with(name, sign))}-{was})"
    return f"IF({cost}=0,0,{_equal_payments(stream, [cost], change)})"


def _units_then(name: str, side: str) -> str:
    """What units are worth where a driver that says how many, or how long they live, is moved."""
    if name == "unit_life_months":
        return units.worth(LIVING[side])
    driver = _with(name, SIDES[side])
    needed = units.along(units.months("requests"), *map(driver, ("unit_capacity", "units_minimum")))
    return f"SUMPRODUCT({unit_steps.WORTHS}*{needed})"


def _change(name: str, side: str) -> str:
    """What the equivalent monthly cost changes by; a formula."""
    sign = SIDES[side]
    if name in (*PURCHASES.needs, *PURCHASES.also) and name != "unit_residual":
        then = f"{_units_then(name, side)}/{{annuity}}-{{present_units}}"
        return f"IF({{unit_rent}}+{{unit_purchases}}=0,0,{then})"
    if name == "unit_residual":
        more = f"({moved(name, sign)}-{{{name}}})*{{unit_left}}*(1-{{tax_rate}})*{units.AT_END}"
        return f"-{{unit_purchases}}*{more}/{{annuity}}"
    for stream in OWN_WEIGHT:
        if stream.timing not in BY_UNIT and name in (stream.own_price, *stream.needs):
            return _weighed_again(stream, name, sign)
    kind = quantities_of(TCOComponents)[name]
    bounded = kind.whole or kind.maximum <= 1
    share = f"({moved(name, sign)}-{{{name}}})" if bounded else f"{{swing}}*{{{name}}}"
    worth = _linear(name, share)
    return worth if bounded or sign == "+" else f"-({worth})"


def _living(side: str) -> tuple[Line, Line, Line]:
    """The moved life of a unit, its price after tax with it, and the rent that is worth that."""
    life, price = f"{{{side}_life}}", f"{{{side}_price}}"
    return (
        Line(f"{side}_life", f"Life of a unit, {side}", "months, 1 or more",
             f"MAX(1,{moved('unit_life_months', SIDES[side])})", styles.NUMBER),
        Line(f"{side}_price", "Its price after tax", "currency",
             units.price_after_tax("{tax_rate}", "{base_discount}", life), styles.CENTS),
        Line(f"{side}_rent", "The rent that is worth as much", MONTH,
             units.as_rent(price, "{base_discount}", "{base_infra}", life), styles.CENTS),
    )  # fmt: skip


LIVES = [line for side in SIDES for line in _living(side)]
LIVING = {
    side: units.Over("{months}", "{base_discount}", "{base_infra}", "{base_requests}",
                     "{tax_rate}", "{requests_per_month}",
                     f"{{{side}_life}}", f"{{{side}_price}}", f"{{{side}_rent}}",
                     "{base_after}", "{base_back}")
    for side in SIDES
}  # fmt: skip
CHANGES = {
    side: [
        Line(f"{side}_{each.field}", each.label, MONTH, _change(each.field, side), styles.CENTS)
        for each in DRIVEN
    ]
    for side in SIDES
}


def own_change(side: str, number: str) -> str:
    """The change of the cost of a column's own approach by the driver of that number; a formula."""
    first, last = (CHANGES[side][at].field for at in (0, -1))
    return f"INDEX({{{first}}}:{{{last}}},{number})"


def change(side: str, number: str, approach: str) -> str:
    """The change of any approach's cost by the driver of that number; a formula."""
    first, last = (CHANGES[side][at].field for at in (0, -1))
    return f"INDEX({{{first}:all}}:{{{last}:all}},{number},{approach})"


VALUES = f"{{{COSTS[0].field}:all}}:{{{COSTS[-1].field}:all}}"
"""The drivers that are typed, in the same order; a range."""
