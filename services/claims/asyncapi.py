"""Writes the AsyncAPI document to schemas/asyncapi.yaml, or says in what the file is not what the code says.

Run it from the root of the repository: `python -m claims.asyncapi [--check]` (with the development environment).
"""

import sys
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import yaml
from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from claims.api.event_messages import event_messages
from claims.event_store.compatibility import incompatibilities
from claims.relay.alert_forms import ALERT_FORMS
from claims.relay.alerts import SOURCE

Json: TypeAlias = dict[str, Any]

FILE = Path("schemas/asyncapi.yaml")
VERSION = "1.0.0"

_DESCRIPTION = """What Anze says without being asked, and what its services say to each other.

Events are the facts of the log, in the order of the log: gap-free, and never changed. Alerts are CloudEvents 1.0 in
structured mode: claims tells them to notifications, and notifications to every endpoint that is subscribed. Either may
come more than once: an event has its cursor, an alert its `source` and `id`. Messages only grow. What is said again
because nobody acknowledged it carries `data.repeat`, and several alerts at once come as a CloudEvents batch, a list.
Notifications adds alerts of its own to administrators: routing.unheard, delivery.dead and audit.finding."""

_WEBHOOK_HEADERS: Json = {
    "type": "object",
    "description": "Standard Webhooks: signed with the secret of the endpoint.",
    "properties": {
        "webhook-id": {"type": "string", "description": "The same at each attempt to deliver a message."},
        "webhook-timestamp": {"type": "string", "pattern": "^[0-9]+$", "description": "Seconds since 1970, UTC."},
        "webhook-signature": {"type": "string", "pattern": "^v1,", "description": "One or more, with a blank between."},
    },
    "required": ["webhook-id", "webhook-timestamp", "webhook-signature"],
}

_HARMLESS_TO_READERS = ("new and required", "any value was allowed", "no longer allows")


class _Untitled(GenerateJsonSchema):
    """Without a title for every field, which would only repeat its name."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - pydantic asks it of each field
        """Return False."""
        return False


@cache
def document() -> Json:
    """Return the AsyncAPI 3.0 document of the streams and alerts of both services; nobody is to change it."""
    events, alerts = event_messages(), alert_messages()
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Anze events and alerts", "version": VERSION, "description": _DESCRIPTION},
        "defaultContentType": "application/json",
        "channels": {
            "events": _channel("/v1/stream", "All events that a reader may see, as Server-Sent Events.", events),
            "alerts": _channel("/v1/alerts", "Alerts from claims to notifications.", alerts),
            "deliveries": _channel(None, "Alerts from notifications to the address of a webhook.", alerts, signed=True),
        },
        "operations": {
            "sendEvents": _operation("events", "GET", "Claims sends events to whoever reads; Last-Event-ID resumes."),
            "tellAlerts": _operation("alerts", "POST", "Claims tells notifications until it answers 202 or 200."),
            "deliverAlerts": _operation("deliveries", "POST", "Notifications delivers until the answer is 2xx."),
        },
        "components": {"schemas": {"webhook_headers": _WEBHOOK_HEADERS, **events, **alerts}},
    }


def alert_messages() -> dict[str, Json]:
    """Return the schema of the CloudEvent of each kind of alert; without references."""
    return {kind: _cloud_event(kind, form) for kind, form in sorted(ALERT_FORMS.items())}


@cache
def text() -> str:
    """Return the document as it stands in the file, the same bytes each time."""
    return yaml.safe_dump(document(), sort_keys=False, allow_unicode=True, width=120)


def broken_promises(published: Json) -> list[str]:
    """Return in what the code no longer says what a published document says: what its readers would miss.

    A new message, a field that is always there now and a value that no longer comes are no loss to those who read.
    """
    before, after = (each["components"]["schemas"] for each in (published, document()))
    gone = [f"{name}: removed" for name in before if name not in after]
    changed = [
        f"{name}: {found}"
        for name, schema in before.items()
        if name in after
        for found in incompatibilities(schema, after[name])
        if not any(harmless in found for harmless in _HARMLESS_TO_READERS)
    ]
    return [*gone, *changed]


def _cloud_event(kind: str, form: type) -> Json:
    data = TypeAdapter(form).json_schema(schema_generator=_Untitled)
    definitions = data.pop("$defs", {})
    text_ = {"type": "string"}
    return {
        "type": "object",
        "description": data["description"],
        "properties": {
            "specversion": {**text_, "const": "1.0"},
            "id": {**text_, "description": "The same each time that the alert is told."},
            "source": {**text_, "const": SOURCE},
            "type": {**text_, "const": kind},
            "time": {**text_, "format": "date-time", "description": "When it happened, in business time."},
            "subject": {**text_, "description": "Alerts on one subject come in order."},
            "datacontenttype": {**text_, "const": "application/json"},
            "correlationid": text_,
            "data": _in_place(data, definitions),
        },
        "required": ["specversion", "id", "source", "type", "time", "subject", "datacontenttype", "data"],
    }


def _in_place(schema: Any, definitions: Json) -> Any:
    """Return a schema with its definitions where they are referred to: a message then shows all of itself."""
    if isinstance(schema, list):
        return [_in_place(each, definitions) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _in_place(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    return {key: _in_place(each, definitions) for key, each in schema.items()}


def _channel(address: str | None, told: str, messages: Json, *, signed: bool = False) -> Json:
    headers = {"headers": {"$ref": "#/components/schemas/webhook_headers"}} if signed else {}
    return {
        "address": address,
        "description": told,
        "messages": {
            name: {"name": name, **headers, "payload": {"$ref": f"#/components/schemas/{name}"}} for name in messages
        },
    }


def _operation(channel: str, method: str, told: str) -> Json:
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{channel}"},
        "summary": told,
        "bindings": {"http": {"method": method}},
    }


def main(arguments: list[str], file: Path = FILE) -> int:
    """Write the file, or with --check compare it; return the status of the process.

    What breaks a promise of the file that stands there is not written: such a change wants a message of a new name.
    """
    if arguments not in ([], ["--check"]):
        sys.stderr.write("usage: python -m claims.asyncapi [--check]\n")
        return 2
    standing = file.read_text(encoding="utf-8") if file.exists() else None
    broken = [] if standing is None else broken_promises(yaml.safe_load(standing))
    sys.stderr.writelines(f"{file}: incompatible: {each}\n" for each in broken)
    if broken:
        return 1
    if not arguments:
        file.write_text(text(), encoding="utf-8")
    elif standing != text():
        sys.stderr.write(f"{file} is not what the code says: run python -m claims.asyncapi\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
