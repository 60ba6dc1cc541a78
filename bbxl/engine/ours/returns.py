"""The rate at which flows are worth nothing, of many rows of flows at once.

Excel's IRR stops where its steps are small; here the search goes on to the last digit, so that
one scenario and many of them have the same answer.
"""

import numpy as np

from bbxl.model.quantities import Array

_MOST = 2.0**100  # x beyond it is a rate next to -1


def sign_changes(flows: Array) -> Array:
    """How often flows change their sign; a flow of 0 has none.

    Parameters
    ----------
    flows : periods along the first axis.
    """
    before = np.zeros(flows.shape[1:])
    changes = np.zeros(flows.shape[1:])
    for sign in np.sign(flows):
        changes += before * sign < 0
        before = np.where(sign == 0, before, sign)
    return changes


def rates(flows: Array) -> Array:
    """The rate a period at which flows that change their sign once are worth nothing.

    Parameters
    ----------
    flows : periods along the first axis; the answer holds where they change their sign once.

    Notes
    -----
    With x = 1 / (1 + rate), sum(flow x^period) = 0; there is one such x (Descartes' rule).
    """
    first = np.take_along_axis(flows, (flows != 0).argmax(axis=0)[None], axis=0)[0]

    def is_as_first(x: Array) -> Array:
        large = x > 1  # there the powers count from the end, so that none overflows
        powers = np.broadcast_to(np.where(large, 1 / x, x), flows.shape).copy()
        powers[0] = 1.0
        np.multiply.accumulate(powers, axis=0, out=powers)
        worth = np.add.accumulate(np.where(large, flows[::-1], flows) * powers)[-1]
        return np.asarray((worth > 0) == (first > 0))

    low, high = np.zeros(flows.shape[1:]), np.ones(flows.shape[1:])
    while (beyond := is_as_first(high) & (high < _MOST)).any():
        low, high = np.where(beyond, high, low), np.where(beyond, 2 * high, high)
    while True:
        middle = (low + high) / 2
        if ((middle <= low) | (middle >= high)).all():
            return np.asarray(1 / high - 1)
        before = is_as_first(middle)
        low, high = np.where(before, middle, low), np.where(before, high, middle)
