"""What the feed and its stream say of each event, as JSON Schemas: the stored form as `render_events` shows it.

Amounts are decimal strings there, a moment that never comes is null, and personal data is opened, hidden or erased.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from claims.api.answers.lists import EventAnswer
from claims.api.render_events import AMOUNTS
from claims.event_store.names import EVENT_TYPES, EventType
from claims.event_store.schemas import Documented

Schema: TypeAlias = dict[str, Any]

MONEY: Schema = {"type": "string", "pattern": r"^-?[0-9]+\.[0-9]{2}$", "description": "Yuan (CNY)."}
_NEVER_OR = "null: it never comes."


class _Untitled(GenerateJsonSchema):
    """Without a title for every field, which would only repeat its name."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - pydantic asks it of each field
        """Return False."""
        return False


def event_messages(types: Mapping[str, EventType] = EVENT_TYPES) -> dict[str, Schema]:
    """Return the schema of one item of the feed for each event, by its stored name; without references."""
    envelope = TypeAdapter(EventAnswer).json_schema(schema_generator=_Untitled)
    return {name: _message(envelope, name, known) for name, known in sorted(types.items())}


def _message(envelope: Schema, name: str, known: EventType) -> Schema:
    form = Documented[known.cls].model_json_schema(schema_generator=_Untitled)  # type: ignore[name-defined]
    definitions = form["$defs"]
    data = _shown("data", form["properties"]["data"], definitions)
    named = {**envelope["properties"], "name": {"type": "string", "const": name}, "data": data}
    return {**envelope, "title": known.cls.__name__, "description": data["description"], "properties": named}


def _shown(name: str, stored: Schema, definitions: Schema) -> Schema:
    """Return a field as it is shown, its references put in place."""
    if "$ref" in stored:
        told = {key: value for key, value in stored.items() if key != "$ref"}
        return {**_shown(name, definitions[stored["$ref"].rpartition("/")[2]], definitions), **told}
    if name in AMOUNTS and stored.get("type") == "integer":
        return {**MONEY, **({"description": stored["description"]} if "description" in stored else {})}
    shown = {key: value for key, value in stored.items() if key not in {"properties", "items", "anyOf", "default"}}
    if "properties" in stored:
        shown["properties"] = {key: _shown(key, each, definitions) for key, each in stored["properties"].items()}
        shown["required"] = list(stored["properties"])
    if "items" in stored:
        shown["items"] = _or_never(_shown(name, stored["items"], definitions))
    if "anyOf" in stored:
        shown["anyOf"] = [_shown(name, each, definitions) for each in stored["anyOf"]]
    return shown


def _or_never(shown: Schema) -> Schema:
    """A mark that a clock never reaches is the end of all time in the log, and null to readers."""
    if shown.get("format") != "date-time":
        return shown
    return {"anyOf": [shown, {"type": "null"}], "description": _NEVER_OR}
