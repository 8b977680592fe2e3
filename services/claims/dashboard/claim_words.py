"""What an event says, in words: one sentence for each stored name, filled with what the event changed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from claims.application.clock_status import KnownClock, obligation_of
from claims.application.recorded import Recorded
from claims.dashboard.formats import day, moment, money
from claims.dashboard.rulebooks import limit_text, role_name
from claims.dashboard.texts import Words
from claims.domain.claim.events import Casualties, Payee
from claims.domain.claim.state import Claim
from claims.domain.clock_events import ClockEvent
from claims.domain.clock_facts import ClockRescheduled
from claims.domain.moments import NEVER, local_date
from claims.domain.rulebook import Limit, Rulebook, Unit

_AMOUNTS = frozenset({"amount", "asked", "self_borne"})
"""The fields of events that are fen."""
_NOTES = ("reason", "text", "findings", "basis", "description", "nature")
"""Free texts of events: shown beside the sentence, hidden or erased as the reader's scope gives them."""
_AN_INSTANT = timedelta(microseconds=1)
_NAMED = frozenset({"grade", "before"})
_DOCUMENTS = (
    ("documents", "names", "codes"),
    ("needed", "document_names", "document_codes"),
    ("missing", "missing_names", "missing_codes"),
)
"""What a sentence calls them, their names, and the codes that stand in where the names may not be read."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What the words of a claim's events go by."""

    words: Words
    rulebooks: Mapping[str, Rulebook]
    claim: Claim

    def sentence(self, recorded: Recorded) -> str:
        """Return what happened; every stored name of a claim and of its clocks has its words."""
        event: Any = recorded.event
        values = {each.name: self._value(each.name, getattr(event, each.name)) for each in fields(event)}
        return self.words(f"events.{recorded.name}", **(values | self._about(recorded)))

    def note(self, recorded: Recorded) -> str | None:
        """Return what somebody wrote about it, if anything; a code that the sentence names is no note."""
        for name in _NOTES:
            value = getattr(recorded.event, name, None)
            if isinstance(value, str) and value and not self.words.knows(f"claim.codes.{name}.{value}"):
                return value
        return None

    def rule(self, clock: KnownClock) -> str:
        """Return what a clock is about, with the number of its rule."""
        found = obligation_of(clock, self.rulebooks)
        return self._titled(clock.rule, None if found is None else self.words.of(found.title_zh, found.title_en))

    def limit(self, amount: int, unit: str) -> str:
        """Return how long a period is."""
        return limit_text(Limit(amount, Unit(unit)), self.words)

    def coded(self, name: str, value: str) -> str:
        """Return the words of a code; the code itself where a newer release wrote it."""
        key = f"claim.codes.{'grade' if name in _NAMED else name}.{value}"
        return self.words(key) if self.words.knows(key) else value

    def payee(self, payee: Payee) -> str:
        """Return who is paid; of a victim the name, as far as the reader may see it."""
        victim = self.claim.victims.get(payee.victim_id) if payee.victim_id is not None else None
        party = self.coded("party", payee.party)
        return party if victim is None else self.words("claim.payee_of", party=party, name=victim.name)

    def casualties(self, counted: Casualties) -> str:
        """Return a count of the persons harmed."""
        return self.words(
            "claim.casualties_line",
            deaths=counted.deaths,
            missing=counted.missing,
            surgeries=counted.emergency_surgeries,
            injuries=counted.serious_injuries,
        )

    def role(self, code: str) -> str:
        """Return the name of a role that the texts name; anything else as it stands."""
        roles = {name: role for book in self.rulebooks.values() for name, role in book.roles.items()}
        return role_name(code, roles, self.words)

    def due(self, due_at: datetime, due_date: date | None) -> str:
        """Return a due moment: of a clock of days its last day."""
        if due_at == NEVER:
            return self.words("time_left.far")
        return moment(due_at) if due_date is None else day(due_date, self.words.language)

    def advance(self, kind: str) -> str:
        """Return the name of a kind of advance."""
        return self.words(f"common.advance.{kind}")

    def _titled(self, rule: str, title: str | None) -> str:
        return rule if title is None else self.words("claim.rule_named", title=title, rule=rule)

    def _about(self, recorded: Recorded) -> dict[str, str]:
        """What the sentence names that the event only refers to."""
        event: Any = recorded.event
        found: dict[str, str] = {}
        for name, tell in _REFERENCES.items():
            identity = getattr(event, name, None)
            if identity is not None:
                found |= tell(self, identity)
        for name, texts, codes in _DOCUMENTS:
            listed = getattr(event, texts, ()) or getattr(event, codes, ())
            found[name] = self.words("claim.separator").join(listed) or self.words("common.none")
        if isinstance(event, ClockEvent):
            found |= _of_clock(self, recorded.stream_id) | self._until(recorded.stream_id, event.due_at, "due")
        if isinstance(event, ClockRescheduled):
            found |= self._until(event.clock_id, event.due_before, "before")
        if hasattr(event, "limit_amount"):
            found["limit"] = self.limit(event.limit_amount, event.limit_unit)
            found["due"] = self.due(event.due_at, event.due_date)
        return found

    def _until(self, clock_id: UUID, due_at: datetime, name: str) -> dict[str, str]:
        """What a clock was due by: of one that is counted in days the last of them, which ends with the moment."""
        clock = self.claim.clocks.get(clock_id)
        in_days = clock is not None and clock.due_date is not None and due_at != NEVER
        return {name: self.due(due_at, local_date(due_at - _AN_INSTANT) if in_days else None)}

    def _value(self, name: str, value: Any) -> str:
        if value is None:
            return self.words("claim.unstated")
        if isinstance(value, tuple):
            said = (self.role(each) if name == "recipients" else str(each) for each in value)
            return self.words("claim.separator").join(said) or self.words("common.none")
        if isinstance(value, str):
            return self.advance(value) if name == "kind" else self.coded(name, value)
        return self._typed(name, value)

    def _typed(self, name: str, value: Any) -> str:
        match value:
            case datetime():
                return moment(value)
            case Payee():
                return self.payee(value)
            case Casualties():
                return self.casualties(value)
            case int() if name in _AMOUNTS:
                return money(value)
            case _:
                return str(value)


def _of_advance(telling: Telling, advance_id: UUID) -> dict[str, str]:
    advance = telling.claim.advances.get(advance_id)
    return {"advance": telling.words("claim.an_advance") if advance is None else telling.advance(advance.kind)}


def _of_payment(telling: Telling, payment_id: UUID) -> dict[str, str]:
    payment = telling.claim.payments.get(payment_id)
    return {"payment": telling.words("claim.a_payment") if payment is None else money(payment.amount)}


def _of_clock(telling: Telling, clock_id: UUID) -> dict[str, str]:
    clock = telling.claim.clocks.get(clock_id)
    return {"clock": telling.words("claim.a_clock") if clock is None else telling.rule(clock)}


_REFERENCES: Mapping[str, Callable[[Telling, UUID], dict[str, str]]] = {
    "advance_id": _of_advance,
    "payment_id": _of_payment,
    "clock_id": _of_clock,
}
"""The fields of events that name a part of the claim."""
