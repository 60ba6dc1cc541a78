"""The formulas of the names keep what Excel takes: lengths, nesting, names, functions."""

import re
import zipfile
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import xlsxwriter
from lxml import etree

from bbxl.hosts.names import frame
from bbxl.hosts.names.stored import PREFIXED, declared, stored, tokens, typed
from bbxl.worksheet import REGISTRY

NAMES = frame.names()
OLDER = frozenset({
    "ABS", "AND", "CHAR", "CHOOSE", "COLUMNS", "ERROR.TYPE", "EXACT", "EXP", "FIND", "FIXED",
    "IF", "IFERROR", "INDEX", "INT", "ISERROR", "ISLOGICAL", "ISNA", "ISNUMBER", "ISTEXT",
    "LCM", "LN", "LOG10", "LOWER", "MAX", "MEDIAN", "MIN", "MMULT", "MOD", "NOT", "OR",
    "REPLACE", "ROUND", "ROUNDUP", "ROWS", "SIGN", "SUBSTITUTE", "SUM", "TEXT", "TRANSPOSE",
    "TRIM",
})  # fmt: skip
"""Functions of Excel 2010 and before, which have no prefix."""

LIKE_A_REFERENCE = re.compile(r"(?i)r|c|[a-z]{1,3}[0-9]+|r[0-9]*c[0-9]*|true|false")
ERRORS = {"#N/A", "#VALUE!", "#NUM!"}


def of_each_name(check):
    """A test of the formula of every name; a failure says of which one."""

    def test():
        for name, formula in NAMES.items():
            try:
                check(formula)
            except AssertionError as wrong:
                wrong.add_note(f"in the formula of {name}")
                raise

    return test


@of_each_name
def test_a_formula_is_no_longer_than_excel_takes(formula):
    assert max(len(stored(formula)), len(typed(formula)) + 1) <= 8192


@of_each_name
def test_texts_are_no_longer_than_excel_takes(formula):
    texts = [each for each in tokens(formula) if each.startswith('"')]
    assert max((len(each) - 2 for each in texts), default=0) <= 255


@of_each_name
def test_functions_are_nested_no_deeper_than_excel_takes(formula):
    depth = deepest = 0
    for each in tokens(formula):
        depth += (each == "(") - (each == ")")
        deepest = max(deepest, depth)
    assert depth == 0
    assert deepest <= 64


@of_each_name
def test_an_array_holds_nothing_but_constants(formula):
    for constants in re.findall(r"\{[^}]*\}", re.sub(r'"(?:[^"]|"")*"', '""', typed(formula))):
        assert re.fullmatch(r'\{("|[-+.\d,;E]|#N/A|#VALUE!)*\}', constants)


@of_each_name
def test_variables_are_like_no_reference(formula):
    assert not [each for each in declared(tokens(formula)) if LIKE_A_REFERENCE.fullmatch(each)]


@of_each_name
def test_every_word_is_known(formula):
    """A function of Excel, a variable of the formula, or another name; nothing else."""
    parts = tokens(formula)
    known = declared(parts) | set(NAMES) | {"TRUE", "FALSE"}
    for word, after in zip(parts, [*parts[1:], ""], strict=True):
        if re.fullmatch(r"[A-Za-z_][\w.]*", word):
            functions = PREFIXED | OLDER | {"FILTER", "SORT"} if after == "(" else set()
            assert word in known | functions, word
        elif word.startswith("#"):
            assert word in ERRORS


def test_functions_have_the_prefixes_that_xlsxwriter_gives_them():
    ours, saved = [stored(each) for each in NAMES.values() if "(" in each], BytesIO()
    with xlsxwriter.Workbook(saved, {"use_future_functions": True}) as made:
        sheet = made.add_worksheet()
        for row, formula in enumerate(ours):
            bare = re.sub(r"_xlfn\.(_xlws\.)?", "", formula)
            sheet.write_dynamic_array_formula(row, 0, row, 0, f"={bare}")
    with zipfile.ZipFile(saved) as archive:
        root = etree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    # It takes the end of a name for a function: _BB_SINGLE( for SINGLE(.
    theirs = [each.text.replace("_BB__xlfn.", "_BB_") for each in root.iterfind(".//{*}f")]
    assert theirs == ours


@of_each_name
def test_no_variable_has_the_name_of_a_function_that_is_called(formula):
    parts = tokens(formula)
    called = {word.lower() for word, after in pairwise(parts) if after == "("}
    functions = {each.lower() for each in PREFIXED | OLDER | {"FILTER", "SORT"}}
    variables = {each.lower() for each in declared(parts)}
    assert not variables & called & functions
    assert not variables & called & {"rate", "price", "column"}  # functions that are not called


def test_names_are_those_that_excel_takes():
    for name in NAMES:
        assert re.fullmatch(r"[A-Z_][A-Z0-9_]*", name)
        assert frame.hidden(name) == (name not in REGISTRY)
    assert len({name.lower() for name in NAMES}) == len(NAMES)


def test_functions_of_variables_take_what_the_registry_does():
    for name, function in REGISTRY.items():
        if name in NAMES:
            optional = "".join(f"[{each.name}]," for each in function.arguments)
            assert typed(NAMES[name]).startswith(f"LAMBDA({optional}")


def test_every_function_is_a_name_or_left_out_for_a_reason():
    assert set(frame.left_out()) | {each for each in NAMES if not frame.hidden(each)} == set(
        REGISTRY
    )
    assert all(frame.left_out().values())


def test_the_readme_lists_what_is_left_out_and_what_is_limited():
    text = Path(frame.__file__).with_name("README.md").read_text("utf-8")
    text = text.partition("## What is left out")[2].partition("\nOther differences")[0]
    named = [set(re.findall(r"BB_\w+", each)) for each in text.strip().split("\n\n")]
    assert named[0] == set(frame.left_out())
    assert named[1] >= set(frame.limits())
