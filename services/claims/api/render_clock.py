"""A clock as JSON: what the regulation asked, how far it has come, and whether it is the one that binds."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypeAlias, TypeVar
from uuid import UUID

from claims.api.answers.clock import ClockAnswer, StepAnswer
from claims.api.answers.common import TitleAnswer
from claims.api.render import day_or_none, moment, moment_or_none
from claims.application.calls import ClockLevel, Standing, shows_clock
from claims.application.clock_status import (
    BREACHED,
    KnownClock,
    binding_ids,
    level_at,
    level_of,
    obligation_of,
    status_of,
)
from claims.application.pages import ClockRow
from claims.application.subject_store import SubjectStanding
from claims.application.subjects import PERIOD, subject_name
from claims.domain.clock import Clock
from claims.domain.explanation import Step
from claims.domain.periodic.series import Series
from claims.domain.rulebook import Obligation, Rulebook, Tier

Rulebooks: TypeAlias = Mapping[str, Rulebook]
"""By reference."""
AnyStanding: TypeAlias = Standing | SubjectStanding[Any]
AnyClock = TypeVar("AnyClock", Clock, ClockRow)
Subject: TypeAlias = tuple[str, UUID, str]
"""Kind, id and tenant."""


def claim_clocks(standing: Standing, rulebooks: Rulebooks, role: str) -> list[ClockAnswer]:
    """Return the clocks of a claim that a role may see, in the order in which they started."""
    return _sorted(
        ("claim", standing.claim.claim_id, standing.tenant), standing.claim.clocks, standing, rulebooks, role
    )


def subject_clocks(standing: SubjectStanding[Any], rulebooks: Rulebooks, role: str) -> list[ClockAnswer]:
    """Return the clocks of any subject that a role may see, in the order in which they started."""
    subject = (standing.kind.name, standing.subject_id, standing.tenant)
    return _sorted(subject, standing.state.clocks, standing, rulebooks, role)


def _sorted(
    subject: Subject,
    clocks: Mapping[UUID, Clock],
    standing: AnyStanding,
    rulebooks: Rulebooks,
    role: str,
) -> list[ClockAnswer]:
    shown = sorted(
        (clock for clock in clocks.values() if _is_shown(clock, role)),
        key=lambda each: (each.started_at, each.rule, each.scope),
    )
    binding = binding_ids(shown, rulebooks)
    return [
        _answer(
            each,
            subject,
            level_of(each, standing.levels, standing.judged_at),
            rulebooks,
            binding=each.clock_id in binding,
        )
        for each in shown
    ]


def _is_shown(clock: Clock, role: str) -> bool:
    return shows_clock(role, tier=clock.tier, responsible=clock.responsible, provisional=clock.provisional)


def clock_rows(rows: Iterable[ClockRow], rulebooks: Rulebooks, binding: frozenset[UUID]) -> list[ClockAnswer]:
    """Return rows of the table of clocks; `binding` names those that bind."""
    return [
        _answer(
            row, (row.subject_kind, row.subject, row.tenant), _seen(row), rulebooks, binding=row.clock_id in binding
        )
        for row in rows
    ]


def report_clock(series: Series, clock: Clock, judged_at: datetime, rulebooks: Rulebooks) -> ClockAnswer:
    """Return the clock of a periodic report as a submission leaves it."""
    running = binding_ids([each for each in series.clocks.values() if each.running], rulebooks)
    subject = (PERIOD.name, series.series_id, series.party)
    return _answer(clock, subject, level_at(clock, judged_at), rulebooks, binding=clock.clock_id in running)


def _seen(row: ClockRow) -> ClockLevel:
    return ClockLevel(row.level, row.withdrawn_at, row.breached_at)


def explanation_answer(steps: Iterable[Step]) -> list[StepAnswer]:
    """Return the lines of an explanation."""
    return [
        {
            "kind": each.kind.value,
            "date": day_or_none(each.on),
            "number": each.number,
            "notice": each.notice,
            "published_on": day_or_none(each.published_on),
            "article": each.article,
            "text": {"zh": each.text.zh, "en": each.text.en},
        }
        for each in steps
    ]


def has_rivals(clock: KnownClock, rulebooks: Rulebooks) -> bool:
    """Say whether any other rule may run for the same act: only then must the subject's other clocks be looked at."""
    own = obligation_of(clock, rulebooks)
    if own is None or not own.met_by:
        return False
    others = (each for book in rulebooks.values() for each in book.obligations if each.id != own.id)
    return any(frozenset(each.met_by) == frozenset(own.met_by) for each in others)


def _is_breached(clock: Clock | ClockRow, level: int) -> bool:
    """A target is missed, never breached."""
    return level >= BREACHED and clock.tier != Tier.TARGET


def _answer(
    clock: KnownClock, subject: Subject, seen: ClockLevel, rulebooks: Rulebooks, *, binding: bool
) -> ClockAnswer:
    """Return a clock of a subject, which is given by its kind and id."""
    obligation = obligation_of(clock, rulebooks)
    kind, subject_id, tenant = subject
    return {
        "id": str(clock.clock_id),
        "subject": subject_name(kind, subject_id, tenant),
        "claim_id": str(subject_id) if kind == "claim" else None,
        "rule": clock.rule,
        "title": _title(clock, obligation),
        "citation": clock.rulebook if obligation is None else obligation.citation,
        "tier": clock.tier,
        "responsible": clock.responsible,
        "started_at": moment(clock.started_at),
        "due_at": moment(clock.due_at),
        "due_date": day_or_none(clock.due_date),
        "limit": {"amount": clock.limit_amount, "unit": clock.limit_unit},
        "status": status_of(clock, seen.level),
        "fulfilled_at": moment_or_none(clock.ended_at) if clock.ended_as == "met" else None,
        "breached_at": moment_or_none(seen.breached_at) if _is_breached(clock, seen.level) else None,
        "withdrawn_at": moment_or_none(seen.withdrawn_at),
        "level": seen.level,
        "generation": clock.generation,
        "flags": list(clock.flags),
        "binding": binding,
        "rulebook": clock.rulebook,
        "calendar_version": clock.calendar_version,
        "provisional": clock.provisional,
        "period": clock.scope if kind == PERIOD.name else None,
    }


def _title(clock: KnownClock, obligation: Obligation | None) -> TitleAnswer:
    if obligation is None:
        return {"zh": clock.rule, "en": clock.rule}
    return {"zh": obligation.title_zh, "en": obligation.title_en}
