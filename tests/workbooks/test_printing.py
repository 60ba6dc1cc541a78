"""What of the comparison prints."""

import pytest
from openpyxl.utils import range_boundaries

from bbxl import presets
from bbxl.workbooks import build_vs_buy, styles
from bbxl.workbooks.build_vs_buy.axes import MONTHS

READ = ("Business case", "Breakeven", "Sensitivity", "Actuals", "Volume and price")


@pytest.fixture(scope="module")
def made():
    model = build_vs_buy.model(presets.load("customer-support-classifier").completed())
    return model, model.finished()


@pytest.mark.parametrize("name", READ)
def test_what_is_read_prints_one_page_wide_and_workings_do_not(made, name):
    _, book = made
    sheet = book[name]
    _, first, _, last = range_boundaries(sheet.print_area.split("!")[1])
    assert first == 1
    assert int(sheet.page_setup.fitToWidth) == 1
    below = [row[0] for row in sheet.iter_rows(last + 1)]
    assert below[1].style == "bbxl header"  # after a row that is empty
    for chart in sheet._charts:
        assert int(chart.anchor[1:]) + chart.height / 2.54 * 72 / 15 <= last + 1
    sentences = [row[1] for row in sheet.iter_rows() if row[1].style == "bbxl wrapped"]
    assert all(cell.row <= last for cell in sentences)


def test_months_past_the_horizon_show_nothing(made):
    model, book = made
    rules = {
        (sheet.title, str(each.sqref), rule.formula[0]): rule.dxf.font.color.rgb
        for sheet in book
        for each in sheet.conditional_formatting
        for rule in each.rules
        if rule.dxf.font and rule.dxf.font.color
    }
    monthly = [
        place for place in (*model.places.values(), *model.links.values()) if place.down is MONTHS
    ]
    assert len(monthly) > 20
    for place in monthly:
        rule = place.sheet, place.cells, f"ROW()-{place.row}>last_month"
        assert rules[rule].endswith(styles.WHITE)
    horizon = model.places["months"]
    assert book.defined_names["last_month"].attr_text == f"Inputs!{horizon.address({})}"
