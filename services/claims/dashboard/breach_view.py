"""Rows of breaches as the page and the file show them: what came of each, and who was told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

from claims.application.board import BoardRow
from claims.dashboard.pages import Visit
from claims.dashboard.queue_view import ClockView, clock_views
from claims.dashboard.rulebooks import all_roles, role_name
from claims.dashboard.told import Recipient, Told
from claims.domain.moments import to_shanghai
from claims.domain.rulebook import Role
from claims.spreadsheet import Cell, Table

_BREACHED = 4
_LATE_BY_CORRECTION = "late_by_reclassification"

CameTo: TypeAlias = Literal["withdrawn", "met_late", "cancelled", "standing"]


@dataclass(frozen=True, slots=True)
class BreachView:
    """One breach in the list."""

    view: ClockView
    came_to: CameTo
    ended_at: datetime | None
    """When it was met late, or taken back."""
    corrected: bool
    """It came by facts that were recorded later."""
    escalation: int
    """0: not escalated; 1 or 2: to the first or the second authority."""


@dataclass(frozen=True, slots=True)
class ToldOne:
    """What became of one alert at one recipient."""

    name: str
    told_at: datetime
    arrived_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    dead: bool
    """Every attempt failed and nothing more is tried: it can be sent again."""


@dataclass(frozen=True, slots=True)
class ToldAlert:
    """One alert about a clock."""

    alert_id: UUID
    kind: str
    time: datetime
    to: tuple[ToldOne, ...]

    @property
    def arrived(self) -> int:
        """Return how many of them it reached."""
        return sum(each.arrived_at is not None for each in self.to)

    @property
    def dead(self) -> bool:
        """Say whether it can reach one of them only when it is sent again."""
        return any(each.dead for each in self.to)

    @property
    def acknowledged_by(self) -> str | None:
        """Return who acknowledged it first; None: nobody did."""
        found = [(each.acknowledged_at, each.acknowledged_by) for each in self.to if each.acknowledged_at is not None]
        return min(found)[1] if found else None

    @property
    def acknowledged(self) -> bool:
        """Say whether anybody acknowledged it."""
        return self.acknowledged_by is not None


def breach_views(visit: Visit, rows: Sequence[BoardRow]) -> tuple[BreachView, ...]:
    """Return the rows as the list shows them."""
    return tuple(_view(each) for each in clock_views(visit, rows))


def _view(view: ClockView) -> BreachView:
    clock = view.row.clock
    if clock.withdrawn_at is not None:
        came_to: CameTo = "withdrawn"
    elif clock.ended_at is None:
        came_to = "standing"
    else:
        came_to = "cancelled" if clock.ended_as == "cancelled" else "met_late"
    ended_at = clock.withdrawn_at if came_to == "withdrawn" else clock.ended_at
    return BreachView(view, came_to, ended_at, _LATE_BY_CORRECTION in clock.flags, max(0, clock.level - _BREACHED))


def told_views(visit: Visit, told: Mapping[UUID, tuple[Told, ...]]) -> tuple[tuple[UUID, tuple[ToldAlert, ...]], ...]:
    """Return what was told about each clock, from the breach on."""
    roles = all_roles(visit.services.reference.rulebooks)
    return tuple(
        (clock_id, tuple(_alert(visit, each, roles) for each in alerts if each.kind != "clock.at_risk"))
        for clock_id, alerts in told.items()
    )


def _alert(visit: Visit, told: Told, roles: Mapping[str, Role]) -> ToldAlert:
    to = tuple(_one(visit, told, recipient, roles) for recipient in told.recipients)
    return ToldAlert(told.id, told.kind.replace(".", "_"), told.time, to)


def _one(visit: Visit, told: Told, recipient: Recipient, roles: Mapping[str, Role]) -> ToldOne:
    deliveries = told.deliveries_to(recipient)
    acknowledged = min(told.acknowledgements_for(recipient), key=lambda each: each.acknowledged_at, default=None)
    arrived = told.arrived_at(recipient)
    return ToldOne(
        name=recipient.name or role_name(recipient.role, roles, visit.words),
        told_at=min((each.created_at for each in deliveries), default=told.received_at),
        arrived_at=arrived,
        acknowledged_at=None if acknowledged is None else acknowledged.acknowledged_at,
        acknowledged_by=None if acknowledged is None else acknowledged.acknowledged_by,
        dead=arrived is None and any(each.status == "dead" for each in deliveries),
    )


_COLUMNS = (
    "rule", "title_zh", "title_en", "citation", "tier", "responsible", "insurer", "region", "subject_kind",
    "claim_number", "policy_number", "insured_name", "adjuster", "started_at", "due_at", "due_date", "breached_at",
    "ended_at", "ended_as", "withdrawn_at", "level", "flags", "rulebook", "calendar_version", "clock_id",
)  # fmt: skip


def breach_table(visit: Visit, rows: Iterable[BoardRow]) -> Table:
    """Return the breaches as a table for a file; its columns keep their names in every language."""
    rulebooks = visit.services.reference.rulebooks
    titles = {(ref, each.id): each for ref, book in rulebooks.items() for each in book.obligations}

    def line(row: BoardRow) -> Mapping[str, Cell]:
        clock, claim = row.clock, row.claim
        rule = titles.get((clock.rulebook, clock.rule))
        return {
            "rule": clock.rule,
            "title_zh": None if rule is None else rule.title_zh,
            "title_en": None if rule is None else rule.title_en,
            "citation": None if rule is None else rule.citation,
            "tier": clock.tier,
            "responsible": clock.responsible,
            "insurer": clock.tenant,
            "region": clock.region,
            "subject_kind": clock.subject_kind,
            "claim_number": None if claim is None else claim.number,
            "policy_number": None if claim is None else claim.policy_number,
            "insured_name": None if claim is None else claim.insured_name,
            "adjuster": None if claim is None else claim.adjuster,
            "started_at": _text(clock.started_at),
            "due_at": _text(clock.due_at),
            "due_date": None if clock.due_date is None else clock.due_date.isoformat(),
            "breached_at": _text(clock.breached_at),
            "ended_at": _text(clock.ended_at),
            "ended_as": clock.ended_as,
            "withdrawn_at": _text(clock.withdrawn_at),
            "level": clock.level,
            "flags": " ".join(clock.flags) or None,
            "rulebook": clock.rulebook,
            "calendar_version": clock.calendar_version,
            "clock_id": str(clock.clock_id),
        }

    return Table("breaches", _COLUMNS, tuple(line(row) for row in rows))


def _text(instant: datetime | None) -> str | None:
    return None if instant is None else to_shanghai(instant).isoformat()
