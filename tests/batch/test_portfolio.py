"""portfolio.xlsx: a row for each workbook with a link, filters, and who wins, counted natively."""

from collections import Counter

import openpyxl
import pytest
import runs

from bbxl.batch import generate
from bbxl.batch.reporting.survey import CLOSEST, words

CASES = runs.scenarios(40)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    folder = tmp_path_factory.mktemp("portfolio")
    generate(runs.offer(folder / "offer.xlsx"), CASES, folder / "out")
    return folder / "out" / "portfolio.xlsx"


@pytest.fixture(scope="module")
def book(path):
    return openpyxl.load_workbook(path)


@pytest.fixture(scope="module")
def shown(path):
    return openpyxl.load_workbook(path, data_only=True)


def table(book):
    heading, *rows = book["Scenarios"].iter_rows(min_row=2, values_only=True)
    return [dict(zip(heading, row, strict=True)) for row in rows]


def test_there_is_a_row_for_each_workbook_with_inputs_and_results(shown):
    rows = table(shown)
    assert len(rows) == len(CASES)
    for row, case in zip(rows, CASES, strict=True):
        assert {name: row[words(name)] for name in case} == case
        assert row["Cost"] == pytest.approx(case["requests"] * case["price"], rel=1e-15)
    assert rows[0]["Per request"] == "#DIV/0!"
    assert shown["Scenarios"]["I3"].data_type == "e"


def test_each_row_has_a_link_that_moves_with_it(book, shown, path):
    for row, case in enumerate(CASES, start=3):
        cell = book["Scenarios"].cell(row, 1)
        assert cell.value == f'=HYPERLINK("{case["scenario"]}.xlsx")'
        assert (path.parent / shown["Scenarios"].cell(row, 1).value).is_file()


def test_text_of_scenarios_is_no_formula(book):
    cells = [
        cell
        for row in book["Scenarios"].iter_rows(min_row=3, min_col=2)
        for cell in row
        if cell.data_type == "f"
    ]
    assert [cell.value for cell in cells] == ["=#DIV/0!"]
    assert "=cmd|' /C calc'!A1" in {row["Vendor"] for row in table(book)}


def test_the_table_can_be_read_and_sorted(book):
    sheet = book["Scenarios"]
    assert sheet.auto_filter.ref == f"A2:I{len(CASES) + 2}"
    assert sheet.freeze_panes == "B3"
    assert sheet["C3"].number_format == "#,##0"
    assert sheet.column_dimensions["C"].width > len("requests")


def test_winners_are_counted_by_formulas_that_agree_with_the_workbooks(book, shown, path):
    rows = [*shown["Summary"].iter_rows(min_row=5, max_col=3, values_only=True)]
    *winners, total = rows
    expected = Counter(
        openpyxl.load_workbook(path.parent / f"{case['scenario']}.xlsx", data_only=True)
        .worksheets[0]["B6"].value
        for case in CASES
    )  # fmt: skip
    assert {name: count for name, count, _ in winners} == expected
    assert [count for _, count, _ in winners] == sorted(expected.values(), reverse=True)
    assert total == ("Total", 40, 1)
    assert all(book["Summary"].cell(row, 2).value.startswith("=COUNTIF(") for row in (5, 6, 7))
    (chart,) = book["Summary"]._charts
    assert chart.tagname == "barChart"
    assert chart.series[0].val.numRef.f == f"Summary!$B$5:$B${4 + len(expected)}"


def test_libreoffice_counts_the_same(office, path, shown):
    """Also where a winner's name has what COUNTIF takes for a pattern."""
    with office.open(path) as document:
        document.recalculate()
        counted = document.sheets()["Summary"]
    expected = [*shown["Summary"].iter_rows(min_row=5, max_col=2, values_only=True)]
    assert any("*" in name for name, _ in expected)
    assert [tuple(row[:2]) for row in counted[4:]] == expected


def test_it_is_valid(open_xml_faults, path):
    assert open_xml_faults(path) == []


def test_the_same_run_gives_the_same_bytes(path, tmp_path):
    generate(path.parent.parent / "offer.xlsx", CASES, tmp_path)
    assert (tmp_path / "portfolio.xlsx").read_bytes() == path.read_bytes()


@pytest.mark.parametrize("values", [True, False])
def test_where_nothing_wins_there_is_no_chart(tmp_path, values):
    """No output is a text of few kinds, or nothing is computed."""
    template = openpyxl.load_workbook(runs.offer(tmp_path / "offer.xlsx"))
    del template.defined_names["recommended"]
    template.save(tmp_path / "offer.xlsx")
    generate(tmp_path / "offer.xlsx", CASES, tmp_path / "out", values=values)
    book = openpyxl.load_workbook(tmp_path / "out" / "portfolio.xlsx")
    assert (book["Summary"]._charts, book["Summary"].max_row) == ([], 2)


def test_a_sentence_stands_last_and_a_name_that_is_there_twice_is_numbered(tmp_path):
    template = openpyxl.load_workbook(runs.offer(tmp_path / "offer.xlsx"))
    template["Offer"]["B4"] = '="costs "&requests*price&" and that is to be thought about"'
    del template.defined_names["per_request"]
    template.defined_names["Workbook"] = openpyxl.workbook.defined_name.DefinedName(
        "Workbook", attr_text="Offer!$B$7"
    )
    template.save(tmp_path / "offer.xlsx")
    generate(tmp_path / "offer.xlsx", CASES, tmp_path / "out")
    book = openpyxl.load_workbook(tmp_path / "out" / "portfolio.xlsx")
    heading = [cell.value for cell in book["Scenarios"][2]]
    assert heading[0] == "Workbook"
    assert heading[-2:] == ["Workbook (2)", "Cost"]


def test_the_closest_choices_are_listed_with_the_closest_first(tmp_path):
    template = openpyxl.load_workbook(runs.offer(tmp_path / "offer.xlsx"))
    name = openpyxl.workbook.defined_name.DefinedName("margin", attr_text="Offer!$B$4")
    template.defined_names["margin"] = name
    del template.defined_names["cost"]
    template.save(tmp_path / "offer.xlsx")
    generate(tmp_path / "offer.xlsx", CASES, tmp_path / "out")
    book = openpyxl.load_workbook(tmp_path / "out" / "portfolio.xlsx", data_only=True)
    heading, *rows = book["Closest"].iter_rows(min_row=4, values_only=True)
    assert heading == ("Workbook", "Recommended", "Margin")
    margins = sorted((case["requests"] * case["price"], i) for i, case in enumerate(CASES))
    expected = [f"{CASES[i]['scenario']}.xlsx" for _, i in margins[:CLOSEST]]
    assert [file for file, *_ in rows] == expected
    assert [margin for *_, margin in rows] == pytest.approx([n for n, _ in margins[:CLOSEST]])
    assert (
        "Closest"
        not in openpyxl.load_workbook(write_without_margin(tmp_path / "without")).sheetnames
    )


def write_without_margin(folder):
    folder.mkdir()
    generate(runs.offer(folder / "offer.xlsx"), CASES[:2], folder / "out")
    return folder / "out" / "portfolio.xlsx"
