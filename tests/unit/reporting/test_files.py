"""Cells of spreadsheets: texts stay texts, amounts stay exact."""

import csv
import io
import zipfile
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from claims.spreadsheet import Cell, Table, csv_file, xlsx_file

MADE_AT = datetime(2026, 4, 2, 2, tzinfo=UTC)


def one_cell(value: Cell) -> Table:
    return Table("money", ("amount",), ({"amount": value},))


def in_csv(value: Cell) -> str:
    (_, row) = csv.reader(io.StringIO(csv_file([one_cell(value)]).decode("utf-8-sig"), newline=""))
    return row[1]


def in_xlsx(value: Cell) -> str:
    with zipfile.ZipFile(io.BytesIO(xlsx_file([one_cell(value)], MADE_AT))) as archive:
        return archive.read("xl/worksheets/sheet1.xml").decode()


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"])
def test_a_text_that_could_be_computed_is_marked_in_csv_and_a_text_in_a_workbook(text: str) -> None:
    assert in_csv(text) == f"'{text}"
    sheet = in_xlsx(text)
    assert "<f>" not in sheet
    assert 't="inlineStr"' in sheet


@pytest.mark.parametrize("text", ['say "yes"', "a,b", "two\r\nlines", "安责险", ""])
def test_any_text_comes_back_from_csv_as_it_was(text: str) -> None:
    assert in_csv(text) == text


@pytest.mark.parametrize(
    "amount",
    ["0.00", "0.01", "1317999.99", "9999999999999.99"],
)
def test_an_amount_is_a_number_whose_digits_are_exact(amount: str) -> None:
    assert in_csv(Decimal(amount)) == amount
    assert f"<v>{amount}</v>" in in_xlsx(Decimal(amount))


def test_an_amount_with_more_digits_than_a_spreadsheet_keeps_stands_as_text() -> None:
    sheet = in_xlsx(Decimal("10000000000000.01"))
    assert "<t>10000000000000.01</t>" in sheet
    assert "<v>" not in sheet


def test_columns_of_all_tables_stand_once_and_every_line_has_them_all() -> None:
    tables = [one_cell(1), Table("other", ("name", "amount"), ({"name": "x"}, {"amount": 2}))]
    rows = list(csv.reader(io.StringIO(csv_file(tables).decode("utf-8-sig"), newline="")))
    assert rows == [["section", "amount", "name"], ["money", "1", ""], ["other", "", "x"], ["other", "2", ""]]
