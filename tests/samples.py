"""A good call of each registered function, made from its arguments alone.

A function added to the registry gets its sample, and with it every test of
the rules, without anything written here, unless it takes a new kind of text.
"""

from typing import Any

from bbxl import presets
from bbxl.worksheet.registry import Argument, Cells, Deployments, WorksheetFunction
from bbxl.worksheet.tables import Approaches, Profiles

APPROACHES = presets.load("customer-support-classifier").table()
PROFILES = presets.load("content-moderation").table()
TEXTS = {
    "name": "document-classification",
    "model": "claude-sonnet-4-5",
    "a": "API",
    "b": "RAG",
    "model_like": "sonnet",
    "from_approach": "API",
    "to_approach": "RAG",
    "function": "BB_BREAKEVEN",
}


def sample(argument: Argument) -> Any:
    """A cell or range that the argument takes."""
    if argument.quantity:
        return 0.5 if argument.quantity.maximum <= 1 else 3.0
    if argument.hint is Approaches or argument.hint is Cells:
        return [list(row) for row in APPROACHES]
    if argument.hint is Profiles:
        return [list(row) for row in PROFILES]
    if argument.choices:
        return argument.choices[-1]
    if argument.hint is Deployments:
        return "api"
    return TEXTS[argument.name]


def samples(function: WorksheetFunction, optional: bool = True) -> list[Any]:
    """Arguments of a good call, in order; without the optional ones where they are not wanted."""
    return [sample(each) for each in function.arguments if optional or each.required]


def flat(answer: Any) -> list[Any]:
    """All cells of an answer."""
    return [cell for row in answer for cell in row] if isinstance(answer, list) else [answer]
