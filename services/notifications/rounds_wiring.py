"""What a worker does again and again beside delivering, put together."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine

from notifications.application.audit import Audit
from notifications.application.collect import Collect
from notifications.application.ports import Clock, NewId, Queue
from notifications.application.remind import Remind
from notifications.application.rules import Rules
from notifications.application.tell_unheard import TellUnheard
from notifications.metrics import Metrics
from notifications.store.audit import PostgresFindings
from notifications.store.holds import PostgresHolds
from notifications.store.inbox import PostgresInbox
from notifications.store.ledger import PostgresLedger
from notifications.store.reminders import PostgresReminders
from notifications.store.unheard import PostgresUnheard
from notifications.worker.rounds import Paced

COLLECT_SECONDS = 0.5
REMIND_SECONDS = 5.0
UNHEARD_SECONDS = 2.0
AUDIT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class RoundParts:
    """What all of them are made of."""

    engine: AsyncEngine
    clock: Clock
    queue: Queue
    metrics: Metrics
    rules: Rules
    new_id: NewId
    sandbox: bool


def rounds_of(parts: RoundParts) -> Mapping[str, Paced]:
    """Build the rounds by name: what is held, what is repeated, what nobody hears, what must never be."""
    engine, clock, new_id, metrics, rules = parts.engine, parts.clock, parts.new_id, parts.metrics, parts.rules
    inbox = PostgresInbox(engine, clock)
    unheard = PostgresUnheard(engine, clock, new_id)
    findings = PostgresFindings(engine, clock)
    audit = Audit(findings, PostgresLedger(engine, clock), parts.queue, inbox, new_id, metrics, rules, parts.sandbox)
    return {
        "collect": Paced(Collect(PostgresHolds(engine, clock), metrics), COLLECT_SECONDS),
        "remind": Paced(Remind(PostgresReminders(engine, clock), new_id, rules, metrics), REMIND_SECONDS),
        "unheard": Paced(TellUnheard(unheard, inbox, new_id, metrics, rules, parts.sandbox), UNHEARD_SECONDS),
        "audit": Paced(audit, AUDIT_SECONDS),
    }
