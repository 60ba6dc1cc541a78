"""Names of files, whatever text they are made from."""

import unicodedata
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbxl.batch.reading.naming import LONGEST, checked_pattern, file_name
from bbxl.batch.reading.scenarios import ScenarioError

RESERVED = {"con", "prn", "aux", "nul"} | {
    f"{d}{n}" for d in ("com", "lpt") for n in "123456789¹²³"
}
HOSTILE = st.one_of(
    st.text(),
    st.sampled_from(["..", "../../etc/passwd", "C:\\x", "CON", "nul.txt", "con .a", "COM¹",
                     "a\x00b", "a\u202eb", "~", "-rf", "x" * 5000,
                     "ü" * 300, "\ud800", "#a%20b", "a.", " ", "\xa00"]),
)  # fmt: skip


@given(HOSTILE, st.sampled_from([".xlsx", ".xlsm"]))
def test_a_name_is_safe_everywhere_or_empty(text, suffix):
    name = file_name("{scenario}", {"scenario": text}, suffix)
    if not name:
        return
    assert PurePosixPath(name).name == PureWindowsPath(name).name == name
    assert name.endswith(suffix)
    assert name.removesuffix(suffix).strip(" .")
    assert name.partition(".")[0].rstrip().lower() not in RESERVED
    assert not set(name) & set('<>:"/\\|?*#%;')
    assert not [c for c in name if unicodedata.category(c)[0] == "C"]
    assert len(name.encode()) <= LONGEST
    assert unicodedata.is_normalized("NFC", name)
    assert name == name.strip()


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("{scenario}-{number:05}", "EU base-00007.xlsx"),
        ("{months:03}m", "012m.xlsx"),
        ("{requests_per_month}-{annual_rate}", "1000000-0.25.xlsx"),
        ("plain", "plain.xlsx"),
    ],
)
def test_a_pattern_is_filled_as_python_fills_it(pattern, name):
    values = {"scenario": "EU base", "number": 7, "months": 12.0, "requests_per_month": 1e6,
              "annual_rate": 0.25}  # fmt: skip
    assert file_name(checked_pattern(pattern, values), values, ".xlsx") == name


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("{month}", "has {month}; it may have number, months"),
        ("{months.real}", "has {months.real}"),
        ("{months", "cannot be read"),
        ("{number:0999999999}", "a width is a number up to 200"),
        ("{number:201}", "a width is a number up to 200"),
        ("{number:010000}", "a width is a number up to 200"),
        ("{months:.999999999f}", "a width is a number up to 200"),
        ("{months:x>5.1000f}", "a width is a number up to 200"),
        ("{number:٩٩٩٩٩٩٩}", "a width is a number up to 200"),
        ("{number:" + "9" * 5000 + "}", "a width is a number up to 200"),
        ("{number:{months}}", "a width is a number up to 200"),
        ("{number:0{number}}", "a width is a number up to 200"),
        ("{}", "has {}"),
    ],
)
def test_a_pattern_with_a_mistake_is_told_at_once(pattern, told):
    with pytest.raises(ScenarioError, match=told.replace("{", r"\{").replace("}", r"\}")):
        checked_pattern(pattern, ["months"])


def test_a_value_that_a_pattern_cannot_show_is_told():
    with pytest.raises(ScenarioError, match="does not fit"):
        file_name("{months:05}", {"months": None}, ".xlsx")
    with pytest.raises(ScenarioError, match="does not fit"):
        file_name("{a:{b}}", {"a": 1}, ".xlsx")
