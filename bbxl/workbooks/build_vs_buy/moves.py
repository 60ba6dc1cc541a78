"""What an approach's cost changes by where one of its own drivers is lower or higher.

Where the cost is linear in a driver, the change is a share of what the driver brings; elsewhere the
cost is worked out again with the driver moved, as `bbxl.model.risk.tornado` does. A driver is
moved by a share, within its bounds, and a whole number to the nearest one.
"""

from bbxl.model.drivers import TCOComponents
from bbxl.model.quantities import quantities_of
from bbxl.model.streams import BY_UNIT, Stream, Timing
from bbxl.workbooks import styles
from bbxl.workbooks.build_vs_buy import timeline, units
from bbxl.workbooks.build_vs_buy.inputs import COSTS, DRIVEN, LOWEST_RATE
from bbxl.workbooks.build_vs_buy.streams import OWN_WEIGHT, TABLE, added
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


def _part(stream: Stream, factors: list[str]) -> str:
    """What a cost of a stream comes to in equal monthly payments; a formula."""
    volume = ["{requests_per_month}"] if stream.timing is Timing.PER_REQUEST else []
    return "*".join([*factors, *volume, f"{{weight_of_{stream.name}}}"]) + "/{annuity}"


def _linear(name: str, change: str) -> str:
    """What a change of a driver comes to, where the cost is linear in it; a formula."""
    driver = TABLE.drivers[name]
    if driver.stream:
        return _part(driver.stream, [change, *([f"{{{driver.times}}}"] if driver.times else [])])
    return added(
        _part(stream, [f"{{{each}}}", change])
        for each in TABLE.priced_by(name)
        if (stream := TABLE.drivers[each].stream)
    )


def _weighed_again(stream: Stream, name: str, sign: str) -> str:
    """What the cost of a stream changes by where a driver that its weight hangs on is moved."""
    then = timeline.weight(stream).replace(f"{{{name}}}", f"({moved(name, sign)})")
    cost, was = f"{{{stream.name}}}", f"{{weight_of_{stream.name}}}"
    return f"IF({cost}=0,0,{_part(stream, [cost]).replace(was, f'({then}-{was})')})"


_OF_UNITS = {  # a driver that says how many units, or for how long -> what they are worth in all
    "unit_capacity": f"SUMPRODUCT({{unit_worth}}*{units.along('{requests:all}')})",
    "units_minimum": f"SUMPRODUCT({{unit_worth}}*{units.along('{requests:all}')})",
    "unit_life_months": units.worth(units.BASE, "MAX(1,{unit_life_months})"),
}


def _change(name: str, side: str) -> str:
    """What the equivalent monthly cost changes by; a formula."""
    sign = SIDES[side]
    if name in _OF_UNITS:
        then = _OF_UNITS[name].replace(f"{{{name}}}", f"({moved(name, sign)})")
        return f"IF({{unit_rent}}+{{unit_purchases}}=0,0,({then})/{{annuity}}-{{present_units}})"
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


CHANGES = {
    side: [
        Line(f"{side}_{each.field}", each.label, MONTH, _change(each.field, side), styles.CENTS)
        for each in DRIVEN
    ]
    for side in SIDES
}


def change(side: str, number: str, approach: str) -> str:
    """The change of an approach's cost by the driver of that number; a formula."""
    first, last = (CHANGES[side][at].field for at in (0, -1))
    return f"INDEX({{{first}:all}}:{{{last}:all}},{number},{approach})"


VALUES = f"{{{COSTS[0].field}:all}}:{{{COSTS[-1].field}:all}}"
"""The drivers that are typed, in the same order; a range."""
