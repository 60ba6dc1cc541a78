"""What the comparison takes of the model: it has no rows yet for what an approach may do without.

A preset that uses more is refused by `bbxl.workbooks.library`, so that nothing is lost in silence.
"""

from dataclasses import fields

from bbxl.model import streams as model
from bbxl.model.drivers import TCOComponents
from bbxl.presets import Preset

TABLE = TCOComponents.table
STREAMS = tuple(each for each in model.STREAMS if not each.optional)
DRIVERS = tuple(
    name
    for name, driver in TABLE.drivers.items()
    if driver.stream in STREAMS
    or any(TABLE.drivers[each].stream in STREAMS for each in TABLE.priced_by(name))
)
COMPONENTS = {
    component: kept
    for component, parts in TABLE.components.items()
    if (kept := tuple(part for part in parts if part.stream in STREAMS))
}


def left_out(preset: Preset) -> list[str]:
    """The drivers that a preset uses and the comparison does not take."""
    defaults = {each.name: each.default for each in fields(TCOComponents)}
    used = {
        name
        for approach in preset.approaches.values()
        for name, value in approach.items()
        if name in defaults and name not in DRIVERS and value not in (0, defaults[name])
    }
    return [name for name in defaults if name in used]
