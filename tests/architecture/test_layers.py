"""Imports go down only, services share no code, a domain knows nothing but its business: held, and seen to be held."""

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVICES = ROOT / "services"

DOMAINS = (SERVICES / "claims" / "domain", SERVICES / "notifications" / "domain")
BUSINESS_NEEDS = frozenset(
    {
        "collections",
        "dataclasses",
        "datetime",
        "enum",
        "fractions",
        "functools",
        "itertools",
        "re",
        "typing",
        "uuid",
        "zoneinfo",
    }
)
"""What of the standard library a domain is written with: nothing that reads a clock, makes chance or does I/O."""

SQL = re.compile(r"\b(select\b.+\bfrom|insert into|update \w+ set|delete from|set local|create table)\b", re.DOTALL)
SPEAK_SQL = (
    "claims/event_store",
    "claims/projections",
    "claims/reference",
    "claims/keys",
    "claims/watch",
    "claims/migrations",
    "notifications/store",
    "notifications/migrations",
    "anze",
)

PLANTED = {
    "claims/domain/money.py": "import asyncio",
    "claims/application/calls.py": "import claims.event_store.store",
    "claims/keys/ring.py": "import claims.event_store.codec",
    "claims/event_store/store.py": "import claims.settings",
    "notifications/domain/alert.py": "import notifications.store.tables",
    "anze/errors.py": "import claims.domain.money",
}
"""One violation at least of every contract."""


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter over the services below a folder."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--no-logo"]
    environment = {**os.environ, "PYTHONPATH": str(root / "services"), "COLUMNS": "200"}
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)


def imported(path: Path) -> Iterator[str]:
    """Yield the modules that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield node.module or ""


def test_every_contract_on_imports_is_kept() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_contract_on_imports_breaks_when_somebody_breaks_it(tmp_path: Path) -> None:
    shutil.copytree(SERVICES, tmp_path / "services", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name, statement in PLANTED.items():
        path = tmp_path / "services" / name
        path.write_text(f"{path.read_text()}\n{statement}\n")
    done = lint_imports(tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "0 kept" in done.stdout, done.stdout


@pytest.mark.parametrize("domain", DOMAINS, ids=lambda folder: folder.parent.name)
def test_a_domain_is_written_with_the_standard_library_alone(domain: Path) -> None:
    service = domain.parent.name
    foreign = {
        (path.name, module)
        for path in domain.rglob("*.py")
        for module in imported(path)
        if module.split(".")[0] not in BUSINESS_NEEDS and not module.startswith(f"{service}.domain")
    }
    assert foreign == set()


def statements(path: Path) -> Iterator[str]:
    """Yield the texts of a file that read like SQL; docstrings do not count."""
    tree = ast.parse(path.read_text())
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield from (found[0] for found in SQL.finditer(node.value))


def test_sql_is_written_where_the_design_says_and_nowhere_else() -> None:
    speaking = {str(path.relative_to(SERVICES)) for path in SERVICES.rglob("*.py") if list(statements(path))}
    assert speaking, "the pattern finds SQL where there is some"
    assert {name for name in speaking if not name.startswith(SPEAK_SQL)} == set()


def test_every_package_of_a_service_is_under_a_contract_on_settings() -> None:
    contracts = (ROOT / "pyproject.toml").read_text()
    wiring = {"bootstrap", "migrations", "rulebooks", "dashboard"}
    packages = {
        f"{service}.{folder.name}"
        for service in ("claims", "notifications")
        for folder in (SERVICES / service).iterdir()
        if (folder / "__init__.py").exists() and folder.name not in wiring
    }
    assert {name for name in packages if f'"{name}"' not in contracts} == set()
