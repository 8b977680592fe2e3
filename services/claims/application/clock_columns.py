"""The subject's side of clocks' rows, out of the folded claim: what an append writes and a rebuild finds again."""

from collections.abc import Iterable
from uuid import UUID

from claims.application.rows import ClockColumns
from claims.domain.claim.state import Claim
from claims.domain.clock import Clock


def clock_columns(claim: Claim, changed: Iterable[UUID]) -> tuple[ClockColumns, ...]:
    """Return the rows of the clocks that changed, each once, in the order of their ids.

    A clock lies in the region of the accident. KeyError for a clock that the claim does not have.
    """
    region = claim.known_accident.region
    return tuple(_row(claim, region, claim.clocks[clock_id]) for clock_id in sorted(set(changed)))


def _row(claim: Claim, region: str, clock: Clock) -> ClockColumns:
    return ClockColumns(
        clock_id=clock.clock_id,
        subject=claim.claim_id,
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
