"""From stored events to alerts: what an alert says beside its event is read for a whole batch at once."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from claims.application.histories import Histories
from claims.application.ports import Reference
from claims.application.recorded import Recorded
from claims.application.rows import StoredEventRow
from claims.domain.claim.events import ClaimReported
from claims.domain.clock_events import BreachWithdrawn, ClockEvent, MissWithdrawn
from claims.domain.clock_facts import ClockRescheduled
from claims.projections.alert_sources import read_clocks
from claims.projections.streams import Connection, StreamKey, read_streams
from claims.relay.alerts import Alert, Facts, alert_of, is_told


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
        facts = Facts(
            rulebooks=self._reference.rulebooks,
            sandbox=sandbox,
            claims=await self._reports(connection, told),
            clocks=await read_clocks(connection, map(_clock, filter(_has_clock, told))),
            streams=await self._streams(connection, map(_stream, withdrawn)),
        )
        return [alert for recorded in told if (alert := alert_of(recorded, facts)) is not None]

    async def _reports(self, connection: Connection, told: Iterable[Recorded]) -> Mapping[UUID, ClaimReported]:
        claims = {StreamKey(each.tenant, _claim_of(each)) for each in told}
        streams = await read_streams(connection, claims, up_to=1)
        first = (self._decoded(rows)[0] for rows in streams.values())
        return {each.stream_id: each.event for each in first if isinstance(each.event, ClaimReported)}

    async def _streams(self, connection: Connection, keys: Iterable[StreamKey]) -> Mapping[UUID, tuple[Recorded, ...]]:
        streams = await read_streams(connection, keys)
        return {key.stream_id: self._decoded(rows) for key, rows in streams.items()}

    def _decoded(self, rows: Sequence[StoredEventRow]) -> tuple[Recorded, ...]:
        return self._histories.decoded(rows, self._histories.rings.blind())


def _claim_of(recorded: Recorded) -> UUID:
    return recorded.event.subject if isinstance(recorded.event, ClockEvent) else recorded.stream_id


def _has_clock(recorded: Recorded) -> bool:
    return isinstance(recorded.event, ClockEvent | ClockRescheduled)


def _clock(recorded: Recorded) -> StreamKey:
    """A subject's stream tells of its clocks by their ids."""
    if isinstance(recorded.event, ClockRescheduled):
        return StreamKey(recorded.tenant, recorded.event.clock_id)
    return _stream(recorded)


def _stream(recorded: Recorded) -> StreamKey:
    return StreamKey(recorded.tenant, recorded.stream_id)
