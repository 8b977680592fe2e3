"""The smallest body that an OpenAPI document asks for, so that a test can call a route that it has never heard of."""

import re
from collections.abc import Callable, Mapping
from typing import Any

Schema = Mapping[str, Any]

_TEXTS = ("1.00", "440300", "a", "AB-1", "0" * 64, "clock.breached", "1.0", "application/json")
_FORMATS = {
    "date-time": "2026-03-02T10:00:00+08:00",
    "date": "2026-03-02",
    "uuid": "01990000-0000-7000-8000-000000000000",
    "duration": "PT0S",
}


def smallest(schema: Schema, document: Schema) -> Any:
    """Return a value that fits a schema: what is required, and nothing else."""
    if "$ref" in schema:
        return smallest(_resolved(schema["$ref"], document), document)
    if "const" in schema:
        return schema["const"]
    for several in ("enum", "examples"):
        if schema.get(several):
            return schema[several][0]
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return smallest(schema[choice][0], document)
    make: Callable[[Schema, Schema], Any] = _MAKERS[schema.get("type", "object")]
    return make(schema, document)


def _resolved(reference: str, document: Schema) -> Schema:
    found: Any = document
    for name in reference.removeprefix("#/").split("/"):
        found = found[name]
    resolved: Schema = found
    return resolved


def _object(schema: Schema, document: Schema) -> dict[str, Any]:
    return {name: smallest(schema["properties"][name], document) for name in schema.get("required", ())}


def _array(schema: Schema, document: Schema) -> list[Any]:
    return [smallest(schema["items"], document) for _ in range(schema.get("minItems", 0))]


def _string(schema: Schema, _: Schema) -> str:
    if schema.get("format") in _FORMATS:
        return _FORMATS[schema["format"]]
    fitting = (text for text in _TEXTS if re.search(schema.get("pattern", ""), text))
    return next(text for text in fitting if len(text) >= schema.get("minLength", 0))


def _number(schema: Schema, _: Schema) -> Any:
    return schema.get("minimum", 0)


_MAKERS: Mapping[str, Callable[[Schema, Schema], Any]] = {
    "object": _object,
    "array": _array,
    "string": _string,
    "integer": _number,
    "number": _number,
    "boolean": lambda _schema, _document: False,
    "null": lambda _schema, _document: None,
}
