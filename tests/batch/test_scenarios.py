"""Scenarios from every kind of source, and what each mistake in one is told as."""

import csv
import io
import math
import sys
import tracemalloc
import zipfile
from datetime import date, datetime, time
from decimal import Decimal
from types import SimpleNamespace

import numpy as np
import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from bbxl.batch.reading.checking import Options, check
from bbxl.batch.reading.columns import MOST_FAULTS
from bbxl.batch.reading.scenarios import ScenarioError, crossed, read
from bbxl.batch.template.inputs import Template
from bbxl.xlsx.values import date_text

ROWS = [{"scenario": "base", "months": 12, "requests_per_month": 1e6},
        {"scenario": "long", "months": 36, "requests_per_month": None}]  # fmt: skip


PLAIN = Options()


@pytest.fixture(scope="module")
def template():
    return Template("build-vs-buy")


def values(template, source, options=PLAIN):
    """Column -> values of each scenario."""
    with check(template, source, options) as found:
        names = [each.name for each in found.inputs]
        return [dict(zip(names, each.values, strict=True)) for each in found]


def faults(template, source, options=PLAIN):
    with pytest.raises(ScenarioError) as told:
        check(template, source, options).close()
    return list(told.value.args)


def rows(source, **more):
    table = read(source, **more)
    return [dict(zip(table.columns, each, strict=True)) for _, each in table.rows]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_text_files(tmp_path, mark, encoding):
    path = tmp_path / "scenarios.csv"
    lines = ["scenario,months,note", 'Zürich,12,"a, b"', "", "Genf,24,", "Bern,36"]
    path.write_text("\r\n".join(lines).replace(",", mark), encoding, newline="")
    assert [list(each.values()) for each in rows(path)] == [
        ["Zürich", "12", f"a{mark} b"], ["Genf", "24", ""], ["Bern", "36", None],
    ]  # fmt: skip
    assert [place for place, _ in read(path).rows][-1] == f"{path}, line 5"


def test_json_lines(tmp_path):
    path = tmp_path / "scenarios.jsonl"
    path.write_text('{"scenario":"base","months":12}\n\n{"months":3.5}\n', "utf-8")
    assert rows(path) == [{"scenario": "base", "months": 12}, {"scenario": None, "months": 3.5}]


def test_workbooks_keep_types_and_take_stored_values(tmp_path):
    path = tmp_path / "scenarios.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Notes").write("A1", "not these")
        sheet = book.add_worksheet("Scenarios")
        sheet.write_row("A1", ["months", "scenario", None, "start", "yes"])
        sheet.write_formula("A2", "=6*2", None, 12)
        sheet.write("B2", "007")
        sheet.write_datetime("D2", datetime(2026, 1, 31), book.add_format({"num_format": "d.m.yy"}))
        sheet.write_boolean("E2", True)
        sheet.write("A4", 24)
    assert rows(path, sheet="Scenarios") == [
        {"months": 12, "scenario": "007", "start": datetime(2026, 1, 31), "yes": True},
        {"months": 24, "scenario": None, "start": None, "yes": None},
    ]
    assert rows(path) == []


def test_data_frames_of_pandas_and_polars():
    """By the two methods that they are known by; neither library is needed."""
    missing = type("NAType", (), {"__eq__": lambda *_: missing, "__bool__": refuse})()
    table = [("a", 12.0), ("b", float("nan")), ("c", missing)]
    pandas = SimpleNamespace(
        columns=["scenario", "months"], itertuples=lambda index, name: iter(table)
    )
    polars = SimpleNamespace(columns=["scenario", "months"], iter_rows=lambda: iter(table))
    for frame in (pandas, polars):
        assert [each["months"] for each in rows(frame)] == [12.0, None, None]


def refuse(_):
    raise TypeError("boolean value of NA is ambiguous")


def test_a_grid_multiplies_a_table_or_stands_alone():
    grid = {"months": [12, 36], "api": [0.5, 1, 3]}
    alone = crossed(None, grid)
    assert [each for _, each in alone.rows][:4] == [(12, 0.5), (12, 1), (12, 3), (36, 0.5)]
    both = crossed(read([{"scenario": "a"}, {"scenario": "b"}]), grid)
    assert both.columns == ["scenario", "months", "api"]
    places = [place for place, _ in both.rows]
    assert len(places) == 12
    assert places[-1] == "row 2, months=36, api=3"
    with pytest.raises(ScenarioError, match="months is a column and in the grid too"):
        crossed(read(ROWS), grid)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b"months\n", "there are no scenarios"),
        ("a.csv", b"months,note\n12,a,b\n", "line 2 has 3 values for 2 columns"),
        ("a.csv", b'months\n"12\n', "line 2: unexpected end of data"),
        ("a.csv", "scenario\nZürich\n".encode("latin-1"), "is not UTF-8 text"),
        ("a.xlsx", b"PK nonsense", "is damaged"),
        ("a.xls", b"", "scenarios are read from .csv, .tsv"),
        ("a.jsonl", b'{"months":12}\n{"months":\n', "line 2 is not JSON"),
        ("a.jsonl", b'{"months":12}\n[1]\n', "line 2 is not an object"),
        ("a.jsonl", b'{"months":12}\n{"note":1}\n', "line 2 has the column note, which the first"),
        ("a.jsonl", b"", "there are no scenarios"),
        *(
            ("a.jsonl", b'{"months":12}\n' + line, "a.jsonl, line 2: the key months stands twice")
            for line in (
                b'{"months":12,"months":12}',
                b'{"months":1,"note":"a: b","months":2}',
                b'{"m\\u006fnths":1,"months":2}',
                b'{"months":{"months":1,"months":2}}',
                b'\xef\xbb\xbf{"months":1, "months" : ' + b"9" * 300 + b"}",
            )
        ),
        (
            "a.jsonl",
            b'{"months":1, "note": ' + b"[" * 1020 + b"]" * 1020 + b',"months":1}',
            "line 1",
        ),
        ("missing.csv", None, "No such file"),
    ],
)
def test_a_bad_file_is_told_in_one_line(template, tmp_path, name, content, told):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    (line,) = faults(template, path)
    assert told in line
    assert "\n" not in line


def test_values_fill_their_inputs(template):
    assert values(template, ROWS) == [
        {"months": 12.0, "requests_per_month": 1e6},
        {"months": 36.0, "requests_per_month": template.input("requests_per_month").current},
    ]
    assert values(template, [{"MONTHS": 12, "min_accuracy": ""}], Options(clear=True)) == [
        {"months": 12.0, "min_accuracy": None}
    ]


@pytest.mark.parametrize(
    ("column", "given", "taken"),
    [
        ("annual_rate", "10%", 0.1),
        ("annual_rate", " 1e-1 ", 0.1),
        ("months", Decimal(12), 12.0),
        ("months", np.int64(12), 12.0),
        ("requests_per_month", np.float32(0.5), 0.5),
        ("approach_1_deployment", " api ", "API"),
        ("approach_1_deployment", "self_hosted_on_prem", "self-hosted on-prem"),
        ("score_method", "MinMax", "minmax"),
        ("approach_1_name", "=cmd|' /C calc'!A1", "=cmd|' /C calc'!A1"),
        ("approach_1_name", 12.0, "12"),
        ("approach_1_name", True, "TRUE"),
        ("change_1_date", "2026-01-31", 46053.0),
        ("change_1_date", date(2026, 1, 31), 46053.0),
        ("change_1_date", datetime(2026, 1, 31, 12), 46053.5),
    ],
)
def test_a_value_becomes_what_the_cell_takes(template, column, given, taken):
    ((found),) = values(template, [{column: given}])
    assert found[column] == taken
    assert type(found[column]) is type(taken)


@pytest.fixture(scope="module")
def kinds(tmp_path_factory):
    """A template with a cell of each kind that the built one lacks."""
    path = tmp_path_factory.mktemp("kinds") / "kinds.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write("A1", True)
        sheet.write("A3", 0.25, book.add_format({"num_format": "h:mm"}))
        for name, cell in (("flag", "A1"), ("anything", "A2"), ("hour", "A3")):
            book.define_name(name, f"=Sheet1!${cell[0]}${cell[1]}")
    return Template(path)


@pytest.mark.parametrize(
    ("column", "given", "taken"),
    [
        ("flag", "true", True),
        ("flag", " FALSE ", False),
        ("flag", False, False),
        ("anything", "12", 12.0),
        ("anything", "10%", 0.1),
        ("anything", "true", True),
        ("anything", "False", False),
        ("anything", "other", "other"),
        ("anything", date(2026, 1, 31), 46053.0),
        ("hour", "18:00", 0.75),
        ("hour", "2026-01-31 12:00", 46053.5),
        ("hour", time(6), 0.25),
    ],
)
def test_kinds_that_the_built_template_lacks(kinds, column, given, taken):
    ((found),) = values(kinds, [{column: given}])
    assert found[column] == taken
    assert type(found[column]) is type(taken)


@pytest.mark.parametrize(
    ("column", "given"),
    [("flag", "yes"), ("flag", 1), ("flag", 0.0), ("flag", "1"), ("hour", "18"), ("hour", 0.5)],
)
def test_what_such_a_kind_does_not_take(kinds, column, given):
    allowed = {"flag": "TRUE or FALSE", "hour": "a date such as 2026-01-31"}[column]
    shown = f'"{given}"' if isinstance(given, str) else given
    assert faults(kinds, [{column: given}]) == [f"row 1, {column}: {shown} is not {allowed}"]


@pytest.mark.parametrize(
    ("column", "given", "allowed"),
    [
        ("months", "abc", '"abc" is not a whole number from 1 to 60'),
        ("months", 12.5, "12.5 is not a whole number from 1 to 60"),
        ("months", 0, "0 is not a whole number from 1 to 60"),
        ("months", True, "True is not a whole number"),
        ("months", math.nan, "nan is not a whole number"),
        ("requests_per_month", "1,000", '"1,000" is not a number'),
        ("requests_per_month", "1_000", '"1_000" is not a number'),
        ("requests_per_month", "0x10", '"0x10" is not a number'),
        ("requests_per_month", "1e999", '"1e999" is not a number'),
        ("requests_per_month", "\u0661", "is not a number"),
        ("requests_per_month", 10**400, "is not a number"),
        ("requests_per_month", Decimal("sNaN"), "sNaN is not a number"),
        ("approach_1_deployment", "moon", "is not one of API, self-hosted cloud"),
        ("approach_1_name", "x" * 41, "is not a text of a length from 0 to 40"),
        ("approach_1_name", "a\x00b", "is not a text of a length"),
        ("approach_1_name", ["a"], "is not a text of a length"),
        ("change_1_date", "31.1.2026", '"31.1.2026" is not a date'),
        ("change_1_date", "1899-01-01", "is not a date"),
        ("change_1_date", "2026-01-31T12:00+01:00", "is not a date"),
        ("scenario", "\ud800", "is not a text for a cell"),
    ],
)
def test_a_value_that_does_not_fit_is_told_with_what_is_allowed(template, column, given, allowed):
    (line,) = faults(template, [{column: given}])
    assert line.startswith(f"row 1, {column}: ")
    assert allowed in line


def test_a_comma_is_a_decimal_mark_only_when_told(template):
    row = [{"annual_rate": "0,25"}]
    assert values(template, row, Options(decimal_comma=True)) == [{"annual_rate": 0.25}]
    assert faults(template, row)
    assert faults(template, [{"annual_rate": "0.25"}], Options(decimal_comma=True))


def test_columns_that_fill_nothing_are_told_together(template):
    told = faults(template, [{"month": 1, "cheapest": 2, "note": 3, "months": 4, "Months ": 5}])
    assert "has no input named month; did you mean months?" in told[0]
    assert "is computed by a formula" in told[1]
    assert "fill the same cell" in told[2]
    assert len(told) == 3


def test_all_faults_of_a_table_are_told_at_once_or_left_out(template):
    bad = [{"months": 0, "annual_rate": 9} for _ in range(30)]
    told = faults(template, [*bad, {"months": 12}])
    assert len(told) == MOST_FAULTS + 1
    assert told[-1] == "and 40 more"
    with check(template, [*bad, {"months": 12, "annual_rate": 0}], Options(skip=True)) as found:
        assert len(found) == 1
        assert len(found.faults) == 60
        assert next(iter(found)).file == "build-vs-buy-00031.xlsx"
    assert "without faults" in faults(template, bad, Options(skip=True))[0]


def test_a_grid_may_stand_for_a_table_and_one_of_them_must_be_there(template):
    alone = values(template, None, Options(grid={"months": ["12", "36"]}))
    assert alone == [{"months": 12.0}, {"months": 36.0}]
    assert faults(template, None) == ["there are no scenarios: give a table, a grid or both"]


def test_a_blank_keeps_the_value_or_clears_it_also_where_nothing_is_validated(tmp_path):
    path = tmp_path / "free.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write("A1", 5)
        book.define_name("volume", "=Sheet1!$A$1")
    for clear, kept in ((False, 5.0), (True, None)):
        options = Options(name="{volume}-{number}", clear=clear)
        with check(Template(path), [{"volume": None}, {"volume": 7}], options) as found:
            (blank, given) = found
        assert (blank.values, given.values) == ((kept,), (7.0,))
        assert (blank.file, given.file) == (f"{5 if kept else None}-1.xlsx", "7-2.xlsx")


def test_a_blank_that_empties_is_told_where_blanks_are_not_allowed(tmp_path):
    path = tmp_path / "strict.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write("A1", 5)
        sheet.data_validation("A1", {"validate": "integer", "criteria": ">", "value": 2,
                                     "ignore_blank": False})  # fmt: skip
        book.define_name("volume", "=Sheet1!$A$1")
    strict = Template(path)
    assert values(strict, [{"volume": None}]) == [{"volume": 5.0}]
    (line,) = faults(strict, [{"volume": None}], Options(clear=True))
    assert line == "row 1, volume: it is blank, and must be a whole number more than 2"


def test_two_scenarios_never_share_a_file(template):
    names = ["Base", "base", "e\u0301", "\u00e9", "a/b", "a:b", "c"]
    told = faults(template, [{"scenario": name} for name in names])
    assert [line.partition(":")[0] for line in told] == ["row 2", "row 4", "row 6"]
    assert "as that of row 1" in told[0]
    told = faults(template, [{"scenario": "same"} for _ in range(MOST_FAULTS + 10)])
    assert (len(told), told[-1]) == (MOST_FAULTS + 1, "and 9 more")


def test_a_table_is_read_as_it_comes(template):
    """A generator is not run through before the first row is looked at."""
    seen = []

    def endless():
        for i in range(100_000):
            seen.append(i)
            yield {"scenario": f"s{i}", "unheard_of": 1}

    assert faults(template, endless())
    assert len(seen) == 1


def test_the_digest_is_of_the_values_and_their_order(template):
    def digest(source):
        with check(template, source) as found:
            return found.digest

    assert digest(ROWS) == digest(ROWS) != digest(ROWS[::-1])


@pytest.mark.slow
def test_memory_does_not_grow_with_the_table(template):
    """What a table of 20,000 rows leaves behind is its names' hashes."""

    def peak(count):
        tracemalloc.start()
        with check(template, ({"scenario": f"s{i}", "months": 12} for i in range(count))) as found:
            assert sum(1 for _ in found) == count
        high = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return high

    peak(10)
    assert peak(20_000) - peak(200) < 20_000 * 48


@given(st.lists(st.text(max_size=30), min_size=1, max_size=5))
def test_any_text_is_a_label_or_is_told(texts):
    source = [{"scenario": text, "approach_1_name": text} for text in texts]
    current = TEMPLATE.input("approach_1_name").current
    try:
        found = check(TEMPLATE, source)
    except ScenarioError as told:
        found, lines = None, told.args
    if found is None:
        assert all(line.startswith("row ") for line in lines)
        return
    with found:
        assert len({each.file.casefold() for each in found}) == len(texts)
        for text, each in zip(texts, found, strict=True):
            assert each.labels == (text,)
            assert each.values == (text if text.strip() else current,)


TEMPLATE = Template("build-vs-buy")


def test_a_csv_written_by_a_spreadsheet_gives_what_the_workbook_gives(template, tmp_path):
    columns = ["scenario", "months", "annual_rate", "approach_1_name"]
    table = [["a", 12, 0.1, "one, two"], ["b", 24, 0.25, 'say "yes"']]
    book = openpyxl.Workbook()
    for row in (columns, *table):
        book.active.append(row)
    book.save(tmp_path / "s.xlsx")
    text = io.StringIO()
    csv.writer(text).writerows([columns, *table])
    (tmp_path / "s.csv").write_text(text.getvalue(), "utf-8-sig")
    assert values(template, tmp_path / "s.xlsx") == values(template, tmp_path / "s.csv")
    assert sys.modules.get("pandas") is None


@pytest.mark.parametrize("mark", [";", ",", "\t", "|"])
def test_a_first_line_may_say_what_separates_values(template, tmp_path, mark):
    path = tmp_path / "s.csv"
    lines = [
        f"sep={mark}",
        mark.join(["note", "months"]),
        mark.join(["a,b;c" if mark in "|\t" else "x", "36"]),
    ]
    path.write_text("\r\n".join(lines), "utf-8", newline="")
    assert values(template, path) == [{"months": 36.0}]
    path.write_text("\r\n".join([*lines, mark.join(["y", "many"])]), "utf-8", newline="")
    (line,) = faults(template, path)
    assert "s.csv, line 4" in line


def test_a_formula_with_no_stored_value_is_told(template, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["note", "months"])
    book.active.append(["a", "=6*2"])
    book.save(tmp_path / "s.xlsx")
    (line,) = faults(template, tmp_path / "s.xlsx")
    assert "s.xlsx, B2: its formula has no stored value" in line


def test_a_damaged_sheet_is_told(template, tmp_path):
    openpyxl.Workbook().save(tmp_path / "whole.xlsx")
    with (
        zipfile.ZipFile(tmp_path / "whole.xlsx") as whole,
        zipfile.ZipFile(tmp_path / "s.xlsx", "w") as broken,
    ):
        for part in whole.namelist():
            broken.writestr(part, whole.read(part)[: 200 if "sheet1" in part else None])
    (line,) = faults(template, tmp_path / "s.xlsx")
    assert "is not an .xlsx workbook, or is damaged" in line


def test_columns_may_be_written_with_spaces(template):
    assert values(template, [{"Requests per month": 5}]) == [{"requests_per_month": 5.0}]


NO_GROUPS = "with no thousands separators"
WITH_COMMAS = "with a point before decimals (or give --decimal-comma)"


@pytest.mark.parametrize(
    ("column", "given", "told"),
    [
        ("annual_rate", 20, "20 is not a number from 0 to 1; 20% is written 0.2 (or 20%)"),
        ("annual_rate", "7.5", "7.5% is written 0.075 (or 7.5%)"),
        ("min_accuracy", "95", '"95" is not a number from 0 to 1; 95% is written 0.95 (or 95%)'),
        ("volume_growth", -5, "-5% is written -0.05 (or -5%)"),
        ("volume_growth", "20,5%", f"write 20.5%, {WITH_COMMAS}"),
        ("requests_per_month", "20%", "% is for shares: write 0.2 if that is meant"),
        ("months", "1200%", "% is for shares: write 12 if that is meant"),
        ("requests_per_month", "-5", "from 0 to 1000000000000; it may not be negative"),
        ("requests_per_month", Decimal("-5"), "it may not be negative"),
        ("requests_per_month", "-1,000", "it may not be negative"),
        ("requests_per_month", "$1000000", "write 1000000, with no currency"),
        ("requests_per_month", "5 EUR", "write 5, with no currency"),
        ("requests_per_month", "1,000", f"write 1000, {NO_GROUPS}"),
        ("requests_per_month", "1,000,000", f"write 1000000, {NO_GROUPS}"),
        ("requests_per_month", "1'000'000", f"write 1000000, {NO_GROUPS}"),
        ("requests_per_month", "1\u00a0000\u00a0000", f"write 1000000, {NO_GROUPS}"),
        (
            "requests_per_month",
            "1.000.000,00",
            f"write 1000000.00, {NO_GROUPS} and a point before decimals",
        ),
        ("requests_per_month", "0,5", f"write 0.5, {WITH_COMMAS}"),
        ("approach_1_api_cost_per_request", "0,002", f"write 0.002, {WITH_COMMAS}"),
        ("requests_per_month", "$1,234.50", f"write 1234.50, with no currency and {NO_GROUPS[5:]}"),
    ],
)  # fmt: skip
def test_a_figure_in_another_form_is_told_how_to_write_it(template, column, given, told):
    (line,) = faults(template, [{column: given}])
    assert line.endswith(told)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("1.000", f"write 1000, {NO_GROUPS}"),
        ("1.000.000,00", f"write 1000000,00, {NO_GROUPS}"),
        ("1,234.5", f"write 1234,5, {NO_GROUPS} and a comma before decimals"),
        ("0.25", "write 0,25, with a comma before decimals"),
        ("20%", "% is for shares: write 0,2 if that is meant"),
    ],
)
def test_so_it_is_where_decimals_have_a_comma(template, given, told):
    (line,) = faults(template, [{"requests_per_month": given}], Options(decimal_comma=True))
    assert line.endswith(f" is not a number from 0 to 1000000000000; {told}")


@pytest.mark.parametrize(
    ("column", "given"),
    [
        ("requests_per_month", "31.1.2026"),
        ("requests_per_month", "1,00,000"),
        ("requests_per_month", "1_000"),
        ("requests_per_month", "abc"),
        ("requests_per_month", " " * 100_000 + "x"),
        ("requests_per_month", "1" * 100_000 + "x"),
        ("requests_per_month", True),
        ("annual_rate", "2000"),
        ("annual_rate", "1,000"),
        ("annual_rate", "150%"),
    ],
)
def test_where_no_hint_fits_there_is_none(template, column, given):
    (line,) = faults(template, [{column: given}])
    assert line.endswith(f" is not {template.input(column).allowed}")


def test_a_share_in_a_workbook_of_ones_own_is_known_by_its_format_or_its_limits(tmp_path):
    path = tmp_path / "shares.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write("A1", 0.5, book.add_format({"num_format": "0.0%"}))
        for cell, highest in (("A2", 1), ("A3", 5)):
            sheet.write(cell, 0.5)
            sheet.data_validation(
                cell,
                {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": highest},
            )
        for i in (1, 2, 3):
            book.define_name(f"value_{i}", f"=Sheet1!$A${i}")
    own = Template(path)
    assert [own.input(f"value_{i}").kind for i in (1, 2, 3)] == ["share", "share", "number"]
    assert values(own, [{"value_1": "20%", "value_2": "20%"}]) == [{"value_1": 0.2, "value_2": 0.2}]
    assert faults(own, [{"value_1": "a fifth", "value_3": "20%"}]) == [
        'row 1, value_1: "a fifth" is not a number such as 0.2 or 20%',
        'row 1, value_3: "20%" is not a number from 0 to 5; % is for shares: write 0.2 if that is '
        "meant",
    ]


def test_columns_of_another_template_are_told(template):
    row = {"scenario": "A", "months": 3, "approach_1_upfront_cost": 5, "note": ""}
    assert faults(template, [row]) == [
        "build-vs-buy has no inputs for all of these columns; these columns fit breakeven: give "
        "--template breakeven",
    ]
    assert len(faults(template, [{"months": 3, "upfront": 5}])) == 1
    assert len(faults(template, [{"months": 3, "Months ": 5}])) == 1
    assert len(faults(template, [{"cheapest": 3}])) == 1


def test_a_date_in_a_name_is_written_as_a_date(template):
    rows = [{"change_1_date": "2026-02-03"}, {"change_1_date": None}]
    with check(template, rows, Options(name="{number} {change_1_date}")) as found:
        names = [each.file for each in found]
    assert names[0] == "1 2026-02-03.xlsx"
    assert names[1] == f"2 {date_text(template.input('change_1_date').current)}.xlsx"


@pytest.mark.parametrize(
    ("given", "taken"), [("a", "a"), ("A", "A"), ("true", True), (True, True), ("10%", 0.1)]
)
def test_a_choice_is_taken_as_the_template_has_it(tmp_path, given, taken):
    """Exactly as it is written where that is a choice; else without regard to capitals."""
    path = tmp_path / "choices.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        source = ["A", "a", "TRUE", "10%", 1]
        sheet.data_validation("A1", {"validate": "list", "source": source})
        book.define_name("pick", "=Sheet1!$A$1")
    ((found),) = values(Template(path), [{"pick": given}])
    assert (found["pick"], type(found["pick"])) == (taken, type(taken))


@pytest.mark.parametrize("source", ["s.csv", "s.jsonl", [{"months": 12}], None])
def test_a_sheet_of_what_has_none_is_refused(source):
    options = Options(sheet="Plan", grid={"months": [12]})
    with pytest.raises(ScenarioError, match="has no sheets; leave --sheet out"):
        check(Template("breakeven"), source, options)
