"""A call on cells that hold its arguments, as the embedded engine answers it."""

from io import BytesIO

import openpyxl
from excel_stand_in import MISSING
from openpyxl.utils import get_column_letter

from bbxl.engine import workbook as engine
from bbxl.worksheet.readers import ExcelError
from bbxl.xlsx.package import Package


def rows(value):
    return value if isinstance(value, list) else [[value]]


def in_engine(name, arguments):
    """The engine's answer to a call on cells that hold the arguments."""
    book = openpyxl.Workbook()
    sheet, references = book.active, []
    for argument in arguments:
        if argument is MISSING:
            references.append("")
            continue
        first = sheet.max_row + 2
        for i, row in enumerate(rows(argument)):
            for j, value in enumerate(row):
                cell = sheet.cell(first + i, j + 1)
                cell.value = value.value if isinstance(value, ExcelError) else value
                if isinstance(value, ExcelError):
                    cell.data_type = "e"
        last = f"{get_column_letter(len(rows(argument)[0]))}{first + len(rows(argument)) - 1}"
        references.append(f"{sheet.title}!A{first}:{last}")
    file = BytesIO()
    book.save(file)
    workbook = engine.Workbook(Package(file.getvalue()))
    return workbook.answer(f"={name}({','.join(references)})")
