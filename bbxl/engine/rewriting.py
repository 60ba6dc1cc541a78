"""Rewriting formulas for the embedded engine, so that it computes them as Excel does."""

from typing import Any

import formualizer

from bbxl.engine.exchange import outgoing
from bbxl.xlsx.cells import ExcelError

OMITTED, FIT = "_BB_OMITTED", "_BB_FIT"
_NOT_AVAILABLE = outgoing(ExcelError.NA)


def explicit(formula: str) -> str:
    """A formula in which an argument that a BB_ function is not given stands as such.

    The engine would pass it on as 0, which looks like a zero that was given.

    Examples
    --------
    >>> explicit('=BB_TCO(A1:M4,100,,"annual")')
    '=BB_TCO(A1:M4,100,_BB_OMITTED(),"annual")'
    """
    if "BB_" not in formula.upper():
        return formula
    text = formula.encode()  # the tokens' positions count bytes
    pieces, position = [], 0
    ours: list[bool] = []  # for each bracket that is open, whether it is of a BB_ function
    previous = ""
    for token in formualizer.tokenize(formula):
        assert token is not None
        if not token.value.strip():
            continue
        kind = "Sep" if str(token.token_type) == "Sep" else str(token.subtype)
        gap = (previous, kind) in (("Open", "Sep"), ("Sep", "Sep"), ("Sep", "Close"))
        if gap and ours and ours[-1]:
            pieces += [text[position : token.start], f"{OMITTED}()".encode()]
            position = token.start
        if kind == "Open":
            ours.append(token.value.upper().startswith("BB_"))
        elif kind == "Close" and ours:
            ours.pop()
        previous = kind
    return b"".join([*pieces, text[position:]]).decode()


def fitted(formula: str, rows: int, columns: int) -> str:
    """A formula whose result fills a range of that size, no more and no less."""
    return f"={FIT}({formula.removeprefix('=')},{rows},{columns})"


def _fit(value: Any, rows: float, columns: float) -> Any:
    """An array cut or filled to a range as Excel does.

    A single row or column is repeated; beyond a longer one stands #N/A.
    """
    array = value if isinstance(value, list) else [[value]]

    def element(i: int, j: int) -> Any:
        i, j = (0 if len(array) == 1 else i), (0 if len(array[0]) == 1 else j)
        return array[i][j] if i < len(array) and j < len(array[0]) else _NOT_AVAILABLE

    return [[element(i, j) for j in range(int(columns))] for i in range(int(rows))]


HELPERS = {OMITTED: lambda: None, FIT: _fit}
"""The functions that rewritten formulas call; the engine must know them."""
