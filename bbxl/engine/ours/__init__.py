"""Functions that the engine has, but gets wrong: here as Excel has them.

Each was found by comparing with values that Excel stored; see tests/engine/test_ours.py.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from bbxl.engine.helpers import Refuse
from bbxl.engine.ours import financial, others
from bbxl.engine.ours.values import Answer, of_numbers

_NUMERIC: dict[str, Callable[..., Answer]] = {
    "CEILING": others.ceiling,
    "CEILING.MATH": others.ceiling_math,
    "CEILING.PRECISE": others.ceiling_math,
    "CUMIPMT": financial.cumulative(financial.ipmt),
    "CUMPRINC": financial.cumulative(financial.ppmt),
    "DB": financial.db,
    "DOLLARDE": financial.dollarde,
    "DOLLARFR": financial.dollarfr,
    "FLOOR": others.floor,
    "FLOOR.MATH": others.floor_math,
    "FLOOR.PRECISE": others.floor_math,
    "FV": financial.fv,
    "IPMT": financial.ipmt,
    "ISO.CEILING": others.ceiling_math,
    "PPMT": financial.ppmt,
    "PV": financial.pv,
    "TIME": others.time,
}
NAMES = frozenset(
    {*_NUMERIC, "IRR", "MIRR", "MODE", "ERROR.TYPE", "MODE.SNGL", "PROPER", "TYPE", "VALUE", "XIRR"}
)
"""The functions that stand here in the engine's place."""


def functions(refuse: Refuse) -> dict[str, Callable[..., Any]]:
    """The functions by name; `refuse` is called with why an answer cannot be trusted."""
    return {
        **{name: of_numbers(compute) for name, compute in _NUMERIC.items()},
        "IRR": partial(financial.irr, refuse),
        "MIRR": financial.mirr,
        "MODE": others.mode,
        "MODE.SNGL": others.mode,
        "PROPER": others.proper,
        "ERROR.TYPE": others.error_type,
        "TYPE": others.type_,
        "VALUE": partial(others.value, refuse),
        "XIRR": partial(financial.xirr, refuse),
    }
