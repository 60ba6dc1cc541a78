"""Formulas that follow from the drivers: what approaches pay, by when it is paid and what moves it.

A formula takes a table that was read, t, and gives a column: a row for each approach. Where it
takes numbers too, they are single, or rows.
"""

from collections.abc import Iterable
from typing import Any

from bbxl.hosts.names.tables import by_kind, fields, place
from bbxl.hosts.names.writing import array, call, number, text
from bbxl.model.cost import Approach
from bbxl.model.driver_table import Part
from bbxl.model.drivers import TCOComponents
from bbxl.model.settings import SETTINGS
from bbxl.model.streams import (
    BY_UNIT,
    CAPACITY,
    PURCHASES,
    RENT,
    Component,
    Stream,
    Timing,
)

Record = type[Approach[Any]]

MOVED = ",".join(SETTINGS)
"""The arguments of what is worth something at present: all settings of a projection."""


def helpers() -> dict[str, str]:
    """Name -> formula."""
    return {
        "_BB_HAS_UNITS": by_kind(_has_units),
        "_BB_UNITS_OF": by_kind(_units, "t,requests"),
        "_BB_MONTHLY": by_kind(lambda each: _sum(_a_month(each)), "t,requests,months"),
        "_BB_COMPONENTS": by_kind(_components, "t,requests,months"),
        "_BB_COMPONENT_NAMES": by_kind(
            lambda each: array(text(component.name) for component in each.table.components)
        ),
        "_BB_LINES": by_kind(_line, "t,months"),
        "_BB_PRESENT_START": by_kind(lambda each: _sum(_present(each, False)), f"t,{MOVED}"),
        "_BB_PRESENT_SLOPE": by_kind(lambda each: _sum(_present(each, True)), f"t,{MOVED}"),
        "_BB_COSTS": by_kind(_costs, f"t,requests,{MOVED},beyond"),
        "_BB_BEYOND": by_kind(_beyond, f"t,{MOVED}"),
        "_BB_UNIT": by_kind(_unit),
        "_BB_UNIT_MOVES": call("LAMBDA", MOVED, _unit_moves()),
    }


def _sum(costs: Iterable[str]) -> str:
    return "+".join(costs) or _NOTHING


_NOTHING = "0*CHOOSECOLS(t,4)"


def _field(record: Record, name: str) -> str:
    return f"CHOOSECOLS(t,{place(record, name)})"


def _amount(record: Record, part: Part) -> str:
    """What the drivers of a part come to."""
    added = "+".join(_field(record, name) for name in part.drivers)
    return f"({added})*{_field(record, part.times)}" if part.times else f"({added})"


def _parts(record: Record) -> list[Part]:
    return [part for parts in record.table.streams.values() for part in parts]


def _has_units(record: Record) -> str:
    paid = [_amount(record, part) for part in _parts(record) if part.stream.timing in BY_UNIT]
    return f"{_sum(paid)}>0"


def _units(record: Record) -> str:
    if CAPACITY not in record.table.drivers:
        return f"{_NOTHING}*requests"
    given = _field(record, CAPACITY), _field(record, "units_minimum")
    return call("_BB_NEEDED", "requests", *given)


def _monthly(record: Record, part: Part) -> str:
    """What a part comes to a month, on average over the horizon."""
    amount, timing = _amount(record, part), part.stream.timing
    if timing in (Timing.START, Timing.END):
        return f"{amount}/months"
    if timing is Timing.RECURRING:
        return f"{amount}*{_times_paid(record)}/months"
    if timing is Timing.PER_REQUEST:
        return f"{amount}*requests"
    if timing is Timing.PER_UNIT:
        return f"{amount}*{_units(record)}"
    if timing is Timing.PURCHASE:
        given = _field(record, "unit_life_months"), _field(record, "unit_residual")
        return f"{amount}*{call('_BB_BOUGHT', 'months', *given)}/months*{_units(record)}"
    return amount


def _times_paid(record: Record) -> str:
    return call("_BB_TIMES_PAID", "months", _field(record, "retraining_every_months"))


def _a_month(record: Record) -> list[str]:
    return [_monthly(record, part) for part in _parts(record)]


def _components(record: Record) -> str:
    """A column for each component; above them, whether it is shown: where any approach pays it."""
    components = record.table.components.items()
    columns = [_sum(_monthly(record, part) for part in parts) for _, parts in components]
    shown = [_shown(record, component) for component, _ in components]
    return call("VSTACK", call("HSTACK", *shown), call("HSTACK", *columns))


def _shown(record: Record, component: Component) -> str:
    parts = record.table.components[component]
    if not all(part.stream.optional for part in parts):
        return "1"
    paid = _sum(_amount(record, part) for part in parts)
    return f"--(SUM(IF(ISERROR(CHOOSECOLS(t,3)),0,{paid}))>0)"


def _line(record: Record) -> str:
    """Three columns: what is paid once or now and then, each month, for each request."""
    once, monthly, requests = list[str](), list[str](), list[str]()
    for part in _parts(record):
        amount, timing = _amount(record, part), part.stream.timing
        if timing in (Timing.START, Timing.END):
            once.append(amount)
        elif timing is Timing.RECURRING:
            once.append(f"{amount}*{_times_paid(record)}")
        elif timing is Timing.MONTHLY:
            monthly.append(amount)
        elif timing is Timing.PER_REQUEST:
            requests.append(amount)
    return call("HSTACK", *map(_sum, (once, monthly, requests)))


def _present(record: Record, by_request: bool) -> list[str]:
    """What each part is worth at present: for each request a month, or at zero volume."""
    return [
        call("_BB_TIMES", _amount(record, part), _worth(record, part))
        for part in _parts(record)
        if part.stream.timing not in BY_UNIT
        and (part.stream.timing is Timing.PER_REQUEST) == by_request
    ]


def _worth(record: Record, part: Part) -> str:
    """What 1 of a part is worth at present."""
    stream, timing = part.stream, part.stream.timing
    if timing is Timing.START:
        kept = call("_BB_WORTH_KEPT", "annual_rate", "tax_rate", "capitalised_share", "life_months")
        return kept if stream.capitalisable else "1-tax_rate"
    if timing is Timing.END:
        return "(1-tax_rate)*EXP(-_BB_LN1(annual_rate)/12*months)"
    if timing is Timing.RECURRING:
        every = _field(record, "retraining_every_months")
        return call("_BB_WORTH_RECURRING", "annual_rate", "tax_rate", "months", every)
    given = _movement(record, stream), "annual_rate", "tax_rate"
    if stream.price == "api_price_change":
        return call("_BB_WORTH_SHOCKED", *given, "months", "shock_factor", "shock_month")
    return call("_BB_WORTH_PAID", *given, "0", "months")


def _movement(record: Record, stream: Stream) -> str:
    """The monthly logarithmic rate at which what is paid moves."""
    own = _field(record, stream.own_price) if stream.own_price else stream.price
    moved = f"_BB_LN1({own})/12" if own else "0"
    grown = stream.timing is Timing.PER_REQUEST
    return f"_BB_LN1(volume_growth)/12+{moved}" if grown else moved


def _of_one(formula: str) -> str:
    """A formula of the first approach alone, in single numbers."""
    return formula.replace("CHOOSECOLS(t,", "INDEX(t,1,")


def _costs(record: Record) -> str:
    """What the first approach costs in each period less the tax that it saves: a column."""
    once, developed, running = list[str](), list[str](), list[str]()
    for part in _parts(record):
        stream, timing, paid = part.stream, part.stream.timing, _amount(record, part)
        if timing is Timing.START:
            (developed if stream.capitalisable else once).append(paid)
        elif timing is Timing.END:
            running.append(f"{paid}*(n=months)")
        elif timing is Timing.RECURRING:
            every = _field(record, "retraining_every_months")
            running.append(f"{paid}*{call('_BB_MULTIPLE', 'n', every)}*(n<months)")
        elif timing not in BY_UNIT:
            paid = f"{paid}*EXP(({_movement(record, stream)})*(at-1))"
            if timing is Timing.PER_REQUEST:
                paid += "*requests"
            if stream.price == "api_price_change":
                paid += "*IF(n>=shock_month,shock_factor,1)"
            running.append(paid)
    of_units = call("_BB_UNIT_FLOWS", "_BB_UNIT(t)", "requests", MOVED, "beyond")
    at_once = f"({_sum(once)})*(1-tax_rate)+developed*(1-tax_rate*(1-capitalised_share))"
    later = "tax_rate*capitalised_share*developed*evenly"
    by_month = f"(n<=months)*(1-tax_rate)*({_sum(running)})-{later}"
    formula = call(
        "LET",
        *("n", "SEQUENCE(months+beyond)", "at", "IF(n<months,n,months)"),
        *("developed", _sum(developed)),
        *("evenly", "IF(n<=life_months,1,IF(n<life_months+1,life_months-n+1,0))/life_months"),
        call("VSTACK", at_once, f"{by_month}+IF(_BB_ANY_UNITS(t),{of_units},0)"),
    )
    return _of_one(formula)


def _beyond(record: Record) -> str:
    """How many months beyond the horizon tax is saved by what any approach has bought."""
    developed = "IF(capitalised_share>0,life_months-months,0)"
    lives = "0"
    if prices := _of_timing(record, Timing.PURCHASE):
        known = _field(record, "unit_life_months")
        default = number(
            next(each.default for each in fields(record) if each.name == "unit_life_months")
        )
        life = f"IF(ISERROR(faults),{default},IF({known}<1,1,{known}))"
        lives = f"IF(SUM(IF(ISERROR(faults),0,{_sum(prices)}))>0,MAX({life}),0)"
    most = f"ROUNDUP(MAX(0,{developed},{lives}),0)"
    return call("LET", "faults", "CHOOSECOLS(t,3)", f"IF(tax_rate=0,0,{most})")


def _of_timing(record: Record, timing: Timing) -> list[str]:
    return [_amount(record, part) for part in _parts(record) if part.stream.timing is timing]


def _unit(record: Record) -> str:
    """Of the first approach: rent, price, life, residual share, capacity and fewest of units."""
    if CAPACITY not in record.table.drivers:
        return "{0,0,1,0,0,0}"
    rent, price = (_sum(_of_timing(record, each)) for each in (Timing.PER_UNIT, Timing.PURCHASE))
    names = ("unit_life_months", "unit_residual", CAPACITY, "units_minimum")
    life, *others = (_field(record, each) for each in names)
    return _of_one(call("HSTACK", rent, price, f"IF({life}<1,1,{life})", *others))


def _unit_moves() -> str:
    """The monthly logarithmic rates at which the rent of a unit, and its price, move."""
    return call("HSTACK", *(_movement(TCOComponents, each) for each in (RENT, PURCHASES)))
