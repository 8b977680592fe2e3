"""Writes the JSON Schema of every event's data into `schemas/events`, or checks that what stands there is current.

Usage: python -m claims.event_store.schemas [--check] [--folder schemas/events]
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Generic

from pydantic import ConfigDict
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core.core_schema import DataclassSchema

from claims.event_store.compatibility import Schema, incompatibilities
from claims.event_store.forms import EventT, Stored
from claims.event_store.marked_fields import marked_fields
from claims.event_store.names import EVENT_TYPES, EventType

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SEALED_FIELD: Schema = {
    "type": "object",
    "description": "Personal data, encrypted with the key of the person (AES-256-GCM).",
    "properties": {
        "enc": {"type": "string", "contentEncoding": "base64"},
        "person": {"type": "string", "format": "uuid"},
    },
    "required": ["enc", "person"],
    "additionalProperties": False,
}


class Documented(Stored[EventT], Generic[EventT]):
    """The stored form with the docstrings of its fields, which only schemas need."""

    model_config = ConfigDict(use_attribute_docstrings=True)


class SealedSchemas(GenerateJsonSchema):
    """Describes marked fields as they are stored: sealed, or null."""

    def dataclass_schema(self, schema: DataclassSchema) -> JsonSchemaValue:
        """Return the schema of a dataclass, its own marked fields replaced."""
        described = super().dataclass_schema(schema)
        for field in marked_fields(schema["cls"]):
            if len(field.path) == 1:
                described["properties"][field.path[0]] = _sealed(described["properties"][field.path[0]])
        return described


def event_schema(name: str, known: EventType) -> Schema:
    """Return the JSON Schema (2020-12) of the data of the event stored as `name`."""
    form = Documented[known.cls]  # type: ignore[name-defined]
    payload = form.model_json_schema(mode="validation", schema_generator=SealedSchemas)
    definitions = payload["$defs"]
    event = definitions.pop(payload["properties"]["data"]["$ref"].rpartition("/")[2])
    definitions.pop("Basis")
    schema = {"$schema": DIALECT, "$id": f"urn:anze:event:{name}:v{known.version}", **event}
    return {**schema, "$defs": definitions} if definitions else schema


def all_schemas(types: Mapping[str, EventType]) -> dict[str, Schema]:
    """Return the schemas by the names of their files."""
    return {f"{name}.v{known.version}.json": event_schema(name, known) for name, known in sorted(types.items())}


def write(folder: Path, types: Mapping[str, EventType] = EVENT_TYPES) -> list[str]:
    """Write every schema; those of older versions stay as they are.

    Returns what was not written, since a stored event or a reader of the one that stands there would not bear it: such
    a change wants a new version with an upcast. One that was never published can be removed by hand first.
    """
    folder.mkdir(parents=True, exist_ok=True)
    refused: list[str] = []
    for file, schema in all_schemas(types).items():
        path = folder / file
        found = incompatibilities(json.loads(path.read_text(encoding="utf-8")), schema) if path.exists() else []
        refused += [f"{file}: incompatible: {each}" for each in found]
        if not found:
            path.write_text(_text(schema), encoding="utf-8")
    return refused


def drift(folder: Path, types: Mapping[str, EventType] = EVENT_TYPES) -> list[str]:
    """Return what in the folder is not as the code says: missing, outdated (with what readers miss) and stray files."""
    return [*_outdated(folder, types), *_stray(folder, types)]


def _outdated(folder: Path, types: Mapping[str, EventType]) -> Iterator[str]:
    for file, schema in all_schemas(types).items():
        path = folder / file
        if not path.exists():
            yield f"{file}: missing"
        elif (text := path.read_text(encoding="utf-8")) != _text(schema):
            yield f"{file}: not what the code says"
            yield from (f"{file}: incompatible: {found}" for found in incompatibilities(json.loads(text), schema))


def _stray(folder: Path, types: Mapping[str, EventType]) -> Iterator[str]:
    allowed = {f"{name}.v{version}.json" for name, known in types.items() for version in range(1, known.version + 1)}
    yield from (f"{path.name}: no such event" for path in sorted(folder.glob("*")) if path.name not in allowed)


def _sealed(plain: Any) -> Schema:
    told = {key: plain[key] for key in ("title", "description") if key in plain}
    nullable = any(one.get("type") == "null" for one in plain.get("anyOf", ()))
    return {**told, "anyOf": [SEALED_FIELD, {"type": "null"}]} if nullable else {**SEALED_FIELD, **told}


def _text(schema: Schema) -> str:
    return json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check; return 1 if anything is left that is not as the code says."""
    parser = argparse.ArgumentParser(prog="python -m claims.event_store.schemas", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail if anything would change")
    parser.add_argument("--folder", type=Path, default=Path("schemas/events"))
    options = parser.parse_args(arguments)
    found = drift(options.folder) if options.check else [*write(options.folder), *_stray(options.folder, EVENT_TYPES)]
    sys.stdout.writelines(f"{line}\n" for line in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
