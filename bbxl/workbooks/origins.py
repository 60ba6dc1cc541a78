"""Where inputs are from: source, owner and date, in cells beside them that no formula reads.

The cells have no names: a batch fills in figures, and not what a person says of them.
"""

from bbxl.workbooks import styles
from bbxl.workbooks.entries import Entry
from bbxl.workbooks.sheets import LABEL, Sheet

COLUMNS = (
    Entry("source", "Source", "in words", styles.TEXT, "textLength", 0, 200, required=False,
          note="Where the figures of this row are from."),
    Entry("owner", "Owner", "name", styles.TEXT, "textLength", 0, 60, required=False,
          note="Who answers for them."),
    Entry("dated", "Date", "day", styles.DATE, "date", 1, 2_958_465, required=False,
          note="Of the figures."),
)  # fmt: skip
WIDTHS = [28, 16, 12]


def add(sheet: Sheet, first_row: int) -> None:
    """The last columns of a sheet, beside every row of its inputs from one row on."""
    for column, entry in enumerate(COLUMNS, start=sheet.width - len(COLUMNS) + 1):
        rule = entry.validation()
        for row in range(first_row, sheet.row):
            beside = [sheet.cells.cell(row, at) for at in range(LABEL, sheet.width)]
            cell = sheet.cells.cell(row, column)
            if any(each.style == "bbxl input" for each in beside):
                cell.style, cell.number_format = "bbxl remark", entry.number_format
                rule.add(cell.coordinate)
            elif beside[0].style == "bbxl header":
                cell.value = entry.label
        sheet.cells.add_data_validation(rule)
