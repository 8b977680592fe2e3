"""What lies where, and what no file may hold: hosts of packages, and lock files that name them."""

import json
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]

TOP_LEVEL = frozenset(
    {
        "README.md",
        "CHANGELOG.md",
        "Makefile",
        "pyproject.toml",
        "docker-compose.yml",
        ".ci",
        ".dockerignore",
        ".gitignore",
        "deploy",
        "docs",
        "schemas",
        "services",
        "tests",
    }
)
TEST_FOLDERS = frozenset(
    {"acceptance", "architecture", "bench", "contract", "faults", "fuzz", "integration", "support", "unit"}
)

# Written so that this file does not name them either.
HOSTS = re.compile(
    r"py"
    r"pi\.|\bnpm"
    r"js\.|\bun"
    r"pkg\.|\bjs"
    r"delivr\.|\bcdn"
    r"js\.|python"
    r"hosted\.|\bmirrors?\.[a-z]|(?<!emit-)\bindex"
    r"-url\b|\bfind"
    r"-links\s*="
)


def repository_files() -> list[Path]:
    """Return the files of the repository: tracked, or new and not ignored."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:  # an archive without its history
        found = [path for folder in TOP_LEVEL for path in (ROOT / folder).rglob("*") if path.is_file()]
        return [path for path in found if "browser_files" not in path.parts]
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_the_top_level_holds_what_the_design_lists_and_nothing_else() -> None:
    top = {path.relative_to(ROOT).parts[0] for path in repository_files()}
    assert top - TOP_LEVEL == set()


def test_the_folder_of_services_is_no_package() -> None:
    assert not (ROOT / "services" / "__init__.py").exists()


def test_no_folder_of_tests_is_named_like_a_package() -> None:
    packages = {"claims", "notifications", "anze"}
    assert packages == {path.parent.name for path in (ROOT / "services").glob("*/__init__.py")}
    names = [path.relative_to(ROOT).parts for path in repository_files()]
    assert {part for parts in names if parts[0] == "tests" for part in parts[1:-1]} & packages == set()


def test_the_folders_of_tests_are_those_of_the_design() -> None:
    below = {path.relative_to(ROOT / "tests").parts for path in repository_files() if ROOT / "tests" in path.parents}
    assert {parts[0] for parts in below if len(parts) > 1} - TEST_FOLDERS == set()


def test_no_file_names_a_host_of_packages() -> None:
    naming = []
    for path in repository_files():
        text = path.read_bytes().decode(errors="replace")
        naming += [f"{path.relative_to(ROOT)}: {found[0]}" for found in HOSTS.finditer(text)]
    assert naming == []


def test_lock_files_carry_hashes_and_no_address() -> None:
    for path in (ROOT / "deploy" / "requirements").glob("*.txt"):
        text = path.read_text()
        assert "://" not in text, path
        assert "--hash=sha256:" in text, path


def test_the_lock_of_the_scripts_of_pages_carries_hashes_and_no_address() -> None:
    """Without an address npm asks whatever it is configured for; it refuses what has another hash."""
    text = (ROOT / "deploy" / "assets" / "package-lock.json").read_text()
    locked = {name: told for name, told in json.loads(text)["packages"].items() if name}
    assert locked
    assert [name for name, told in locked.items() if not told["integrity"].startswith("sha512-")] == []
    assert "resolved" not in text
    assert "://" not in text


def test_no_script_of_others_is_in_the_repository() -> None:
    listed = [path for path in repository_files() if "browser_files" in path.parts or path.name.endswith(".min.js")]
    assert listed == []


def test_there_is_no_lock_file_that_records_hosts() -> None:
    assert [path for path in repository_files() if path.name in {"uv.lock", "poetry.lock", "Pipfile.lock"}] == []
