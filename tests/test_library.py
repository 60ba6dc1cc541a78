"""The public library: what `import bbxl` gives, to people and to type checkers."""

import inspect
import os
import re
import subprocess
import sys
import textwrap
from importlib import import_module
from importlib.util import find_spec

import numpy as np
import pytest

import bbxl
from bbxl.model.quantities import Record, quantities_of

PUBLIC = {name: getattr(bbxl, name) for name in bbxl.__all__}
FUNCTIONS = {name: each for name, each in PUBLIC.items() if inspect.isfunction(each)}
RECORDS = {
    name: each
    for name, each in PUBLIC.items()
    if inspect.isclass(each) and issubclass(each, Record) and each is not bbxl.Approach
}


def python(code, *more):
    return subprocess.run(
        [sys.executable, *more, "-c", textwrap.dedent(code)], capture_output=True, text=True
    )


def test_the_names_are_imported_from_the_package():
    assert not python("from bbxl import CostModel, TCOComponents, Projection").stderr


def test_importing_it_imports_nothing_else():
    loaded = python(
        """
        import sys
        import bbxl
        print(*[name for name in sys.modules if name.startswith(("numpy", "bbxl."))])
        """
    )
    assert loaded.stdout.strip() == "", loaded


def test_the_lists_of_names_agree():
    """Those of the type checker, of `from bbxl import *` and of the lazy import."""
    source = inspect.getsource(bbxl)
    block = source[source.index("if TYPE_CHECKING:") : source.index("__version__")]
    typed = {
        name: module
        for module, names in re.findall(r"from (\S+) import (.+)", block)
        for name in names.split(", ")
    }
    assert typed == bbxl._HOME
    assert sorted(typed) == sorted(bbxl.__all__)
    assert set(typed) | {"__version__"} == set(dir(bbxl))
    for name, module in typed.items():
        assert getattr(import_module(module), name) is PUBLIC[name]


def test_a_name_that_is_not_there():
    with pytest.raises(AttributeError, match="no attribute 'CostModell'"):
        _ = bbxl.CostModell


@pytest.mark.parametrize("name", PUBLIC)
def test_every_name_has_its_help(name):
    said = inspect.getdoc(PUBLIC[name])
    assert said
    assert re.match(r".+[.:]", said)
    headings = set(re.findall(r"^(\w+)\n-+$", said, re.MULTILINE))
    assert headings <= {
        "Parameters", "Attributes", "Returns", "Raises", "Notes", "References", "Examples",
    }  # fmt: skip


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_s_help_names_its_parameters_and_its_result(name):
    function = FUNCTIONS[name]
    said = inspect.getdoc(function)
    parameters = inspect.signature(function).parameters
    if parameters:
        listed = said[said.index("Parameters\n") :]
        for each in parameters:
            assert re.search(rf"\b{each}\b", listed), each
    assert "Returns\n-------" in said


@pytest.mark.parametrize("name", PUBLIC)
def test_help_shows_no_internals(name):
    signature = "" if name in ("generate",) else str(inspect.signature(PUBLIC[name]))
    assert "Quantity" not in signature
    assert "Annotated" not in signature


CHECKED = [
    (name, argument)
    for name, function in FUNCTIONS.items()
    for argument in quantities_of(inspect.unwrap(function))
]


GOOD = {
    "model": "claude-sonnet-4-5",
    "models": {"A": bbxl.CostModel(1, 2)},
    "approaches": {"A": bbxl.CostModel(1, 2)},
    "a": bbxl.CostModel(1, 2),
    "b": bbxl.CostModel(2, 1),
    "own": bbxl.CostModel(1, 2),
    "other": bbxl.CostModel(2, 1),
    "projection": bbxl.Projection(12),
    "drivers": bbxl.Fixed(),
}


@pytest.mark.parametrize(("name", "argument"), CHECKED)
def test_a_function_checks_what_its_signature_promises(name, argument):
    function, quantities_ = FUNCTIONS[name], quantities_of(inspect.unwrap(FUNCTIONS[name]))
    required = [
        each.name
        for each in inspect.signature(function).parameters.values()
        if each.default is each.empty
    ]
    good = {each: GOOD.get(each, 0.5 if "util" in each else 2.0) for each in required}
    function(**good)
    quantity = quantities_[argument]
    wrong = [quantity.minimum - 1]
    wrong += [quantity.minimum] if quantity.above_minimum else []
    wrong += [quantity.maximum * 2] if quantity.maximum < np.inf else []
    for value in wrong:
        with pytest.raises(ValueError, match=f"{argument} must be {re.escape(quantity.words)}"):
            function(**good | {argument: value})
    for value in ("text", None, [1, "text"], 10**400):
        with pytest.raises(TypeError, match=f"{argument} must be {re.escape(quantity.words)}"):
            function(**good | {argument: value})


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_reads_its_fields(name):
    kind = RECORDS[name]
    for field, quantity in quantities_of(kind).items():
        kinds = quantities_of(kind).items()
        good = {name: 1.0 if each.whole else float(each.nearest(0.5)) for name, each in kinds}
        if "months" in good:
            good["months"] = 2
        made = kind(**good | {field: [good[field]] * 2})
        assert isinstance(getattr(made, field), np.ndarray)
        assert type(getattr(kind(**good), field)) is float
        with pytest.raises(ValueError, match=f"{field} must be"):
            kind(**good | {field: quantity.minimum - 1})
        with pytest.raises(TypeError, match=f"{field} must be"):
            kind(**good | {field: "1"})


def test_records_with_arrays_are_equal_and_have_a_hash():
    one, same = bbxl.CostModel([1, 2], 3), bbxl.CostModel(np.array([1.0, 2.0]), 3.0)
    other, shaped = bbxl.CostModel([1, 3], 3), bbxl.CostModel([[1, 2]], 3)
    assert one == same
    assert len({one, same, other, shaped}) == 3
    assert one != "a text"
    assert bbxl.CostModel(1, 2) != bbxl.Weights(1, 2)


def test_lists_broadcast_as_arrays_do():
    both = bbxl.CostModel([1, 2], 3).monthly([[4], [5]])
    assert both.tolist() == bbxl.CostModel(np.array([1, 2]), 3).monthly([[4], [5]]).tolist()
    assert both.shape == (2, 2)
    assert bbxl.payback([0, 0], 20, 100, [10, 15]).tolist() == [10, 20]


def test_annotations_that_are_texts_are_checked_too(tmp_path):
    """A module with `from __future__ import annotations` loses no check."""
    code = """
    from __future__ import annotations
    from typing import Generic
    from bbxl.model.quantities import Amount, N, Record, Swing, checked, record

    @record
    class Priced(Record, Generic[N]):
        price: Amount[N]

    @checked
    def swung(share: Swing[N]) -> N:
        return share

    for wrong in (lambda: Priced(-1), lambda: swung(2)):
        try:
            wrong()
        except ValueError as error:
            print(error)
    """
    (tmp_path / "strings.py").write_text(textwrap.dedent(code))
    told = subprocess.run(
        [sys.executable, tmp_path / "strings.py"], capture_output=True, text=True
    ).stdout.splitlines()
    assert told == [
        "price must be an amount of money, 0 or more, not -1",
        "share must be a share from 0 to 0.99, not 2",
    ]


def test_a_missing_value_stays_missing():
    assert np.isnan(bbxl.CostModel(np.nan, 1).monthly(1))
    assert np.isnan(bbxl.CostModel([1, np.nan], 1).monthly(1)).tolist() == [False, True]


USER = '''
"""What a person writes: ten lines, strictly typed."""
import numpy as np
from numpy.typing import NDArray
from bbxl import CostModel, Projection, TCOComponents, gpus_needed, payback

api, fine_tuned = CostModel(50_000, 0.002), CostModel(250_000, 0.0002)
cost: float = api.monthly(1e6)
volume: float = api.breakeven(fine_tuned, months=24)
total: float = TCOComponents(200, 0.001, 160, 20).tco(2_000_000).monthly_total
worth: float = Projection(36, annual_rate=0.1).present_cost(api, 1e6)
months: float = payback(50_000, 20_000, 250_000, 2_000)
many: NDArray[np.float64] = CostModel(np.array([1.0, 2.0]), 0.1).monthly(1e6)
drawn: NDArray[np.float64] = api.monthly(np.linspace(0, 1e6, 5))
gpus: NDArray[np.float64] = gpus_needed(np.array([1e6, 2e6]), 2)
'''


@pytest.mark.slow
def test_a_strict_type_checker_takes_a_person_s_script(tmp_path):
    if find_spec("mypy") is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("mypy is not installed")
    script = tmp_path / "user.py"
    script.write_text(USER)
    wrong = tmp_path / "wrong.py"
    wrong.write_text("from bbxl import CostModel\nx: str = CostModel(1, 2).monthly(1e6)\n")

    def told(file):
        command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", tmp_path / "c", file]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path).stdout

    assert told(script).startswith("Success"), told(script)
    assert 'expression has type "float"' in told(wrong)
