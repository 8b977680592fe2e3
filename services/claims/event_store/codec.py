"""Domain events to rows of the log and back: names, versions, upcasts, strict forms, and personal data under lock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import Mapper, MapperDeserialisationError, StoredEvent

from claims.application.persons import KeyRing
from claims.application.recorded import Basis, Recorded
from claims.application.rows import NewEvent, StoredEventRow
from claims.event_store.forms import Form, FormError, form_of
from claims.event_store.names import EVENT_TYPES, EventType
from claims.event_store.sealing import Place, check_sealed, empty_unreadable, seal, unseal
from claims.event_store.transcoder import OrjsonTranscoder
from claims.event_store.upcasts import UPCASTS, Upcasts, check_upcasts, upcast


class UnknownEventError(Exception):
    """An event has a name, class or version that the table of names does not know; it is never skipped."""


class UnreadableEventError(MapperDeserialisationError):
    """A stored event does not have the form that its name and version say."""


class UnwritableEventError(Exception):
    """An event was to be stored with data that could not be read again."""


@dataclass(frozen=True)
class Numbered:
    """An event in its place in a stream, as the mapper takes and gives it."""

    originator_id: UUID
    originator_version: int
    event: object
    basis: Basis


class EventCodec:
    """Encodes and decodes the events of one table of names."""

    def __init__(self, types: Mapping[str, EventType] = EVENT_TYPES, upcasts: Upcasts = UPCASTS) -> None:
        """Check the whole table at once, so that a mistake in it stops the start and not a command.

        Raises:
            UnknownEventError: two names for one class.
            UpcastMissingError: an old version of a name cannot be read.
            MisplacedMarkError: a mark of personal data would not be honoured.
        """
        check_upcasts({name: known.version for name, known in types.items()}, upcasts)
        self.types = types
        self.upcasts = upcasts
        self.names = {known.cls: name for name, known in types.items()}
        self.forms: dict[str, Form] = {name: form_of(known.cls) for name, known in types.items()}
        self.transcoder = OrjsonTranscoder()
        if len(self.names) != len(types):
            raise UnknownEventError("two names for one class of events")

    def name_of(self, event: object) -> str:
        """Return the stored name of `event`.

        Raises:
            UnknownEventError: its class is not in the table.
        """
        try:
            return self.names[type(event)]
        except KeyError:
            raise UnknownEventError(f"{type(event).__name__} has no stored name") from None

    def encode(  # noqa: PLR0913, PLR0917  (each is part of what is stored)
        self,
        tenant: str,
        stream_id: UUID,
        version: int,
        event: object,
        basis: Basis,
        occurred_at: datetime,
        key_ring: KeyRing,
    ) -> NewEvent:
        """Return the event as it is to be stored; new keys of persons are in the ring afterwards.

        What it returns is good for this version only: after a lost race it is encoded anew.

        Raises:
            UnknownEventError: the event's class is not in the table.
            UnwritableEventError: a field does not have its type.
            NoKeysError: it holds personal data and the ring has no access.
        """
        name = self.name_of(event)
        mapper = EventMapper(self, tenant, key_ring)
        stored = mapper.to_stored_event(Numbered(stream_id, version, event, basis))
        return NewEvent(stream_id, version, name, self.types[name].version, stored.state, occurred_at)

    def decode(self, row: StoredEventRow, key_ring: KeyRing) -> Recorded:
        """Return the event in its newest form; personal data that may not be read is ERASED, HIDDEN or ().

        Raises:
            UnknownEventError: the row's name or version is not in the table.
            UnreadableEventError: the payload does not have its form.
            TamperedError: personal data was altered or moved.
        """
        topic = _topic(row.name, row.schema_version)
        stored = StoredEvent(row.stream_id, row.version, topic, row.payload)
        numbered = EventMapper(self, row.tenant, key_ring).to_domain_event(stored)
        return Recorded(
            name=row.name,
            event=numbered.event,
            basis=numbered.basis,
            tenant=row.tenant,
            stream_id=row.stream_id,
            version=row.version,
            occurred_at=row.occurred_at,
            recorded_at=row.recorded_at,
            actor=row.actor,
            correlation_id=row.correlation_id,
            causation_id=row.causation_id,
            digest=row.digest,
        )


class EventMapper(Mapper[UUID]):
    """Maps the events of one tenant, with the keys of one load; a topic is a stored name and its version."""

    def __init__(self, codec: EventCodec, tenant: str, ring: KeyRing) -> None:
        super().__init__(codec.transcoder)
        self.codec = codec
        self.tenant = tenant
        self.ring = ring

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> StoredEvent:
        """Return the numbered event with its personal data sealed."""
        if not isinstance(domain_event, Numbered):
            raise UnwritableEventError(f"{type(domain_event).__name__} has no place in a stream")
        name, stream_id = self.codec.name_of(domain_event.event), domain_event.originator_id
        form = self.codec.forms[name]
        payload = form.dump(domain_event.event, domain_event.basis)
        try:
            state = self.transcoder.encode(payload)
            form.load(state)  # one event that cannot be read again would make its stream unloadable for ever
        except (TypeError, FormError) as error:
            raise UnwritableEventError(f"{name}: {error}") from None
        if form.fields:
            place = Place(self.tenant, stream_id, name, domain_event.originator_version)
            seal(payload["data"], form.fields, place, self.ring, self.transcoder)
            state = self.transcoder.encode(payload)
        topic = _topic(name, self.codec.types[name].version)
        return StoredEvent(stream_id, domain_event.originator_version, topic, state)

    def to_domain_event(self, stored_event: StoredEvent) -> Numbered:
        """Return the event in its newest form, numbered as it was."""
        name, version = self._known(stored_event.topic)
        form = self.codec.forms[name]
        stream_id = UUID(str(stored_event.originator_id))
        place = Place(self.tenant, stream_id, name, stored_event.originator_version)
        try:
            state = stored_event.state
            if form.fields or version < self.codec.types[name].version:
                state = self._opened(state, place, version, form)
            event, basis = form.load(state)
        except (ValueError, TypeError, KeyError, AttributeError, FormError) as error:
            said = str(error) if isinstance(error, FormError) else type(error).__name__
            where = f"{stored_event.topic} at {stream_id}, version {stored_event.originator_version}"
            raise UnreadableEventError(f"{where}: {said}") from None
        return Numbered(stream_id, stored_event.originator_version, event, basis)

    def _opened(self, state: bytes, place: Place, version: int, form: Form) -> bytes:
        payload = self.transcoder.decode(state)
        opened = unseal(payload["data"], place, self.ring, self.transcoder)
        newest = self.codec.types[place.name].version
        if version == newest:
            check_sealed(payload["data"], form.fields, opened, place.stream_id)
        payload["data"] = upcast(place.name, payload["data"], version, newest, self.codec.upcasts)
        empty_unreadable(payload["data"], form.fields)
        return self.transcoder.encode(payload)

    def _known(self, topic: str) -> tuple[str, int]:
        name, _, number = topic.rpartition(".v")
        known = self.codec.types.get(name)
        if known is None:
            raise UnknownEventError(f"no event is stored by the name {name}")
        version = int(number)
        if not 1 <= version <= known.version:
            raise UnknownEventError(f"{name} is known up to version {known.version}, this one is of version {version}")
        return name, version


def _topic(name: str, version: int) -> str:
    return f"{name}.v{version}"
