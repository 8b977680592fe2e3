"""Writes the OpenAPI document to schemas/openapi/claims.json, or says whether the file is what the code says.

Run it from the root of the repository: `python -m claims.api.openapi [--check]`.
"""

import json
import sys
from datetime import datetime
from pathlib import Path

from claims.api.app import routes_for
from claims.api.description import document
from claims.api.services import ClockStep

FILE = Path("schemas/openapi/claims.json")


class _NoClock:
    """Stands where a sandbox has its clock: the document describes that route too."""

    async def step(self, target: datetime, key: bytes, body_hash: bytes) -> ClockStep:
        """Not to be sent anywhere."""
        raise NotImplementedError

    async def await_reached(self, target: datetime) -> None:
        """Not to be waited for."""


def text() -> str:
    """Return the document as it stands in the file, the same bytes each time."""
    return json.dumps(document(routes_for(_NoClock())), ensure_ascii=False, indent=2) + "\n"


def main(arguments: list[str], file: Path = FILE) -> int:
    """Write the file, or with --check compare it; return the status of the process."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write("usage: python -m claims.api.openapi [--check]\n")
        return 2
    if not arguments:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text(), encoding="utf-8")
        return 0
    if file.exists() and file.read_text(encoding="utf-8") == text():
        return 0
    sys.stderr.write(f"{file} is not what the code says: run python -m claims.api.openapi\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
