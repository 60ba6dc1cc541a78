"""Functions of finance, over vectors."""

import numpy as np

from bbxl.engine.ours.returns import rates, sign_changes
from bbxl.engine.together.vectors import (
    UNKNOWN,
    Function,
    Vector,
    constant,
    flat,
    single,
    where_sure,
)
from bbxl.xlsx.cells import NUMBER


def irr(values: Vector, guess: Vector | None = None) -> Vector:
    """IRR, where the flows change their sign once; else only the engine can tell."""
    cells = flat(values)
    if guess is None:
        guess = constant(0.0)
    elif guess.is_range and guess.shape[:2] != (1, 1):
        return UNKNOWN
    known = np.asarray(np.broadcast_to(cells.each_kind == NUMBER, cells.shape).all(axis=0))
    flows = np.where(known, np.broadcast_to(cells.number, cells.shape), 0.0)
    once = sign_changes(flows) == 1
    found = Vector(NUMBER, rates(np.where(once, flows, 0.0)))
    return where_sure(found, known, once, single(guess).each_kind == NUMBER)


FUNCTIONS: dict[str, Function] = {"IRR": irr}
