"""The subject's side of clocks' rows, out of the folded subject: what an append writes and a rebuild finds again."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from claims.application.rows import ClockColumns
from claims.domain.claim.state import Claim
from claims.domain.clock import Clock


def clock_columns(claim: Claim, changed: Iterable[UUID]) -> tuple[ClockColumns, ...]:
    """Return the rows of a claim's clocks that changed; they lie in the region of the accident. KeyError as below."""
    return subject_columns(claim.claim_id, claim.known_accident.region, claim.clocks, changed)


def subject_columns(
    subject: UUID, region: str, clocks: Mapping[UUID, Clock], changed: Iterable[UUID]
) -> tuple[ClockColumns, ...]:
    """Return the rows of a subject's clocks that changed, each once, in the order of their ids.

    KeyError for a clock that is not the subject's.
    """
    return tuple(_row(subject, region, clocks[clock_id]) for clock_id in sorted(set(changed)))


def _row(subject: UUID, region: str, clock: Clock) -> ClockColumns:
    return ClockColumns(
        clock_id=clock.clock_id,
        subject=subject,
        rule=clock.rule,
        round=clock.round,
        scope=clock.scope,
        tier=clock.tier,
        responsible=clock.responsible,
        region=region,
        started_at=clock.started_at,
        due_at=clock.due_at,
        due_date=clock.due_date,
        limit_amount=clock.limit_amount,
        limit_unit=clock.limit_unit,
        generation=clock.generation,
        flags=clock.flags,
        rulebook=clock.rulebook,
        calendar_version=clock.calendar_version,
        provisional=clock.provisional,
        marks=clock.marks,
        ended_at=clock.ended_at,
        ended_as=clock.ended_as,
    )
