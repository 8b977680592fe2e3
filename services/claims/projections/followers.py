"""Every projection that follows the log, each with a follower of its own."""

from collections.abc import Callable, Mapping

import asyncpg

from claims.application.histories import Histories
from claims.application.ports import Tail
from claims.domain.rulebook import Rulebook
from claims.projections.claim_list import ClaimListProjector
from claims.projections.clock_days import ClockDaysProjector
from claims.projections.follower import Checkpoints, Follower, FollowerMetrics
from claims.projections.kpis import KpiProjector
from claims.projections.subject_list import SubjectListProjector


def followers(  # noqa: PLR0913, PLR0917 - each is another part of the outside
    pool: asyncpg.Pool,
    tail: Tail,
    checkpoints: Checkpoints,
    histories: Histories,
    rulebooks: Mapping[str, Rulebook],
    observer: Callable[[str], FollowerMetrics],
    is_lost: Callable[[Exception], bool],
) -> dict[str, Follower]:
    """Return a follower for each projection, by its name; `observer` makes what hears of one by its name."""
    return {
        each.name: Follower(pool, tail, checkpoints, each, observer(each.name), is_lost)
        for each in (
            ClaimListProjector(histories, rulebooks),
            KpiProjector(histories),
            SubjectListProjector(histories),
            ClockDaysProjector(histories),
        )
    }
