"""Formulas that follow from the drivers: what approaches pay, by when it is paid and what moves it.

A formula takes a table that was read, t, and gives a column: a row for each approach. Where it
takes numbers too, they are single, or rows.
"""

from collections.abc import Iterable
from typing import Any

from bbxl.hosts.names.tables import by_kind, place
from bbxl.hosts.names.writing import array, call, text
from bbxl.model.cost import Approach
from bbxl.model.driver_table import Part
from bbxl.model.settings import SETTINGS
from bbxl.model.streams import BY_UNIT, CAPACITY, Component, Timing

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
        "_BB_MONTHS": by_kind(
            lambda each: call("LET", "n", "SEQUENCE(months)", call("VSTACK", *_periods(each))),
            f"t,requests,{MOVED}",
        ),
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
    fields = _field(record, CAPACITY), _field(record, "units_minimum")
    return call("_BB_NEEDED", "requests", *fields)


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
        fields = _field(record, "unit_life_months"), _field(record, "unit_residual")
        return f"{amount}*{call('_BB_BOUGHT', 'months', *fields)}/months*{_units(record)}"
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
    given = _movement(record, part), "annual_rate", "tax_rate"
    if stream.price == "api_price_change":
        return call("_BB_WORTH_SHOCKED", *given, "months", "shock_factor", "shock_month")
    return call("_BB_WORTH_PAID", *given, "0", "months")


def _movement(record: Record, part: Part) -> str:
    """The monthly logarithmic rate at which what is paid moves."""
    stream = part.stream
    own = _field(record, stream.own_price) if stream.own_price else stream.price
    moved = f"_BB_LN1({own})/12" if own else "0"
    grown = stream.timing is Timing.PER_REQUEST
    return f"_BB_LN1(volume_growth)/12+{moved}" if grown else moved


def _periods(record: Record) -> tuple[str, str]:
    """What is paid at the start, and in each month n: months downwards, approaches across."""
    start, running = list[str](), list[str]()
    for part in _parts(record):
        stream, timing = part.stream, part.stream.timing
        paid = call("TOROW", _amount(record, part))
        if timing is Timing.START:
            start.append(paid)
        elif timing is Timing.END:
            running.append(f"{paid}*(n=months)")
        elif timing is Timing.RECURRING:
            every = call("TOROW", _field(record, "retraining_every_months"))
            due = f"({every}>0)*(MOD(n,IF({every}>0,{every},1))=0)*(n<months)"
            running.append(f"{paid}*{due}")
        elif timing not in BY_UNIT:
            moved = _movement(record, part).replace("CHOOSECOLS(", "_BB_ACROSS(")
            paid = f"{paid}*EXP(({moved})*(n-1))"
            if timing is Timing.PER_REQUEST:
                paid += "*requests"
            if stream.price == "api_price_change":
                paid += "*IF(n>=shock_month,shock_factor,1)"
            running.append(paid)
    nothing = call("TOROW", _NOTHING)
    return "+".join(start) or nothing, "+".join(running) or nothing
