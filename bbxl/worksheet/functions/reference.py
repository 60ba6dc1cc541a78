"""Worksheet functions that look things up: worked examples, checks, version."""

import inspect
from typing import Any

import bbxl
from bbxl import presets as examples
from bbxl.errors import UserError
from bbxl.worksheet import tables
from bbxl.worksheet.readers import CellError, Rows
from bbxl.worksheet.registry import Cells, Elementwise, worksheet_function
from bbxl.xlsx.cells import ExcelError

CATEGORY = "Reference"
MOST = 18  # arguments of a function that is explained: the longest has fewer


@worksheet_function(CATEGORY)
def preset(name: str) -> Rows:
    """A worked example's table; #N/A where there is none of that name.

    Parameters
    ----------
    name
        such as customer-support-classifier; BB_PRESETS lists them
    """
    if name not in examples.names():
        raise CellError(ExcelError.NA, examples.unknown(name))
    try:
        return examples.load(name).table()
    except UserError:
        raise CellError(ExcelError.VALUE) from None


@worksheet_function(CATEGORY)
def presets() -> Rows:
    """The worked examples that BB_PRESET knows, with the template that each fits."""
    try:
        known = [examples.load(name) for name in examples.names()]
    except UserError:
        raise CellError(ExcelError.VALUE) from None
    return [["name", "template", "title"]] + [
        [each.name, each.template, each.title] for each in known
    ]


@worksheet_function(CATEGORY)
def check(table: Cells) -> Elementwise:
    """What is wrong with a table of approaches or profiles, in words; OK where it is right.

    Parameters
    ----------
    table
        range with the table and its labels
    """
    return "; ".join(tables.check(table)) or "OK"


def _explain(function: str, **given: Any) -> str:
    from bbxl.worksheet.explaining import explain  # which needs the registry to be full

    return explain(function, list(given.values()))


_explain.__name__ = "explain"
_explain.__doc__ = """Why a function answers with an error, in words.

OK where there is nothing to say.

Parameters
----------
function
    its name, such as BB_BREAKEVEN
""" + "\n".join(
    f"argument_{i}\n    what the function is given as its argument {i}" for i in range(1, MOST + 1)
)
_KIND = inspect.Parameter.POSITIONAL_OR_KEYWORD
_explain.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
    [
        inspect.Parameter("function", _KIND, annotation=str),
        *(
            inspect.Parameter(f"argument_{i}", _KIND, default=None, annotation=Cells)
            for i in range(1, MOST + 1)
        ),
    ],
    return_annotation=Elementwise,
)
worksheet_function(CATEGORY)(_explain)


@worksheet_function(CATEGORY)
def version() -> Elementwise:
    """The version of bbxl that answers."""
    return bbxl.__version__
