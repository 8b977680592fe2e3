"""Writes the OpenAPI document to schemas/openapi/notifications.json, or says whether the file is what the code says.

Run it from the root of the repository: `python -m notifications.api.openapi [--check]`.
"""

import json
import sys
from pathlib import Path

from notifications.api.app import describe

FILE = Path("schemas/openapi/notifications.json")


def text() -> str:
    """Return the document as it stands in the file, the same bytes each time."""
    return json.dumps(describe(), ensure_ascii=False, indent=2) + "\n"


def main(arguments: list[str], file: Path = FILE) -> int:
    """Write the file, or with --check compare it; return the status of the process."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write("usage: python -m notifications.api.openapi [--check]\n")
        return 2
    if not arguments:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text(), encoding="utf-8")
        return 0
    if file.exists() and file.read_text(encoding="utf-8") == text():
        return 0
    sys.stderr.write(f"{file} is not what the code says: run python -m notifications.api.openapi\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
