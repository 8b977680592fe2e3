"""The model stands for itself: it is written without the product, and counts days as the regulation's fixtures say."""

import ast
import sys
from datetime import date, datetime
from pathlib import Path

import pytest
from tests.fuzz.model.days import SHANGHAI, plan
from tests.fuzz.scenery import plain_days
from tests.support.story import calendar

MODEL = Path(__file__).parent / "model"


def imported(path: Path) -> set[str]:
    """Return the modules that a file imports."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}


def test_the_model_is_written_with_the_standard_library_alone() -> None:
    modules = {module for path in MODEL.glob("*.py") for module in imported(path)}
    assert "tests.fuzz.model.days" in modules
    foreign = {each for each in modules if each.split(".")[0] not in sys.stdlib_module_names}
    assert {each for each in foreign if not each.startswith("tests.fuzz.model")} == set()


@pytest.mark.parametrize(
    ("start", "five", "ten"),
    [
        ("2026-02-14", "2026-02-28", "2026-03-06"),
        ("2026-02-13", "2026-02-27", "2026-03-05"),
        ("2026-02-15", "2026-02-28", "2026-03-06"),
        ("2026-09-30", "2026-10-13", "2026-10-20"),
        ("2025-12-31", "2026-01-08", "2026-01-15"),
        ("2025-01-27", "2025-02-10", "2025-02-17"),
    ],
)
def test_the_model_counts_working_days_as_the_fixtures_of_the_regulation_do(start: str, five: str, ten: str) -> None:
    at = datetime.fromisoformat(f"{start}T15:00").replace(tzinfo=SHANGHAI)
    for count, last in ((5, five), (10, ten)):
        made = plan(at, (count, "working_days"), plain_days(calendar()), half=False, pauses=(), silent=False)
        assert made.last_day == date.fromisoformat(last)
