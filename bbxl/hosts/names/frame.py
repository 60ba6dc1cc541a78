"""The LAMBDA of each worksheet function: a frame made from the registry around a body.

The frame does what the registry does for every host: help where nothing is given, defaults,
bounds, reading tables, the first error of several, arrays as Excel expands them, and which way
the answer lies. What is not computed is #N/A, never another number: an argument that the body
does not use, with another value than its default; units of capacity, where only lines are known.
"""

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Any

import bbxl
from bbxl.hosts.names import checking, streams, tables
from bbxl.hosts.names.writing import array, call, number, text
from bbxl.model.projection import Projection
from bbxl.model.settings import SETTINGS
from bbxl.worksheet import REGISTRY
from bbxl.worksheet.columns import normalised
from bbxl.worksheet.readers import Rows
from bbxl.worksheet.registry import Argument, Cells, Deployments, PerApproach, WorksheetFunction

NOT_WRITTEN = "it is not written as a formula"
_COLUMN = re.compile(r"\b(approaches|profiles)\.(\w+)")
_PREFIX = "_BB_"
_HELPER = re.compile(rf"\b{_PREFIX}\w+")


@cache
def names() -> dict[str, str]:
    """Name -> formula, as a person would type it; helpers, which are hidden, come first."""
    functions = {name: _lambda(REGISTRY[name]) for name in REGISTRY if name not in left_out()}
    helpers = {
        name: _filled(each, "")
        for file in ("helpers.toml", "units.toml", "checking.toml")
        for name, each in _read(file).items()
    }
    helpers |= tables.helpers() | streams.helpers() | checking.helpers()
    used = _used("".join(functions.values()), helpers, set())
    return {name: each for name, each in helpers.items() if name in used} | functions


def _used(formula: str, helpers: dict[str, str], found: set[str]) -> set[str]:
    """The helpers that a formula needs, by itself or through others."""
    for name in set(_HELPER.findall(formula)) - found:
        found.add(name)
        _used(helpers[name], helpers, found)
    return found


def hidden(name: str) -> bool:
    """Whether a name is a helper, which a person does not call."""
    return name.startswith(_PREFIX)


@cache
def left_out() -> dict[str, str]:
    """The worksheet functions that are not among the names, and why not."""
    reasons = _read("bodies.toml")["left_out"]
    return {
        name: reasons.get(name, NOT_WRITTEN)
        for name, function in REGISTRY.items()
        if _body(function) is None or any(_unknown(function, each) for each in function.arguments)
    }


@cache
def limits() -> dict[str, str]:
    """Function -> where it is #N/A, though there is an answer."""
    found: dict[str, str] = dict(_read("bodies.toml")["limits"])
    for name, arguments in not_computed().items():
        also = f"with another value than the default of {', '.join(arguments)}"
        found[name] = f"{found[name]}; {also}" if name in found else also
    return found


@cache
def not_computed() -> dict[str, list[str]]:
    """Function -> its optional arguments for which it knows only the default."""
    found = {
        name: [each.name for each in REGISTRY[name].arguments if not _uses(REGISTRY[name], each)]
        for name in REGISTRY
        if name not in left_out()
    }
    return {name: each for name, each in found.items() if each}


@cache
def _read(file: str) -> dict[str, Any]:
    source = resources.files(__package__).joinpath(file).read_text("utf-8")
    return tomllib.loads(source)


def _body(function: WorksheetFunction) -> str | None:
    """The formula of what a function computes; None where there is none."""
    if function.name == "BB_VERSION":
        return text(bbxl.__version__)
    body: str | None = _read("bodies.toml")["bodies"].get(function.name)
    return body and _filled(body, "_")


def _filled(formula: str, ending: str) -> str:
    """A formula with the settings of a projection in their places; names end as told."""
    defaults = [number(getattr(Projection(), name)) for name in SETTINGS]
    given = ",".join(f"{name}{ending}" for name in SETTINGS)
    by_default = ",".join([f"months{ending}", *defaults[1:]])
    return formula.replace("{settings}", given).replace("{defaults}", by_default)


def _uses(function: WorksheetFunction, argument: Argument) -> bool:
    return bool(re.search(rf"\b{argument.name}[_.]", _body(function) or ""))


def _unknown(function: WorksheetFunction, argument: Argument) -> bool:
    """Whether the body cannot do without an argument that it does not use."""
    only_default = argument.quantity or argument.choices
    return not _uses(function, argument) and (argument.required or not only_default)


def _lambda(function: WorksheetFunction) -> str:
    arguments = function.arguments
    body = _COLUMN.sub(lambda found: _column(function, *found.groups()), _body(function) or "")
    if not arguments:
        return call("LAMBDA", body)
    wholes = [each for each in arguments if not each.quantity and each.hint is not Cells]
    core = _answer(function, body)
    for each in reversed(wholes):
        core = call("IF", _is_error(each), f"{each.name}_", core)
    given = [part for each in arguments for part in (_value(each), _reading(function, each))]
    nothing = call("AND", *(f"ISOMITTED({each.name})" for each in arguments))
    answer = call("IF", nothing, text(function.help), call("LET", *given, core))
    return call("LAMBDA", *(f"[{each.name}]" for each in arguments), answer)


def _value(argument: Argument) -> str:
    """The variable of an argument that was read; numbers are expanded to one shape after that."""
    return f"{argument.name}__" if argument.quantity else f"{argument.name}_"


def _column(function: WorksheetFunction, table: str, column: str) -> str:
    argument = next(each for each in function.arguments if each.name == table)
    record = argument.hint.RECORDS[0]
    return f"CHOOSECOLS({table}_,{tables.place(record, column)})"


def _is_error(argument: Argument) -> str:
    """Whether an argument that is no number could not be read."""
    value = _value(argument)
    several = argument.is_table or argument.hint is Deployments  # else a single value
    return f"IFERROR(COLUMNS({value}),1)=1" if several else f"ISERROR({value})"


def _reading(function: WorksheetFunction, argument: Argument) -> str:
    """The formula that reads an argument, whatever stands there."""
    given = f'IF(ISOMITTED({argument.name}),"",{argument.name})'
    if argument.is_table:
        return call(tables.TABLES[argument.hint], given)
    if argument.hint is Cells:
        return given
    if argument.hint is Deployments:
        return call("_BB_DEPLOYMENTS", given, "_BB_DEPLOYMENT_TYPES")
    if quantity := argument.quantity:
        default = "#VALUE!" if argument.required else number(argument.default)
        bounds = number(quantity.minimum), number(quantity.maximum)
        kind = str(int(quantity.above_minimum)), str(int(quantity.whole))
        read = call("_BB_NUMBER", given, default, *bounds, *kind)
    elif argument.choices:
        default = str(argument.choices.index(argument.default) + 1)
        of = array(text(normalised(each)) for each in argument.choices)
        read = call("_BB_CHOICE", given, default, of)
    else:
        return call("_BB_TEXT", given)
    return read if _uses(function, argument) else call("_BB_ONLY", read, default)


def _answer(function: WorksheetFunction, body: str) -> str:
    """The answer where everything but numbers was read."""
    numbers = [each for each in function.arguments if each.quantity]
    table = next((each for each in function.arguments if each.is_table), None)
    faults = ("faults_", f"CHOOSECOLS({table.name}_,3)") if table else ()
    if function.answers is Rows:
        inner = call("LET", *faults, body) if faults else body
        if not numbers:
            return inner
        first = call("IF", "ISERROR(errors_)", "errors_", inner)
        several = call("IF", "ROWS(shape_)*COLUMNS(shape_)>1", "#VALUE!", first)
        return _expanded(numbers, "SUM", several)
    if function.answers is PerApproach:
        assert table
        return call("LET", *faults, _per_approach(numbers, table, body))
    shown = _shown("answer_", "errors_") if numbers else _shown("answer_")
    inner = call("LET", "answer_", body, shown)
    inner = _expanded(numbers, "", inner) if numbers else inner
    if not table:
        return inner
    named = [each for each in function.arguments if each.hint is str]  # approaches of the table
    for each in named:
        row = call("_BB_NAMED", f"{table.name}_", f"{each.name}_")
        inner = call("IF", f"ISERROR({row})", "#N/A", inner)
    first = "_BB_FIRST(faults_)"
    return call("LET", *faults, call("IF", f"ISERROR({first})", first, inner))


def _per_approach(numbers: list[Argument], table: Argument, body: str) -> str:
    """Approaches downwards and numbers to the right, turned as the registry turns them."""
    stood_turned = f"INDEX({table.name}_,1,4)=1"
    if not numbers:
        turned = call("IF", stood_turned, "TRANSPOSE(all_)", "all_")
        return call("LET", "answer_", body, "all_", _shown("answer_", "faults_"), turned)
    down = f"OR(ROWS(shape_)>1,AND(COLUMNS(shape_)=1,{stood_turned}))"
    turned = call("IF", down, "TRANSPOSE(all_)", "all_")
    wide = "wide_", "IF(TOROW(shape_)=0,faults_)"  # an approach's fault stands in all its elements
    all_ = _shown("answer_", "wide_", "errors_")
    answer = call("LET", "answer_", body, *wide, "all_", all_, turned)
    in_a_row = call("IF", "MIN(ROWS(shape_),COLUMNS(shape_))>1", "#VALUE!", answer)
    return _expanded(numbers, "TOROW", in_a_row)


def _shown(answer: str, *errors: str) -> str:
    """The first of errors, or the answer: #N/A where there is none, #NUM! for any other error."""
    shown = f"IF(ISERROR({answer}),IF(ISNA({answer}),{answer},#NUM!),{answer})"
    for each in reversed(errors):
        shown = call("IF", f"ISERROR({each})", each, shown)
    return shown


def _expanded(numbers: list[Argument], shaped: str, inner: str) -> str:
    """A formula in which numbers have one shape, as Excel expands ranges that stand together.

    `shape_` is zeros of that shape, `errors_` the first error of each element, or 0. `shaped`
    is the function that each number then goes through, if any.
    """
    read = [_value(each) for each in numbers]
    shape = call("IFERROR", "+".join(f"IFERROR({each},0)*0" for each in read), "0")
    values, errors = list[str](), "0"
    for each in numbers:
        expanded = f"IF(shape_=0,{_value(each)})"
        values += f"{each.name}_", f"{shaped}({expanded})" if shaped else expanded
    for each in reversed(numbers):
        errors = call("IF", f"ISERROR({each.name}_)", f"{each.name}_", errors)
    return call("LET", "shape_", shape, *values, "errors_", errors, inner)
