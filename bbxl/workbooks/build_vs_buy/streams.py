"""What the comparison takes of the model: the drivers that are typed, and the streams they feed."""

from collections.abc import Iterable

from bbxl.model.drivers import TCOComponents
from bbxl.model.streams import BY_UNIT, STREAMS, Stream, Timing
from bbxl.presets import Preset

TABLE = TCOComponents.table
DRIVERS = tuple(TABLE.drivers)
COMPONENTS = TABLE.components
OWN_WEIGHT = tuple(
    each for each in STREAMS if each.own_price or each.timing in (Timing.RECURRING, *BY_UNIT)
)
"""The streams whose present value weight hangs on an approach's own drivers."""

ALIKE = tuple(
    sorted(
        (each for each in STREAMS if each not in OWN_WEIGHT),
        key=lambda stream: stream.timing is Timing.START,
    )
)
"""The others, whose present value weights all approaches share; last those paid at the start."""

ERROR_RATE = "error_rate"
"""The driver that is not typed: it is 1 less the accuracy."""

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


def added(parts: Iterable[str]) -> str:
    """A sum as a formula."""
    return "+".join(parts)


def own(driver: str) -> str:
    """An approach's own driver, as it is typed; a formula."""
    return f"{{{driver}}}"


def of(*timings: Timing) -> list[Stream]:
    """The streams that are paid at some times."""
    return [each for each in STREAMS if each.timing in timings]


def left_out(preset: Preset) -> list[str]:
    """What a preset says in another way than the comparison does: its error rates."""
    given = [approach.get(ERROR_RATE, 0) for approach in preset.approaches.values()]
    return [ERROR_RATE] if any(given) else []
