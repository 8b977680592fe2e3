"""From stored events to alerts: what an alert says beside its event is read for a whole batch at once."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from claims.application.histories import Histories
from claims.application.ports import Reference
from claims.application.recorded import Recorded
from claims.application.rows import StoredEventRow
from claims.application.subjects import insurer_beside
from claims.domain.claim.events import ClaimReported
from claims.domain.clock_events import BreachWithdrawn, ClockEvent, MissWithdrawn
from claims.domain.clock_facts import ClockRescheduled
from claims.domain.clockwork import clock_id
from claims.domain.periodic.events import PeriodOpened
from claims.projections.alert_sources import read_clocks
from claims.projections.streams import Connection, StreamKey, read_streams
from claims.relay.alerts import Alert, Facts, alerts_of, is_told


class Gathering:
    """Turns batches of the log into alerts, blind to personal data."""

    def __init__(self, histories: Histories, reference: Reference) -> None:
        self._histories = histories
        self._reference = reference

    async def alerts(self, connection: Connection, rows: Sequence[StoredEventRow], *, sandbox: bool) -> list[Alert]:
        """Return the alerts of a batch, in log order; UnknownToRelayError."""
        told = [recorded for recorded in self._decoded(rows) if is_told(recorded.event)]
        if not told:
            return []
        clocks = [recorded for recorded in told if isinstance(recorded.event, ClockEvent)]
        withdrawn = (each for each in clocks if isinstance(each.event, BreachWithdrawn | MissWithdrawn))
        begun = await self._begun(connection, told)
        facts = Facts(
            rulebooks=self._reference.rulebooks,
            sandbox=sandbox,
            claims={key: event for key, event in begun.items() if isinstance(event, ClaimReported)},
            insurers={key: insurer for key, event in begun.items() if (insurer := insurer_beside(event)) is not None},
            clocks=await read_clocks(connection, map(_clock, filter(_has_clock, told))),
            streams=await self._streams(connection, map(_stream, withdrawn)),
        )
        return [alert for recorded in told for alert in alerts_of(recorded, facts)]

    async def _begun(self, connection: Connection, told: Iterable[Recorded]) -> Mapping[UUID, object]:
        """Return the first event of each subject."""
        subjects = {StreamKey(each.tenant, _subject_of(each)) for each in told}
        streams = await read_streams(connection, subjects, up_to=1)
        return {key.stream_id: self._decoded(rows)[0].event for key, rows in streams.items()}

    async def _streams(self, connection: Connection, keys: Iterable[StreamKey]) -> Mapping[UUID, tuple[Recorded, ...]]:
        streams = await read_streams(connection, keys)
        return {key.stream_id: self._decoded(rows) for key, rows in streams.items()}

    def _decoded(self, rows: Sequence[StoredEventRow]) -> tuple[Recorded, ...]:
        return self._histories.decoded(rows, self._histories.rings.blind())


def _subject_of(recorded: Recorded) -> UUID:
    return recorded.event.subject if isinstance(recorded.event, ClockEvent) else recorded.stream_id


def _has_clock(recorded: Recorded) -> bool:
    return isinstance(recorded.event, ClockEvent | ClockRescheduled | PeriodOpened)


def _clock(recorded: Recorded) -> StreamKey:
    """A subject's stream tells of its clocks by their ids."""
    if isinstance(recorded.event, ClockRescheduled):
        return StreamKey(recorded.tenant, recorded.event.clock_id)
    if isinstance(recorded.event, PeriodOpened):
        opened = recorded.event
        return StreamKey(recorded.tenant, clock_id(recorded.stream_id, opened.rule, 1, opened.about))
    return _stream(recorded)


def _stream(recorded: Recorded) -> StreamKey:
    return StreamKey(recorded.tenant, recorded.stream_id)
