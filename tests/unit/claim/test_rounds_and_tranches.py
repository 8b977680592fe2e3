"""What generated histories found: money of an earlier round, and tranches whose advance is reckoned once more."""

import pytest
from tests.support.acts import (
    amends,
    asks,
    casualties,
    pays,
    pays_advance,
    rejects,
    reopens,
    settled,
)
from tests.support.story import MILLION, Story, at, ident, limits, policy, reported

from claims.domain.claim import money
from claims.domain.claim.advances import LIMIT_USED_UP
from claims.domain.claim.commands.end import ReceiveRecovery
from claims.domain.claim.events import Casualties, Payee
from claims.domain.clock import Clock
from claims.domain.errors import RuleViolation

OTHER = Payee("other", None)
INJURED = Casualties(0, 0, 2, 2)


def tranche(story: Story, rule: str, number: int) -> Clock:
    """The clock of a tranche of the one advance."""
    scope = str(ident("advance")) if number == 1 else f"{ident('advance')}/{number}"
    return next(c for c in story.claim.clocks.values() if (c.rule, c.scope) == (rule, scope))


def paid_up_and_reopened(limit: int, paid: int) -> Story:
    """A claim that was paid so much of the limit per accident, and goes on."""
    story = settled(reported(policy=policy(limits=limits(per_accident=limit))), paid)
    return story.when(pays("2026-03-09 09:00", paid, OTHER)).when(reopens("2026-04-01 09:00"))


def test_what_was_paid_in_an_earlier_round_leaves_no_room_for_an_advance_in_a_new_one() -> None:
    story = paid_up_and_reopened(MILLION, MILLION)
    with pytest.raises(RuleViolation) as refused:
        story.when(asks("determinable_part", 1, when="2026-04-02 09:00"))
    assert refused.value.rule == LIMIT_USED_UP


def test_an_advance_of_a_new_round_is_capped_by_what_the_earlier_one_left() -> None:
    story = paid_up_and_reopened(MILLION, MILLION - 100)
    story.when(asks("determinable_part", 1_000, when="2026-04-02 09:00"))
    assert story.advance("advance").amount == 100
    assert story.ledger.held(story.claim.claim_id) == MILLION


def test_what_came_back_is_not_owed_while_a_new_round_is_undecided() -> None:
    story = reported().when(asks("determinable_part", 500)).when(pays_advance("2026-03-03 09:00", 500))
    story.when(rejects("2026-03-04 09:00")).when(ReceiveRecovery(at("2026-03-05 09:00"), 500, "ICBC-9"))
    story.when(reopens("2026-03-06 09:00"))
    assert money.balance(story.claim) == 0


def test_a_raise_that_is_recorded_late_starts_with_the_condition_and_not_before_it() -> None:
    story = reported(casualties=INJURED).when(asks("medical", 80_000))
    story.when(casualties("2026-03-06 09:00", surgeries=3))
    story.when(amends("2026-03-04 09:00", 90_000), recorded="2026-03-06 10:00")
    assert tranche(story, "SZ-20.8", 2).started_at == at("2026-03-06 09:00")


def test_a_tranche_of_which_nothing_is_left_is_cancelled_and_not_judged_by_a_shorter_bracket() -> None:
    story = reported(policy=policy(limits=limits(rescue=5 * MILLION)))
    story.when(asks("rescue", 3 * MILLION)).when(amends("2026-03-03 09:00", 5 * MILLION))
    due = tranche(story, "SZ-20.6", 2).due_at
    story.when(amends("2026-03-12 09:00", 3 * MILLION))
    cancelled = tranche(story, "SZ-20.6", 2)
    assert (cancelled.ended_as, cancelled.ended_at) == ("cancelled", at("2026-03-12 09:00"))
    assert (cancelled.due_at, cancelled.flags) == (due, ())
