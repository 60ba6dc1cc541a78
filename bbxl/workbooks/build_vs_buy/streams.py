"""What the comparison takes of the model: the drivers that are typed, and the streams they feed.

It has no rows yet for units of capacity. A preset that uses more than there is room for is
refused by `bbxl.workbooks.library`, so that nothing is lost in silence.
"""

from collections.abc import Iterable
from dataclasses import fields

from bbxl.model import streams as model
from bbxl.model.drivers import TCOComponents
from bbxl.model.streams import BY_UNIT, Stream, Timing
from bbxl.presets import Preset

TABLE = TCOComponents.table
STREAMS = tuple(each for each in model.STREAMS if each.timing not in BY_UNIT)
OWN_WEIGHT = tuple(each for each in STREAMS if each.own_price or each.timing is Timing.RECURRING)
"""The streams whose present value weight hangs on an approach's own drivers."""

ERROR_RATE = "error_rate"
"""The driver that is not typed: it is 1 less the accuracy."""


def _takes(name: str) -> bool:
    """Whether the comparison has room for a driver."""
    fed = {TABLE.drivers[each].stream for each in (name, *TABLE.priced_by(name))} - {None}
    shaped = {each for each in STREAMS if name in (*each.needs, *each.also)}
    return bool(fed & {*STREAMS} or shaped)


DRIVERS = tuple(name for name in TABLE.drivers if _takes(name))
REQUIRED = tuple(
    name
    for name in DRIVERS
    if any(
        stream and not stream.optional
        for each in (name, *TABLE.priced_by(name))
        for stream in [TABLE.drivers[each].stream]
    )
)
"""Those that every approach has; the others may be left empty, which is none."""
NEEDS = tuple(pair for pair in TABLE.needs if pair[0] in DRIVERS)
COMPONENTS = {
    component: kept
    for component, parts in TABLE.components.items()
    if (kept := tuple(part for part in parts if part.stream in STREAMS))
}


def added(parts: Iterable[str]) -> str:
    """A sum as a formula."""
    return "+".join(parts)


def of(*timings: Timing) -> list[Stream]:
    """The streams that are paid at some times."""
    return [each for each in STREAMS if each.timing in timings]


def left_out(preset: Preset) -> list[str]:
    """The drivers that a preset uses and the comparison does not take."""
    defaults = {each.name: each.default for each in fields(TCOComponents)}
    used = {
        name
        for approach in preset.approaches.values()
        for name, value in approach.items()
        if name in defaults
        and (name not in DRIVERS or name == ERROR_RATE)
        and value not in (0, defaults[name])
    }
    return [name for name in defaults if name in used]
