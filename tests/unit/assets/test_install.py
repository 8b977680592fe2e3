"""Which npm fetches the scripts of the pages, and what a package's files become."""

import gzip
import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

FILE = Path(__file__).parents[3] / "deploy" / "assets" / "install.py"


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The program, which is no part of a package."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    spec = importlib.util.spec_from_file_location("install_assets", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def npm(folder: Path, version: str) -> Path:
    """An npm that only says its version."""
    folder.mkdir()
    program = folder / "npm"
    program.write_text(f"#!/bin/sh\necho {version}\n")
    program.chmod(0o755)
    return program


def test_the_machines_npm_is_taken_where_it_is_new_enough(install: ModuleType, tmp_path: Path) -> None:
    found = npm(tmp_path / "bin", "9.2.0")
    assert install.npm_command({"PATH": str(found.parent)}) == [str(found)]


@pytest.mark.parametrize("version", ["8.19.4", "broken"])
def test_an_old_npm_gives_way_to_that_of_the_wheel(install: ModuleType, tmp_path: Path, version: str) -> None:
    node, cli = install.npm_command({"PATH": str(npm(tmp_path / "bin", version).parent)})
    assert (Path(node).name, Path(cli).name) == ("node", "npm-cli.js")
    assert Path(node).is_file()
    assert Path(cli).is_file()


def test_a_machine_without_npm_takes_that_of_the_wheel(install: ModuleType, tmp_path: Path) -> None:
    assert install.npm_command({"PATH": str(tmp_path)})[1].endswith("npm-cli.js")


def test_without_either_it_says_what_is_missing(
    install: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(install.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(install.InstallError, match="npm 9 or newer is needed"):
        install.npm_command({"PATH": str(tmp_path)})


def test_files_come_packed_with_their_licences_and_the_old_ones_go(
    install: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(install, "SERVICES", tmp_path)
    monkeypatch.setattr(install, "FILES", {"claims": {"board/chart.js": "chart/dist/chart.js"}})
    package = tmp_path / "node_modules" / "chart"
    (package / "dist").mkdir(parents=True)
    (package / "dist" / "chart.js").write_text("draw()")
    (package / "LICENSE").write_text("Do as you like.")
    (package / "package.json").write_text(json.dumps({"name": "chart", "version": "1.0.0", "license": "0BSD"}))
    (tmp_path / "claims" / "browser_files").mkdir(parents=True)
    (tmp_path / "claims" / "browser_files" / "old.js").write_text("old")
    install.fill("claims", package.parent)
    made = tmp_path / "claims" / "browser_files"
    assert gzip.decompress((made / "board" / "chart.js.gz").read_bytes()) == b"draw()"
    assert (made / "licences" / "chart" / "LICENSE").read_text() == "Do as you like."
    assert json.loads((made / "packages.json").read_text()) == [
        {"name": "chart", "version": "1.0.0", "license": "0BSD"}
    ]
    assert not (made / "old.js").exists()
    assert (made / "docs" / "index.html").is_file()
