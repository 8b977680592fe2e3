"""Rows of clocks, claims, alerts and deliveries of every kind that a list of the board may hold."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from tests.support.story import at, ident

from claims.application.board import BoardRow, ClaimInfo, EligibleRow
from claims.application.pages import ClaimSummary, ClockRow
from claims.dashboard.told import About, Acknowledgement, Attempt, Delivery, Told
from claims.domain.moments import NEVER

NOW = at("2026-03-09 10:00")
CLAIM = ident("claim")
INFO = ClaimInfo("AZ-2026-000001", "深圳市某<建筑>有限公司", "PZAA202644030000000001", "adj-7", "under_assessment")

_CLOCK = ClockRow(
    tenant="picc-sz", clock_id=ident("clock"), subject=CLAIM, rule="SZ-20.6", round=1, scope="", tier="service",
    responsible="insurer", region="440300", started_at=at("2026-03-02 10:00"), due_at=at("2026-03-10 00:00"),
    due_date=date(2026, 3, 9), limit_amount=5, limit_unit="working_days", generation=1, flags=(),
    rulebook="shenzhen-2018@2", calendar_version=1, provisional=False, marks=(NEVER,) * 6, ended_at=None,
    ended_as=None, level=0, version=0, breached_at=None, withdrawn_at=None, status="open",
)  # fmt: skip


def clock(name: str = "clock", **changes: Any) -> ClockRow:
    """Return a clock that is due today, with some of it otherwise."""
    return replace(_CLOCK, clock_id=ident(name), **changes)


def row(name: str = "clock", claim: ClaimInfo | None = INFO, **changes: Any) -> BoardRow:
    """Return the row of such a clock."""
    return BoardRow(clock(name, **changes), claim)


LATE = at("2026-03-05 00:00")
RUNNING = (
    row("today"),
    row("late", due_at=LATE, due_date=date(2026, 3, 4), breached_at=LATE, level=4, status="overdue"),
    row("in hours", due_at=at("2026-03-09 12:00"), due_date=None, limit_unit="hours", level=2, status="at_risk"),
    row("missed", tier="target", due_at=LATE, due_date=None, breached_at=LATE, level=4, status="missed"),
    row("nobody's", replace(INFO, adjuster=None), due_at=NEVER, due_date=None),
    row("provisional", due_at=at("2027-01-05 00:00"), due_date=date(2027, 1, 4), provisional=True),
    row("information", tier="information", rule="SZ-29"),
    row("of a rulebook to come", rulebook="shenzhen-2030@1", rule="SZ-99"),
    row("of a rule that is no more", rule="SZ-20.66"),
    row("in a place without a name", region="659999"),
    row("status to come", status="paused"),
    *(row(f"of a {kind}", None, subject_kind=kind) for kind in ("claim", "complaint", "hazard", "party", "period")),
)
BREACHED = (
    row("standing", due_at=LATE, breached_at=LATE, level=4, status="overdue"),
    row("escalated", due_at=LATE, breached_at=LATE, level=6, status="overdue"),
    row("met late", due_at=LATE, breached_at=LATE, level=4, status="met_late", ended_at=NOW, ended_as="met"),
    row("cancelled", due_at=LATE, breached_at=LATE, level=5, status="cancelled", ended_at=NOW, ended_as="cancelled"),
    row("extended", due_at=LATE, breached_at=LATE, level=5, status="extended", ended_at=NOW, ended_as="extended"),
    row("withdrawn", due_at=LATE, breached_at=LATE, level=3, withdrawn_at=NOW, status="met"),
    row("corrected", due_at=LATE, breached_at=LATE, level=4, status="overdue", flags=("late_by_reclassification",)),
    row("of no moment", due_at=LATE, level=4, status="overdue"),
    row("report", None, subject_kind="party", due_at=LATE, breached_at=LATE, level=4, status="overdue", rule="SZ-99"),
)
ELIGIBLE = (
    EligibleRow(
        CLAIM, "picc-sz", INFO.number, "reported", INFO.insured_name, INFO.policy_number, "440300", None,
        at("2026-03-02 10:00"), ("rescue", "death_indemnity", "medical", "determinable_part"),
    ),
)  # fmt: skip
FOUND = (
    ClaimSummary(
        claim_id=CLAIM, tenant="picc-sz", number=INFO.number, version=1, status="approved",
        insured_name=INFO.insured_name, policy_number=INFO.policy_number, broker=None, region="440300",
        grade="general", accident_at=NOW, reported_at=NOW, advanced=0, paid=0,
    ),
)  # fmt: skip

MOMENT = datetime(2026, 3, 9, tzinfo=UTC)


def attempt(number: int = 1, outcome: str | None = "delivered", **changes: Any) -> Attempt:
    """Return an attempt."""
    made = Attempt(number, MOMENT, outcome, 200, "ok", 12, ambiguous=False, worker="w", replay=False)
    return replace(made, **changes)


def delivery(kind: str = "clock.breached", status: str = "delivered", **changes: Any) -> Delivery:
    """Return a delivery of an alert of a kind."""
    about = About(kind, "breach", MOMENT, "picc-sz", "440300", "SZ-20.6", str(clock().clock_id), str(CLAIM), "AZ-1")
    whole = Delivery(
        id=ident(f"{kind} {status}"), alert_id=ident("alert"), endpoint_id=ident("endpoint"),
        recipient_id=ident("recipient"), role="insurance_regulator", recipient_name=None, address=None,
        channel="webhook", status=status, created_at=MOMENT, next_at=None, delivered_at=None, ended_at=None,
        reason=None, schedule="at_once", handed_from=None, replayed_at=None, repeat=0, held_until=None, digest_id=None,
        about=about, attempts=(attempt(),),
    )  # fmt: skip
    return replace(whole, **changes)


def told(kind: str = "clock.breached", clock_id: UUID | None = None, **changes: Any) -> Told:
    """Return what was told of a clock: to one recipient, who got it."""
    whole = Told(
        id=ident(f"alert {kind}"), kind=kind, severity="breach", time=MOMENT, received_at=MOMENT, tenant="picc-sz",
        region="440300", rule="SZ-20.6", clock_id=str(clock_id or clock().clock_id), claim_id=str(CLAIM),
        claim_number="AZ-1", unheard=False, deliveries=(delivery(kind, delivered_at=MOMENT),), acknowledgements=(),
    )  # fmt: skip
    return replace(whole, **changes)


def acknowledgement() -> Acknowledgement:
    """Return that the recipient's side acknowledged."""
    return Acknowledgement(
        ident("acknowledgement"), ident("recipient"), "操作员<1>", None, MOMENT, MOMENT + timedelta(days=1)
    )
