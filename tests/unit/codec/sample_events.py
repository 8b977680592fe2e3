"""Events of no business, with every type of field that events may have, and a table of names for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from claims.application.persons import KeyRing
from claims.application.recorded import Basis
from claims.application.rows import NewEvent, StoredEventRow
from claims.domain.personal import Personal
from claims.event_store.codec import EventCodec
from claims.event_store.names import EventType
from claims.keys.master import MasterKey
from claims.keys.ring import PersonKeyRing, PersonKeyRings

TENANT = "picc-sz"
STREAM = UUID(int=0x51)
OTHER_STREAM = UUID(int=0x52)
PERSON = UUID(int=0x77)
NOON = datetime(2026, 3, 2, 4, 0, 0, 5, tzinfo=UTC)
BASIS = Basis(("shenzhen-2018.1", "national.3"), 7)
RINGS = PersonKeyRings(MasterKey(b"k" * 32))


class Colour(StrEnum):
    """A closed list."""

    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who came along."""

    name: str
    born: date | None


@dataclass(frozen=True, slots=True)
class Caller:
    """A nested dataclass with personal data."""

    party: str
    name: Annotated[str, Personal()]
    phone: Annotated[str | None, Personal()]


@dataclass(frozen=True, slots=True)
class VisitNoted:
    """A fact with a field of each type."""

    visitor_id: UUID
    at: datetime
    day: date
    colour: Colour
    fen: int
    happy: bool
    caller: Caller | None
    visitor: Annotated[str | None, Personal("visitor_id")]
    remark: Annotated[str, Personal()]
    guests: Annotated[tuple[Guest, ...], Personal("visitor_id")]
    stations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PriceNamed:
    """A fact in its third form: the sum was a decimal text once, and the seller had another name."""

    fen: int
    seller: Annotated[str, Personal()]


@dataclass(frozen=True, slots=True)
class Unnamed:
    """A fact without a stored name."""


VISIT = VisitNoted(
    visitor_id=PERSON,
    at=NOON,
    day=date(2026, 3, 2),
    colour=Colour.BLUE,
    fen=60_000_000,
    happy=True,
    caller=Caller("insured", "陈大文", "13800000000"),
    visitor="李小明",
    remark="knows 王五",
    guests=(Guest("赵六", date(1990, 1, 1)), Guest("Ann", None)),
    stations=("a", "b"),
)


def price_in_fen(data: dict[str, Any]) -> dict[str, Any]:
    """Version 1 had `price`, a decimal text in yuan."""
    return {**{k: v for k, v in data.items() if k != "price"}, "fen": int(data["price"].replace(".", ""))}


def seller_renamed(data: dict[str, Any]) -> dict[str, Any]:
    """Version 2 called the seller `vendor`."""
    return {**{k: v for k, v in data.items() if k != "vendor"}, "seller": data["vendor"]}


TYPES: Mapping[str, EventType] = {"visit_noted": EventType(VisitNoted), "price_named": EventType(PriceNamed, 3)}
CODEC = EventCodec(TYPES, {"price_named": {1: price_in_fen, 2: seller_renamed}})


def ring_of(ring: PersonKeyRing) -> PersonKeyRing:
    """Return the ring of a later load: it holds what the first one made."""
    return RINGS.ring(TENANT, tuple(ring.new_keys))


def encode(event: object, ring: KeyRing, *, codec: EventCodec = CODEC, version: int = 1) -> NewEvent:
    """Encode at the usual place."""
    return codec.encode(TENANT, STREAM, version, event, BASIS, NOON, ring)


def stored(new: NewEvent, **changed: Any) -> StoredEventRow:
    """Return the row that the log would hold of `new`."""
    fields: dict[str, Any] = {
        "tenant": TENANT,
        "stream_id": new.stream_id,
        "version": new.version,
        "name": new.name,
        "schema_version": new.schema_version,
        "payload": new.payload,
        "occurred_at": new.occurred_at,
        "recorded_at": NOON,
        "actor": "clerk",
        "correlation_id": "c-1",
        "causation_id": UUID(int=9),
        "digest": b"d" * 32,
    }
    return StoredEventRow(**(fields | changed))
