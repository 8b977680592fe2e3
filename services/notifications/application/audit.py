"""The auditor of this service: looks for what must never be, repairs what is safe, and says so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import structlog

from notifications.application.figures import Ledger
from notifications.application.own_alerts import SOURCE, own_alert
from notifications.application.ports import Inbox, NewId, Queue
from notifications.application.receive_alert import receive_alert
from notifications.application.rules import Rules
from notifications.domain.auditing import REPAIRED, Finding
from notifications.metrics import Metrics

KIND: Final = "audit.finding"

NAMED: Final = 20
"""Ids that an alert names; it says how many there are."""

_FINDINGS: Final = UUID("0d2f1f0e-6c1b-5d0a-8b2e-7a1f2f0f5a61")
_SHANGHAI = ZoneInfo("Asia/Shanghai")

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """How many there are of one finding, some of their ids, and since when the oldest is like that."""

    count: int
    ids: Sequence[UUID]
    since: datetime | None


class Findings(Protocol):
    """The tables, looked through for what must never be."""

    async def look(self) -> Mapping[Finding, Found]:
        """Return every finding, those without any too."""
        ...

    async def repair(self) -> int:
        """End what goes with a message that has ended, as that ended, and let the first of lanes come up; how many."""
        ...


@dataclass(frozen=True, slots=True)
class Audit:
    """Looks; a finding is told once a day as long as it stands."""

    findings: Findings
    ledger: Ledger
    queue: Queue
    inbox: Inbox
    new_id: NewId
    metrics: Metrics
    rules: Rules
    sandbox: bool

    async def round(self) -> int:
        """Look, show the numbers, tell the administrators; how many findings. DatabaseUnavailableError."""
        found = await self.findings.look()
        for finding, what in found.items():
            self.metrics.audit_findings.labels(finding).set(what.count)
        standing = {finding: what for finding, what in found.items() if what.count}
        for finding, what in standing.items():
            await self._tell(finding, what)
        if standing.keys() & REPAIRED:
            _log.warning("queue_repaired", deliveries=await self.findings.repair())
        return len(standing)

    async def _tell(self, finding: Finding, what: Found) -> None:
        now = await self.queue.business_now()
        day = now.astimezone(_SHANGHAI).date()
        details = {
            "audit": {
                "finding": finding,
                "count": what.count,
                "since": None if what.since is None else what.since.astimezone(_SHANGHAI).isoformat(),
                "ids": [str(each) for each in what.ids[:NAMED]],
            }
        }
        event_id = uuid5(_FINDINGS, f"{finding} {day}")
        if not await self.ledger.unknown(SOURCE, [str(event_id)]):
            return
        alert = own_alert(KIND, event_id, f"audit/{finding}", details, now=now, sandbox=self.sandbox)
        received = await receive_alert(alert, self.inbox, self.new_id, self.metrics, self.rules)
        if received.first:
            _log.error("audit_finding", finding=finding, count=what.count, ids=[str(each) for each in what.ids])
