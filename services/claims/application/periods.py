"""Periodic reports: what a party comes to owe is opened, what it owes no longer lapses, each thing once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from claims.application.attempts import business_time
from claims.application.clock_columns import subject_columns
from claims.application.commits import Heading, Scribe
from claims.application.histories import Histories
from claims.application.parties import party_after
from claims.application.ports import EventStore, Reference
from claims.application.recorded import Basis
from claims.application.rows import Commit, Loaded, Scope, StreamHeader
from claims.application.subjects import PERIOD
from claims.domain.clock_facts import ClockFact
from claims.domain.party.party import Party, party_stream_id
from claims.domain.periodic.opening import SeriesKey, Step, looked_at_next, next_step, series_of
from claims.domain.periodic.series import Series
from claims.domain.setting import Setting

ACTOR = "periodic-obligations"

_ALL = Scope("worker")


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look at a party came to."""

    recorded: int
    """How many periods were opened, or lapsed, by this call."""
    party_version: int
    again_at: datetime
    """The first moment at which there may be something to do, unless the party or the calendar changes before."""


class Periods:
    """Brings the series of one party to what is registered; any number may do so at once, each thing happens once."""

    def __init__(self, store: EventStore, histories: Histories, reference: Reference, ids: Callable[[], UUID]) -> None:
        """Take a store that the worker's login reaches: what is recorded holds no person."""
        self._store = store
        self._histories = histories
        self._reference = reference
        self._ids = ids

    async def look(self, code: str) -> Looked:
        """Record everything that a party came to owe, or owes no longer, by now.

        One thing of each series at a time: each happened at a moment of its own.
        """
        keys, recorded = series_of(code, self._reference.rulebooks.values()), 0
        while True:
            loaded = await self._store.load(_ALL, [party_stream_id(code), *(key.series_id for key in keys)])
            setting = Setting(business_time(loaded), self._reference.rulebooks, self._reference.calendar)
            party = self._party(code, loaded)
            steps = (self._step(party, key, loaded, setting) for key in keys)
            commits = [commit for commit in steps if commit is not None]
            if not commits:
                return Looked(recorded, party.version, looked_at_next(party, keys, setting))
            recorded += len(await self._store.append(commits))

    def _party(self, code: str, loaded: Loaded) -> Party:
        rows = loaded.events.get(party_stream_id(code), ())
        return party_after(code, self._histories.decoded(rows, self._histories.rings.blind()))

    def _step(self, party: Party, key: SeriesKey, loaded: Loaded, setting: Setting) -> Commit | None:
        rows = loaded.events.get(key.series_id, ())
        series = PERIOD.after(key.series_id, self._histories.decoded(rows, self._histories.rings.blind()))
        step = next_step(party, key, series, setting)
        return None if step is None else self._commit(party, series, step, setting)

    def _commit(self, party: Party, series: Series, step: Step, setting: Setting) -> Commit:
        opened = PERIOD.evolve(series, step.fact, step.at)
        facts = (step.fact, *PERIOD.following(opened, setting))
        after = PERIOD.folded(series, facts, step.at)
        heading = Heading(
            command_id=self._ids(),
            tenant=party.code,
            actor=ACTOR,
            occurred_at=step.at,
            judged_at=setting.now,
            basis=Basis(after.rulebooks[-1:], setting.calendar.version),
            correlation_id=f"{ACTOR}-{step.fact.about}",
        )
        scribe = Scribe(heading, self._histories.codec, self._histories.rings.blind())
        stream, place = series.series_id, PERIOD.place(after)
        changed = {fact.clock_id for fact in facts if isinstance(fact, ClockFact)}
        return Commit(
            command_id=heading.command_id,
            tenant=heading.tenant,
            actor=heading.actor,
            correlation_id=heading.correlation_id,
            gates={stream: series.version + 1},
            events=scribe.numbered(stream, series.version, facts),
            streams=() if series.version else (StreamHeader(stream, PERIOD.name, place.region, None, place.broker),),
            clocks=subject_columns(stream, place.region, after.clocks, changed),
        )
