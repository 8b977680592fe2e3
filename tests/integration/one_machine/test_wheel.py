"""The wheel that the image installs: it holds the data the code reads, and its programs run in a bare environment."""

import json
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[3]
_DATA = {".toml", ".sql", ".mako", ".html", ".css", ".js", ".json", ".woff2", ".svg"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=PROJECT,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_every_file_of_the_services(wheel: Path) -> None:
    services = PROJECT / "services"
    wanted = {
        path.relative_to(services).as_posix()
        for path in services.rglob("*")
        if path.is_file() and (path.suffix in _DATA or path.suffix == ".py") and "__pycache__" not in path.parts
    }
    held = set(zipfile.ZipFile(wheel).namelist())
    assert wanted <= held
    for kind in ("claims/rulebooks/*.toml", "claims/migrations/sql/*.sql", "claims/migrations/versions/*.py"):
        assert any(Path(name).match(kind) for name in held), kind
    assert any(Path(name).match("notifications/migrations/versions/*.py") for name in held)


def test_the_wheel_holds_what_pages_load_in_a_browser_and_its_licences(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    for service, scripts in (
        ("claims", {"board/htmx.min.js", "board/hx-sse.min.js", "board/echarts.min.js", "docs/swagger-ui-bundle.js"}),
        ("notifications", {"docs/swagger-ui-bundle.js", "docs/swagger-ui.css", "docs/start.js", "docs/index.html"}),
    ):
        folder = f"{service}/browser_files"
        assert {f"{folder}/{script}{suffix}" for script in scripts for suffix in ("", ".gz")} <= held
        packages = json.loads(zipfile.ZipFile(wheel).read(f"{folder}/packages.json"))
        for package in packages:
            assert any(name.startswith(f"{folder}/licences/{package['name']}/LICENSE") for name in held), package


def test_the_programs_run_in_a_bare_environment(wheel: Path, tmp_path: Path) -> None:
    """Installed as the image does it, but with this environment's packages, so that nothing is downloaded."""
    builder = venv.EnvBuilder(with_pip=True)
    builder.create(tmp_path / "bare")
    python = tmp_path / "bare" / "bin" / "python"
    install = [str(python), "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    site = Path(
        subprocess.check_output([python, "-c", "import site; print(site.getsitepackages()[0])"], text=True).strip()
    )
    borrowed = [line for line in (sysconfig.get_path("purelib"), sysconfig.get_path("platlib")) if line]
    (site / "borrowed.pth").write_text("\n".join(dict.fromkeys(borrowed)) + "\n")
    for program in ("claims", "notifications", "anze"):
        place = [str(python), "-c", f"import {program}; print({program}.__file__)"]
        assert subprocess.check_output(place, text=True, cwd=tmp_path).startswith(str(tmp_path))
        shown = subprocess.run(
            [python.with_name(program), "--help"], check=True, capture_output=True, text=True, cwd=tmp_path
        )
        assert "Usage" in shown.stdout


def test_every_locked_requirement_is_pinned_and_hashed_and_names_no_address() -> None:
    for name in ("runtime", "dev", "build"):
        text = (PROJECT / "deploy" / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
        assert "://" not in text
        assert "find-links" not in text
        for block in text.replace("\\\n", " ").splitlines():
            if block and not block.startswith("#"):
                assert "==" in block
                assert "--hash=sha256:" in block


def test_the_image_installs_what_the_tests_run_on() -> None:
    locked = {name: _versions(name) for name in ("runtime", "dev", "build")}
    assert locked["dev"].items() >= locked["runtime"].items()
    assert locked["dev"].items() >= locked["build"].items()


def test_every_dependency_of_the_project_is_locked() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    names = {_name(one) for one in project["project"]["dependencies"]}
    assert names <= _versions("runtime").keys()
    assert {_name(one) for one in project["dependency-groups"]["dev"]} <= _versions("dev").keys()


def _versions(name: str) -> dict[str, str]:
    text = (PROJECT / "deploy" / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    pins = (line.split()[0].partition("==") for line in text.splitlines() if "==" in line)
    return {package: version for package, _, version in pins}


def _name(requirement: str) -> str:
    bare = requirement
    for mark in "[<>=!~; ":
        bare = bare.split(mark)[0]
    return bare.lower()
