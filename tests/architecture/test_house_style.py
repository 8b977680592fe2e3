"""How code looks here: short files and functions, a sentence on each module, and rules that ruff really holds."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVICES, TESTS = ROOT / "services", ROOT / "tests"

LONGEST_FILE = 300
LONGEST_FUNCTION = 50

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def sources(*folders: Path) -> Iterator[tuple[str, str]]:
    """Yield every Python file below the folders, as its name and its text."""
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            yield str(path.relative_to(ROOT)), path.read_text()


@cache
def parsed(text: str) -> ast.Module:
    """Parse a text once for all tests."""
    return ast.parse(text)


def public(parent: ast.Module | ast.ClassDef) -> Iterator[Definition]:
    """Yield the functions, classes and methods that others may use."""
    for node in parent.body:
        if isinstance(node, Definition) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from public(node)


def overridden(node: Definition) -> bool:
    """Say whether the docstring stands where the function is declared: another signature of it, or an override."""
    names = {ast.unparse(decorator).split("(")[0].split(".")[-1] for decorator in node.decorator_list}
    return bool(names & {"override", "overload", "setter"})


def ruff(code: str, name: str = "services/claims/application/planted.py") -> str:
    """Return what ruff says of a file with this code, under the rules of the repository."""
    command = [str(Path(sys.executable).with_name("ruff")), "check", "--no-cache", "--stdin-filename", name, "-"]
    command += ["--output-format", "concise"]
    return subprocess.run(command, cwd=ROOT, input=code, capture_output=True, text=True, check=False).stdout


def test_no_file_is_longer_than_300_lines() -> None:
    lengths = {name: len(text.splitlines()) for name, text in sources(SERVICES, TESTS)}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_no_function_is_longer_than_50_lines() -> None:
    long = {
        (name, node.name): (node.end_lineno or 0) - node.lineno + 1
        for name, text in sources(SERVICES, TESTS)
        for node in ast.walk(parsed(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    }
    assert long == {}


def test_every_module_says_what_it_is_for() -> None:
    silent = [name for name, text in sources(SERVICES, TESTS) if not ast.get_docstring(parsed(text))]
    assert silent == []


def test_every_public_function_and_class_of_the_services_has_a_docstring() -> None:
    silent = [
        f"{name}:{node.lineno} {node.name}"
        for name, text in sources(SERVICES)
        for node in public(parsed(text))
        if not ast.get_docstring(node) and not overridden(node)
    ]
    assert silent == []


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("from datetime import UTC, datetime\n\nNOW = datetime.now(UTC)", "TID251"),
        ("from datetime import datetime\n\nNOW = datetime.utcnow()", "TID251"),
        ("from datetime import date\n\nTODAY = date.today()", "TID251"),
        ("import uuid\n\nID = uuid.uuid4()", "TID251"),
        ("def f(n: int) -> int:\n" + "".join(f"    if n == {i}:\n        n += 1\n" for i in range(11)), "C901"),
        ("def f(n):\n    return n", "ANN"),
        ("print(1)", "T201"),
    ],
    ids=["now", "utcnow", "today", "uuid4", "complexity", "annotations", "print"],
)
def test_ruff_refuses_what_the_house_forbids(statement: str, rule: str) -> None:
    assert rule in ruff(f'"""Planted."""\n\n{statement}\n')


def test_ruff_accepts_a_module_that_keeps_the_rules() -> None:
    assert "All checks passed" in ruff('"""Kept."""\n\nFEN_IN_A_YUAN = 100\n')
