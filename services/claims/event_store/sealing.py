"""Seals the marked fields of an event's data before it is stored, and opens them after it was read.

A sealed field stands in the JSON as `{"enc": "<base64>", "person": "<uuid>"}`; None stays null. What is sealed is bound
to tenant, stream, event name, field and version, so that it opens nowhere else.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from eventsourcing.persistence import Transcoder

from claims.application.persons import KeyRing, TamperedError
from claims.domain.personal import ERASED, HIDDEN
from claims.event_store.marked_fields import MarkedField, Path

SEALED = {"enc", "person"}

Opener = Callable[[dict[str, Any], Path], tuple[UUID, Any]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where an event stands in the log."""

    tenant: str
    stream_id: UUID
    name: str
    version: int

    def of(self, path: Path) -> bytes:
        """Return what a field's ciphertext is bound to; NUL can stand in none of the parts."""
        parts = (self.tenant, str(self.stream_id), self.name, str(self.version), ".".join(path))
        return "\0".join(parts).encode()


def seal(
    data: dict[str, Any], fields: Sequence[MarkedField], place: Place, ring: KeyRing, transcoder: Transcoder
) -> None:
    """Replace the values of `fields` in `data` by their sealed form, in place."""
    persons = {field.path: _person(field, data, place.stream_id) for field in fields}
    for field in fields:
        holder = _value(data, field.path[:-1])
        if holder is None or holder[field.path[-1]] is None:
            continue
        person = persons[field.path]
        clear = transcoder.encode(holder[field.path[-1]])
        sealed = ring.key_for(person, place.stream_id).seal(clear, place.of(field.path))
        holder[field.path[-1]] = {"enc": b64encode(sealed).decode(), "person": str(person)}


def unseal(data: dict[str, Any], place: Place, ring: KeyRing, transcoder: Transcoder) -> dict[Path, UUID]:
    """Open everything sealed in `data`, in place; return the paths that were sealed, each with its person.

    It goes by the stored form and not by the class: an upcast may have moved the field since.

    Raises:
        TamperedError: something was altered, or sealed elsewhere.
    """
    opened: dict[Path, UUID] = {}
    _unseal(data, (), opened, lambda sealed, path: _open(sealed, path, place, ring, transcoder))
    return opened


def check_sealed(
    data: dict[str, Any], fields: Sequence[MarkedField], opened: dict[Path, UUID], stream_id: UUID
) -> None:
    """Raise TamperedError if a marked field stood there in clear, or under another person than its own."""
    for field in fields:
        if _value(data, field.path) is None:
            continue
        if field.path not in opened:
            raise TamperedError(f"{'.'.join(field.path)} is stored in clear")
        if opened[field.path] != _person(field, data, stream_id):
            raise TamperedError(f"{'.'.join(field.path)} is stored under another person")


def empty_unreadable(data: dict[str, Any], fields: Sequence[MarkedField]) -> None:
    """Let tuples that are erased or hidden read as (), in place."""
    for field in fields:
        holder = _value(data, field.path[:-1]) if field.many else None
        if holder is not None and holder.get(field.path[-1]) in (ERASED, HIDDEN):
            holder[field.path[-1]] = []


def _unseal(node: dict[str, Any], path: Path, opened: dict[Path, UUID], open_: Opener) -> None:
    for key, value in node.items():
        if not isinstance(value, dict):
            continue
        inner = (*path, key)
        if value.keys() == SEALED:
            opened[inner], node[key] = open_(value, inner)
        else:
            _unseal(value, inner, opened, open_)


def _open(sealed: dict[str, Any], path: Path, place: Place, ring: KeyRing, transcoder: Transcoder) -> tuple[UUID, Any]:
    try:
        person, raw = UUID(sealed["person"]), b64decode(sealed["enc"], validate=True)
    except (ValueError, TypeError, AttributeError) as error:
        raise TamperedError(f"{'.'.join(path)} is not in the sealed form") from error
    if not ring.sighted:
        return person, HIDDEN
    cipher = ring.find(person, place.stream_id)
    clear = None if cipher is None else cipher.open(raw, place.of(path))
    return person, ERASED if clear is None else transcoder.decode(clear)


def _person(field: MarkedField, data: dict[str, Any], stream_id: UUID) -> UUID:
    named = None if field.person is None else _value(data, field.person)
    if named is None:
        return uuid5(stream_id, ".".join(field.path))
    return named if isinstance(named, UUID) else UUID(named)


def _value(data: dict[str, Any], path: Path) -> Any:
    node: Any = data
    for key in path:
        if node is None:
            return None
        node = node.get(key)
    return node
