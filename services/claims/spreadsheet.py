"""Tables as files that spreadsheets open: CSV (RFC 4180) and XLSX; no text of theirs is ever taken for a formula."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import TypeAlias

import xlsxwriter

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_BOM = "\ufeff"
"""Without it Excel takes UTF-8 for something else."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet may take a text that begins so for something to compute."""
_EXACT = Decimal(10) ** 13
"""A spreadsheet keeps fifteen digits of a number, two of them places: what is more stands as text."""
_TWO_PLACES = "#,##0.00"

Cell: TypeAlias = str | int | Decimal | None
"""A Decimal is an amount in yuan, days, percent or points, exact with its two places."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under named columns; a row may leave columns out."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Cell], ...]


def csv_file(tables: Sequence[Table]) -> bytes:
    """Return one file with all tables: their name in front, and every column of any of them, each once."""
    columns = list(dict.fromkeys(column for table in tables for column in table.columns))
    written = StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(["section", *columns])
    for table in tables:
        writer.writerows([table.name, *(_text(row.get(column)) for column in columns)] for row in table.rows)
    return f"{_BOM}{written.getvalue()}".encode()


def xlsx_file(tables: Iterable[Table], made_at: datetime) -> bytes:
    """Return a workbook with a sheet for each table, written row by row, so that no sheet is ever whole in memory."""
    written = BytesIO()
    book = xlsxwriter.Workbook(
        written, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"created": made_at.replace(tzinfo=None)})
    head, amount = book.add_format({"bold": True}), book.add_format({"num_format": _TWO_PLACES})
    for table in tables:
        sheet = book.add_worksheet(table.name)
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, table.columns, head)
        for number, row in enumerate(table.rows, start=1):
            for column, name in enumerate(table.columns):
                _write(sheet, number, column, row.get(name), amount)
    book.close()
    return written.getvalue()


def _write(
    sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, cell: Cell, amount: xlsxwriter.format.Format
) -> None:
    match cell:
        case None:
            return
        case Decimal() if abs(cell) < _EXACT:
            sheet.write_number(row, column, cell, amount)
        case int():
            sheet.write_number(row, column, cell)
        case _:
            sheet.write_string(row, column, str(cell))


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str) and cell.startswith(_FORMULA):
        return f"'{cell}"
    return str(cell)
