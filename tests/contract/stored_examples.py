"""Examples of every form in which an event is stored: written when the form is new, and never again.

Usage: python -m tests.contract.stored_examples

They stand for what customers have in their logs. A change of the code that cannot read one of them any more, or reads
it as something else, is no change of that form but wants a new version of the event and an upcast.
"""

import json
import sys
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from claims.application.recorded import Basis
from claims.event_store.forms import form_of
from claims.event_store.names import EVENT_TYPES, EventType
from claims.event_store.transcoder import OrjsonTranscoder

FOLDER = Path(__file__).parent / "stored_events"
BASIS = Basis(("national@1", "shenzhen-2018@1"), 1)

_PLAIN: Mapping[Any, Any] = {
    str: "as it was",
    int: 7,
    bool: True,
    UUID: UUID("01990000-0000-7000-8000-000000000001"),
    date: date(2026, 3, 2),
    datetime: datetime(2026, 3, 2, 2, 30, tzinfo=UTC),
    NoneType: None,
}


def examples_of(cls: type) -> dict[str, Any]:
    """Return two stored payloads of a class of events: with everything there is, and with as little as it bears."""
    return {"full": _payload(cls, sparse=False), "sparse": _payload(cls, sparse=True)}


def path_of(name: str, version: int) -> Path:
    """Return where the examples of a form stand."""
    return FOLDER / f"{name}.v{version}.json"


def add_missing(types: Mapping[str, EventType] = EVENT_TYPES) -> list[Path]:
    """Write the examples of forms that have none yet, and return their paths; what stands there stays."""
    FOLDER.mkdir(exist_ok=True)
    added = {path: known for name, known in types.items() if not (path := path_of(name, known.version)).exists()}
    for path, known in added.items():
        path.write_text(json.dumps(examples_of(known.cls), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return list(added)


def _payload(cls: type, *, sparse: bool) -> Any:
    event = _made(cls, sparse=sparse)
    form = form_of(cls)
    return json.loads(OrjsonTranscoder().encode(form.dump(event, BASIS)))


def _made(cls: type, *, sparse: bool) -> Any:
    hints = get_type_hints(cls, include_extras=True)
    wanted = [each for each in fields(cls) if not (sparse and _has_default(each))]
    return cls(**{each.name: _value(hints[each.name], sparse=sparse) for each in wanted})


def _has_default(field: Field[Any]) -> bool:
    return field.default is not MISSING or field.default_factory is not MISSING


def _value(hint: Any, *, sparse: bool) -> Any:
    origin, args = get_origin(hint), get_args(hint)
    if origin is Literal:
        return args[0]
    if origin is tuple:
        return () if sparse else (_value(args[0], sparse=False),)
    if origin in {Annotated, Union, UnionType}:
        return None if sparse and NoneType in args else _value(args[0], sparse=sparse)
    if isinstance(hint, type) and is_dataclass(hint):
        return _made(hint, sparse=sparse)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return next(iter(hint))
    return _PLAIN[hint]


if __name__ == "__main__":
    sys.stdout.writelines(f"{path.name}\n" for path in add_missing())
