"""xlwings' own import of the functions, for those who click Import Functions."""

from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import pytest
from pyopenvba.interpreter import Interpreter

from bbxl.worksheet import REGISTRY


@pytest.fixture
def imported(excel):
    """What xlwings writes into a workbook and tells Excel of its functions."""
    workbook = mock.MagicMock(Name="book.xlsm")
    workbook.Application.Version = "16.0"
    sources = []
    workbook.VBProject.VBComponents.Import = lambda path: sources.append(Path(path).read_text())
    excel.udfs.import_udfs("bbxl.udfs", workbook)
    described = workbook.Application.MacroOptions.call_args_list
    return SimpleNamespace(source=sources[0], described=described)


def test_every_function_gets_a_wrapper_that_compiles(imported):
    vba = Interpreter()
    # The interpreter cannot read xlwings' comment behind this line.
    source = imported.source.replace("'Adjust when using outside of Excel", "")
    module = vba.add_module(source, name="xlwings_udfs")
    for name, function in REGISTRY.items():
        procedure = module.procedure(name.lower())
        assert [each.name for each in procedure.params] == [
            argument.name for argument in function.arguments
        ]
        assert all(each.optional for each in procedure.params)
    assert "Application.CommandBars" not in imported.source  # would answer 0 when a file opens
    assert "Volatile" not in imported.source


def test_the_wizard_gets_help_and_categories(imported):
    told = {call.args[0].partition("!")[2]: call.kwargs for call in imported.described}
    assert told.keys() == REGISTRY.keys()
    for name, function in REGISTRY.items():
        assert told[name]["Category"] == f"bbxl {function.category}"
        assert told[name]["Description"] == function.description
        assert (told[name]["ArgumentDescriptions"] or []) == [
            argument.help for argument in function.arguments
        ]
