"""Complaints and hazards on a real database, as the api sends and reads them."""

import hashlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.integration.projections.world import HISTORIES, REFERENCE
from tests.support.service import Counts, envelope, new_id
from tests.support.story import at

from claims.application.calls import Caller, Envelope
from claims.application.ports import Reference
from claims.application.subject_commands import AboutClaim, Order, SubjectCommands, SubjectOutcome
from claims.application.subject_queries import SubjectQueries
from claims.application.subjects import COMPLAINT, HAZARD
from claims.domain.complaint.commands import ReceiveComplaint, Reply
from claims.domain.complaint.commands import decide as decide_complaint
from claims.domain.complaint.state import Complaint
from claims.domain.hazard.commands import FindHazard, ReportHazard
from claims.domain.hazard.commands import decide as decide_hazard
from claims.domain.hazard.state import Hazard
from claims.event_store.reader import Reader
from claims.event_store.store import PostgresEventStore
from claims.projections.clock_pages import ClockPages
from claims.projections.subject_pages import SubjectPages

INSURER = Caller("insurer", "core", "picc-sz")
BROKER = Caller("broker", "desk", broker="mingya")
OTHER_BROKER = Caller("broker", "desk", broker="another")
TEXT = "张三的投诉：无人回复"


def sent(caller: Caller, key: str, body: str = "", *, status: int = 200, **more: Any) -> Envelope:
    """What surrounds a command of a caller."""
    hashed = hashlib.sha256(f"{caller.actor} {caller.broker} {key}".encode()).digest()
    plain = envelope(key, body, status=status, **more)
    return Envelope(
        hashed, plain.body_hash, plain.correlation_id, status, plain.detail, plain.if_match, command="subjects"
    )


@dataclass
class Subjects:
    """Commands and queries of one api."""

    commands: SubjectCommands
    queries: SubjectQueries
    counts: Counts
    engine: AsyncEngine

    @classmethod
    def over(cls, pool: asyncpg.Pool, engine: AsyncEngine, reference: Reference = REFERENCE) -> "Subjects":
        """Wire them as the api does."""
        store, counts, reader = PostgresEventStore(pool), Counts(), Reader(engine)
        commands = SubjectCommands(store, HISTORIES, reference, counts, new_id)
        return cls(commands, SubjectQueries(store, HISTORIES, ClockPages(reader), SubjectPages(reader)), counts, engine)

    async def complain(
        self,
        key: str,
        caller: Caller = INSURER,
        *,
        when: str = "2026-03-02 10:00",
        claim_id: UUID | None = None,
        body: str = "",
        **stated: Any,
    ) -> SubjectOutcome[Complaint]:
        """Record a complaint to the caller."""
        party = caller.broker or caller.tenant or ""
        known: dict[str, Any] = {
            "region": "440300",
            "kind": "complaint",
            "needs_verification": True,
            "text": TEXT,
        } | stated

        def make(_: object, claim: AboutClaim | None) -> ReceiveComplaint:
            insurer, where = (None, None) if claim is None else (claim.insurer, claim.region)
            about: dict[str, Any] = {"claim_id": claim_id, "claim_region": where, "insurer": insurer}
            return ReceiveComplaint(at(when), party=party, party_kind=caller.role, **about, **known)

        order = Order(COMPLAINT, new_id(), make, decide_complaint, party, claim_id)
        return await self.commands.execute(caller, order, sent(caller, key, body, status=201))

    async def reply(
        self, complaint_id: UUID, key: str, when: str, caller: Caller = INSURER, *, final: bool = False, **more: Any
    ) -> SubjectOutcome[Complaint]:
        """Reply to a complaint."""
        order = Order(COMPLAINT, complaint_id, lambda *_: Reply(at(when), "已核实", final), decide_complaint)
        return await self.commands.execute(caller, order, sent(caller, key, **more))

    async def find(
        self, key: str, caller: Caller = BROKER, *, when: str = "2026-03-02 10:00"
    ) -> SubjectOutcome[Hazard]:
        """Record a hidden danger that the caller found."""
        party = caller.broker or caller.tenant or ""
        found = FindHazard(at(when), party, caller.role, "440300", "hidden_danger", None, "二号仓库", "通道堵塞")
        order = Order(HAZARD, new_id(), lambda *_: found, decide_hazard, party)
        return await self.commands.execute(caller, order, sent(caller, key, status=201))

    async def report(
        self, hazard_id: UUID, key: str, when: str, caller: Caller = BROKER, uri: str | None = None
    ) -> SubjectOutcome[Hazard]:
        """Report a hazard in writing."""
        said = ReportHazard(at(when), ("联席办",), "R-1", uri, None)
        return await self.commands.execute(
            caller, Order(HAZARD, hazard_id, lambda *_: said, decide_hazard), sent(caller, key)
        )
