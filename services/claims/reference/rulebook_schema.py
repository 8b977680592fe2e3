"""Writes the JSON Schema of a rulebook into `schemas/rulebook.json`, or checks that what stands there is current.

Usage: python -m claims.reference.rulebook_schema [--check] [--file schemas/rulebook.json]
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from claims.reference.rulebook_source import RulebookSource

FILE = Path(__file__).parents[3] / "schemas" / "rulebook.json"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def text() -> str:
    """Return the document as it stands in the file, the same bytes each time."""
    form = RulebookSource.model_json_schema(mode="validation")
    schema = {"$schema": _DIALECT, "$id": "urn:anze:rulebook:format:1", **form}
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the file, or with --check compare it; return the status of the process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--file", type=Path, default=FILE)
    given = parser.parse_args(arguments)
    if not given.check:
        given.file.write_text(text(), encoding="utf-8")
        return 0
    if given.file.exists() and given.file.read_text(encoding="utf-8") == text():
        return 0
    sys.stderr.write(f"{given.file} is not what the code says: run python -m claims.reference.rulebook_schema\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
