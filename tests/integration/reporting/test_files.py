"""The report as files, read back: CSV that any reader takes apart again, workbooks whose sums are exact."""

import csv
import io
import zipfile
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

from tests.integration.reporting.conftest import Reports

MONTH = "/v1/reports/monthly?period=2026-03"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def read_csv(content: bytes) -> list[dict[str, str]]:
    """Take a file apart: UTF-8 with its mark, lines that end in CR LF, the same number of fields in each."""
    assert content.startswith(b"\xef\xbb\xbf")
    text = content.decode("utf-8-sig")
    assert text.count("\n") == text.count("\r\n")
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert {len(row) for row in rows} == {len(rows[0])}
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def read_xlsx(content: bytes) -> dict[str, list[list[str]]]:
    """Take a workbook apart: the text of every cell, by sheet, row and column; no cell may be a formula."""
    sheets = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        book = ET.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - we wrote it
        names = [each.attrib["name"] for each in book.iter(f"{_MAIN}sheet")]
        for number, name in enumerate(names, start=1):
            sheet = ET.fromstring(archive.read(f"xl/worksheets/sheet{number}.xml"))  # noqa: S314 - we wrote it
            assert not list(sheet.iter(f"{_MAIN}f"))
            sheets[name] = [_row(row) for row in sheet.iter(f"{_MAIN}row")]
    return sheets


def _row(row: ET.Element) -> list[str]:
    """Return the cells in their columns; empty ones are not written."""
    cells = {ord(cell.attrib["r"].rstrip("0123456789")) - ord("A"): _cell(cell) for cell in row}
    return [cells.get(column, "") for column in range(max(cells) + 1)]


def _cell(cell: ET.Element) -> str:
    return "".join(part.text or "" for part in cell.iter() if part.tag in {f"{_MAIN}v", f"{_MAIN}t"})


async def test_a_csv_file_holds_what_the_json_says(reports: Reports) -> None:
    report: Any = await reports.read(MONTH)
    answer = await reports.ask(MONTH, accept="text/csv")
    assert answer.headers["content-type"].startswith("text/csv; charset=utf-8")
    assert answer.headers["content-disposition"] == 'attachment; filename="anze-monthly-2026-03.csv"'
    assert answer.headers["vary"] == "Accept"
    rows = read_csv(answer.content)
    (money,) = [row for row in rows if row["section"] == "money" and row["scope"] == "total" and row["paid"]]
    assert {name: money[name] for name in ("paid", "advanced", "indemnity_paid", "indemnity_decided")} == {
        name: report["money"][name] for name in ("paid", "advanced", "indemnity_paid", "indemnity_decided")
    }
    rules = {row["code"]: row for row in rows if row["section"] == "compliance" and row["scope"] == "rule"}
    assert (rules["SZ-20.6"]["numerator"], rules["SZ-20.6"]["denominator"]) == ("1", "3")
    assert rules["SZ-20.6"]["title_zh"] == "预付事故救援费"
    assert len([row for row in rows if row["section"] == "breaches"]) == report["breach_count"]


async def test_no_text_in_a_csv_file_is_taken_for_a_formula(reports: Reports) -> None:
    rows = read_csv((await reports.ask(MONTH, accept="text/csv")).content)
    policies = {row["policy_number"] for row in rows if row["section"] == "breaches"}
    assert {"'=D", "'=E"} <= policies  # their numbers begin with a sign that spreadsheets compute by
    assert not [value for row in rows for value in row.values() if value.startswith(("=", "+", "-", "@"))]


async def test_a_workbook_holds_what_the_json_says_and_no_formula(reports: Reports) -> None:
    report: Any = await reports.read(MONTH)
    answer = await reports.ask(MONTH, accept=XLSX)
    assert answer.headers["content-type"] == XLSX
    assert answer.headers["content-disposition"] == 'attachment; filename="anze-monthly-2026-03.xlsx"'
    sheets = read_xlsx(answer.content)
    assert list(sheets) == ["report", "claims", "money", "compliance", "kpis", "service_scores", "breaches"]
    head, total, *_ = sheets["money"]
    assert Decimal(total[head.index("paid")]) == Decimal(report["money"]["paid"]) == Decimal("1317999.99")
    breaches = sheets["breaches"]
    policies = [row[breaches[0].index("policy_number")] for row in breaches[1:]]
    assert len(policies) == report["breach_count"]
    assert {"=D", "=E"} <= set(policies)
