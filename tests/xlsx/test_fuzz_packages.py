"""Workbooks with hostile parts, attributes and texts: a result or one line, never a traceback.

`python tests/xlsx/test_fuzz_packages.py MINUTES` draws new ones for so long, and prints how many
there were and each kind of fault with the changes that lead to it.
"""

import io
import sys
import tempfile
import time
import traceback
import zipfile
from functools import cache
from pathlib import Path

import openpyxl
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table

from bbxl.batch import generate
from bbxl.batch.template.inputs import Template
from bbxl.engine.calculation import recalculate
from bbxl.errors import UserError
from bbxl.workbooks import library

HOSTILE = [
    *("", " ", "x", "-1", "0", "1", "2", "7", "99", "65536", "1048577", "99999999999", "9" * 5000),
    *("nan", "inf", "1e999", "-1e308", "1_000", "0x10", "0.5", "٣", "☃", "\n", "'", "!", "]]>"),
    *("A1", "a1", "B2", "A0", "ZZZ9", "XFE1", "A1048577", "$A$1", "A1:A3", "B2:A1", "A1:B2 C3:D4"),
    *("A1:XFD1048576", "A2:XFD1048576", "A:A", "1:1", "A1:", "??", "#REF!", "Sheet!$A$1"),
    *("true", "false", "maybe", "array", "shared", "dataTable", "normal", "s", "b", "e", "str"),
    *("inlineStr", "d", "n", "list", "whole", "date", "time", "custom", "between", "notEqual"),
    *("=1+1", "1/0", "A1*2", "SUM(A1:A3)", "((((", '"a,b"', "x", "nowhere", "2026-01-31"),
    *("rId1", "rId99", "../x.xml", "/xl/workbook.xml", "worksheets/sheet1.xml", "External"),
    *("table[x]", "table[#This Row]", "A1#", "@A1", "_xlfn.LET(a,1,a)", "{1,2;3}", "'", "''!A1"),
]
NAMES = ["r", "s", "t", "ref", "si", "cm", "sqref", "type", "localSheetId", "date1904", "name", "x"]
PLACE = st.integers(0, 10_000)
VALUE = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=6))
CHANGES = st.lists(
    st.tuples(
        st.sampled_from(
            ["attribute"] * 4 + ["text"] * 2 + ["add", "drop", "double", "swap", "part", "bytes"]
        ),
        PLACE,
        PLACE,
        PLACE,
        VALUE,
    ),
    min_size=1,
    max_size=3,
)


def parts_of(data):
    with zipfile.ZipFile(data) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@cache
def bases():
    """The workbooks that are changed, as parts: a template, and small ones of two writers."""
    small = io.BytesIO()
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["a", "b"], [1, 2.5], [True, "text"], [3, "=A2*2"]):
        sheet.append(row)
    sheet["D1"], sheet["D2"], sheet["D3"] = "=SUM(A1:A3)", "#N/A", "=Sheet!A2&B3"
    sheet["E1"] = openpyxl.worksheet.formula.ArrayFormula("E1:E3", "=A1:A3*2")
    sheet.merge_cells("G1:H2")
    sheet.add_table(Table(displayName="table", ref="A1:B4"))
    for kind, cells in (("list", "B3"), ("whole", "A2:A9"), ("date", "G1")):
        rule = DataValidation(
            type=kind, formula1='"text,b"' if kind == "list" else "1", sqref=cells
        )
        rule.formula2 = None if kind == "list" else "$A$4"
        sheet.add_data_validation(rule)
    for name, cell in {"x": "$A$2", "y": "$B$3", "z": "$G$1:$H$2", "out": "$D$1"}.items():
        book.defined_names[name] = openpyxl.workbook.defined_name.DefinedName(
            name, attr_text=f"Sheet!{cell}"
        )
    sheet["G1"].number_format = "yyyy-mm-dd"
    sheet.protection.sheet = True
    for cell in ("A2", "B3", "G1"):
        sheet[cell].protection = openpyxl.styles.Protection(locked=False)
    book.create_sheet("Second & last")["A1"] = "=Sheet!D1"
    book.save(small)
    other = io.BytesIO()
    with xlsxwriter.Workbook(other) as written:
        page = written.add_worksheet("Page")
        page.write_row("A1", [1, "two", True])
        page.write_column("C5", [1, "two"])
        page.write_formula("B3", "=A1+1", None, 2)
        page.write_dynamic_array_formula("D1:D2", "=SEQUENCE(2)", None, 1)
        page.data_validation("A1", {"validate": "list", "source": "=$C$5:$C$9"})
        written.define_name("x", "=Page!$A$1")
        written.define_name("Page!y", "=Page!$B$1")
    template = (library.folder() / "breakeven.xlsx").read_bytes()
    return [parts_of(each) for each in (small, small, small, other, other, io.BytesIO(template))]


def changed(parts, changes):
    """The parts with the changes made, those that can be."""
    parts = dict(parts)
    for kind, one, two, three, value in changes:
        names = sorted(parts, key=lambda name: ("sheet" not in name, name))  # sheets more often
        name = names[min(one % len(names), two % len(names))]
        if kind == "part":
            other = names[three % len(names)]
            parts[name] = parts.pop(other) if three % 2 else parts[other]
            continue
        if kind == "bytes":
            at = two % (len(parts[name]) or 1)
            parts[name] = parts[name][:at] + value.encode() + parts[name][at + three % 9 :]
            continue
        try:
            root = etree.fromstring(parts[name])
            change(root, kind, two, three, value)
        except (etree.XMLSyntaxError, ValueError):  # changed to no XML before, or to a wrong text
            continue
        parts[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return parts


def change(root, kind, two, three, value):
    elements = list(root.iter(etree.Element))
    element = elements[two % len(elements)]
    around = element.getparent()
    if kind == "attribute":
        with_some = [each for each in elements if each.attrib]
        if with_some:
            element = with_some[two % len(with_some)]
            element.set(sorted(element.attrib)[three % len(element.attrib)], value)
    elif kind == "text":
        with_some = [each for each in elements if each.text] or elements
        with_some[two % len(with_some)].text = value
    elif kind == "add":
        element.set(NAMES[three % len(NAMES)], value)
    elif around is not None and kind == "drop":
        around.remove(element)
    elif around is not None and kind == "double":
        elements[three % len(elements)].append(etree.fromstring(etree.tostring(element)))
        if three % 3:
            around.insert(0, etree.fromstring(etree.tostring(element)))
    elif around is not None and kind == "swap":
        around.insert(three % len(around), element)


def packed(parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return file.getvalue()


def is_xml(data):
    try:
        etree.fromstring(data)
    except (etree.XMLSyntaxError, ValueError):
        return False
    return True


def check(parts):
    """Do with a workbook what bbxl does; all but one line, and what it wrote being damaged, fails.

    Returns what was told; four ways to use the workbook were tried.
    """
    told = []
    with tempfile.TemporaryDirectory(prefix="bbxl-test-") as folder:
        path, out = Path(folder) / "book.xlsx", Path(folder) / "out"
        path.write_bytes(packed(parts))
        row = {"scenario": "one"}

        def inputs():
            for each in Template(path).inputs():
                assert each.allowed is not None
                if each.kind != "date":
                    row.setdefault(each.name, each.current)

        def recalculated():
            recalculate(path, Path(folder) / "recalculated.xlsx")

        def filled(values):
            scenarios = [{k: v for k, v in row.items() if v is None or isinstance(v, str | float)}]
            generate(path, scenarios, out, values=values, overwrite=True)

        for way in (inputs, recalculated, lambda: filled(True), lambda: filled(False)):
            try:
                way()
            except UserError as mistake:
                told.append(str(mistake))
        assert all(told)
        written = [*out.glob("one*.xls?"), *Path(folder).glob("recalculated.xlsx")]
        for file in written:
            for name, data in parts_of(file).items():
                assert is_xml(data) or not is_xml(parts[name]), f"{name} is no XML any more"
    return told


@given(PLACE, CHANGES)
def test_a_hostile_workbook_gives_a_result_or_one_line(which, changes):
    check(changed(bases()[which % len(bases())], changes))


def test_the_workbooks_are_sound_before_they_are_changed():
    """Else nothing behind the first fault would be tried."""
    assert [check(parts) for parts in bases()] == [[]] * len(bases())


def main(minutes):
    """Draw workbooks for some minutes; print figures, and each kind of fault once."""
    import resource

    last_file = Path(tempfile.gettempdir()) / "bbxl-fuzz-last.txt"  # what the engine ended at
    until, counts, faults = time.monotonic() + 60 * minutes, [0, 0], {}

    @settings(
        max_examples=500, database=None, deadline=None, suppress_health_check=list(HealthCheck)
    )
    @given(PLACE, CHANGES)
    def once(which, changes):
        if time.monotonic() > until:
            return
        began = time.process_time()
        last_file.write_text(repr((which % len(bases()), changes)))
        try:
            counts[1] += 4 - len(check(changed(bases()[which % len(bases())], changes)))
        except BaseException as error:  # also the engine's own, which are no exceptions
            if isinstance(error, KeyboardInterrupt):
                raise
            last = traceback.extract_tb(error.__traceback__)[-1]
            at = f"{Path(last.filename).name}:{last.lineno}"
            key = f"{type(error).__name__}: {error!s:.100} at {at}"
            if key not in faults:
                faults[key] = (which % len(bases()), changes)
                print(f"{key}\n    {faults[key]}", flush=True)
        if (spent := time.process_time() - began) > 5:
            print(f"{spent:.0f} s of CPU: {which % len(bases()), changes}", flush=True)
        counts[0] += 1

    while time.monotonic() < until:
        once()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024  # MiB on Linux
    figures = f"{counts[0]:,} workbooks, {counts[1]:,} results, {len(faults)} kinds of faults"
    print(f"{figures}; at most {peak:,} MiB")


if __name__ == "__main__":
    main(float(sys.argv[1]))
