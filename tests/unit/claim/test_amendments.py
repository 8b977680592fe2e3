"""An advance of which more or less is asked: tranches, their clocks, what the ledger holds."""

import pytest
from tests.support.acts import amends, approves, asks, bounces, casualties, determines, pays_advance
from tests.support.story import MILLION, YUAN, Story, a_report, at, ident, limits, policy, reported

from claims.domain.claim import money
from claims.domain.claim.commands.advance import WithdrawAdvance
from claims.domain.claim.commands.amend import CHANGES_SOMETHING, NOT_BELOW_PAID
from claims.domain.claim.events import Casualties
from claims.domain.claim.guards import ADVANCE_IS_LIVE, CLAIM_IS_UNDECIDED
from claims.domain.clock import Clock
from claims.domain.errors import Rule, RuleViolation


def with_rescue(limit: int, asked: int) -> Story:
    """A claim whose rescue limit is this much, and of which so much is asked."""
    story = Story().when(a_report(policy=policy(limits=limits(rescue=limit))))
    return story.when(asks("rescue", asked))


def tranche(story: Story, rule: str, number: int) -> Clock:
    """The clock of a tranche of the one advance."""
    scope = str(ident("advance")) if number == 1 else f"{ident('advance')}/{number}"
    return next(c for c in story.claim.clocks.values() if (c.rule, c.scope) == (rule, scope))


def test_an_amount_raised_leaves_the_old_part_its_clock_and_gives_the_increment_one_of_its_own() -> None:
    story = with_rescue(3 * MILLION, 2 * MILLION)
    first = tranche(story, "SZ-20.6", 1)
    story.when(amends("2026-03-05 09:00", 3 * MILLION))
    second = tranche(story, "SZ-20.6", 2)
    assert tranche(story, "SZ-20.6", 1) == first
    assert (second.started_at, second.limit_amount, str(second.due_date)) == (at("2026-03-05 09:00"), 5, "2026-03-12")
    assert [each.amount for each in story.advance("advance").tranches] == [2 * MILLION, MILLION]
    assert story.ledger.entry(ident("advance")) == 3 * MILLION


def test_tranches_are_paid_in_their_order_and_each_breaches_on_its_own() -> None:
    story = with_rescue(3 * MILLION, 2 * MILLION).when(amends("2026-03-05 09:00", 3 * MILLION))
    story.when(pays_advance("2026-03-06 09:00", 2 * MILLION))
    assert tranche(story, "SZ-20.6", 1).ended_at == at("2026-03-06 09:00")
    assert tranche(story, "SZ-20.6", 2).running
    story.when(pays_advance("2026-03-20 09:00", MILLION, payment="second"))
    late = tranche(story, "SZ-20.6", 2)
    assert (late.ended_as, late.ended_at) == ("met", at("2026-03-20 09:00"))
    assert late.due_at < at("2026-03-20 09:00")
    story.when(bounces("2026-03-21 09:00", "second"))
    assert tranche(story, "SZ-20.6", 2).running
    assert not tranche(story, "SZ-20.6", 1).running


def test_an_amount_lowered_takes_the_bracket_of_what_is_payable_from_the_same_start_and_says_tightened() -> None:
    story = with_rescue(MILLION * 6 // 5, MILLION * 6 // 5)
    before = story.clock("SZ-20.6")
    story.when(amends("2026-03-03 09:00", MILLION))
    after = story.clock("SZ-20.6")
    assert (after.started_at, after.limit_amount, after.flags) == (before.started_at, 5, ("tightened",))
    assert story.ledger.entry(ident("advance")) == MILLION, "the rest is given back"


def test_an_amount_lowered_so_that_it_is_late_at_once_says_so() -> None:
    story = with_rescue(MILLION * 6 // 5, MILLION * 6 // 5).when(amends("2026-03-11 09:00", MILLION))
    assert story.clock("SZ-20.6").flags == ("tightened", "late_by_reclassification")


def test_an_increment_that_is_taken_back_cancels_its_own_clock() -> None:
    story = with_rescue(3 * MILLION, 2 * MILLION).when(amends("2026-03-05 09:00", 3 * MILLION))
    story.when(amends("2026-03-06 09:00", 2 * MILLION))
    assert (tranche(story, "SZ-20.6", 2).ended_as, tranche(story, "SZ-20.6", 1).running) == ("cancelled", True)
    story.when(amends("2026-03-07 09:00", 3 * MILLION))
    assert tranche(story, "SZ-20.6", 3).started_at == at("2026-03-07 09:00")


def test_an_amount_raised_beyond_the_limit_is_capped_and_says_so() -> None:
    story = with_rescue(2 * MILLION, MILLION * 3 // 2).when(amends("2026-03-05 09:00", 5 * MILLION))
    assert story.advance("advance").amount == 2 * MILLION
    assert "limit_capped" in story.advance("advance").flags


def test_a_medical_cost_that_rises_uses_the_deductible_once() -> None:
    story = Story().when(a_report(policy=policy(medical_deductible=100))).when(asks("medical", 1_000))
    story.when(amends("2026-03-03 09:00", 3_000))
    advance = story.advance("advance")
    assert (advance.amount, advance.deductible, [t.amount for t in advance.tranches]) == (2_900, 100, [900, 2_000])


def test_an_advance_that_waits_becomes_payable_with_the_amount_that_is_asked_last() -> None:
    story = reported(casualties=Casualties(0, 0, 2, 2)).when(asks("medical", 1_000))
    story.when(amends("2026-03-02 12:00", 500))
    assert (story.advance("advance").waiting, story.ledger.held_by_all()) == (True, 0)
    story.when(casualties("2026-03-02 13:00", surgeries=3))
    assert [t.amount for t in story.advance("advance").tranches] == [500]


def test_a_rescue_advance_paid_in_part_is_not_lowered_below_what_was_paid() -> None:
    story = with_rescue(MILLION, MILLION).when(pays_advance("2026-03-03 09:00", 900_000 * YUAN))
    refused(story, amends("2026-03-04 09:00", 800_000 * YUAN), NOT_BELOW_PAID)


def test_an_amendment_that_changes_nothing_is_refused() -> None:
    refused(with_rescue(MILLION, MILLION), amends("2026-03-03 09:00", MILLION), CHANGES_SOMETHING)


def test_an_advance_is_not_amended_after_the_decision_or_its_own_end() -> None:
    decided = with_rescue(MILLION, MILLION).when(approves("2026-03-03 09:00", MILLION))
    refused(decided, amends("2026-03-04 09:00", 900_000 * YUAN), CLAIM_IS_UNDECIDED)

    ended = with_rescue(MILLION, MILLION).when(WithdrawAdvance(at("2026-03-03 09:00"), ident("advance"), "不再需要"))
    refused(ended, amends("2026-03-04 09:00", 900_000 * YUAN), ADVANCE_IS_LIVE)


def test_a_death_advance_amended_to_less_says_that_the_client_asked_less() -> None:
    story = reported().when(determines("2026-03-02 10:30", MILLION)).when(asks("death_indemnity"))
    story.when(amends("2026-03-03 09:00", 100 * YUAN))
    assert story.advance("advance").amount == 100 * YUAN
    assert "client_asked_less" in story.advance("advance").flags
    assert money.outstanding(story.claim, story.advance("advance")) == 100 * YUAN


def refused(story: Story, command: object, rule: Rule) -> None:
    """The command breaks the rule."""
    with pytest.raises(RuleViolation) as violation:
        story.when(command)  # type: ignore[arg-type]
    assert violation.value.rule is rule


def test_a_condition_that_was_met_earlier_moves_the_first_tranche_and_leaves_the_increment_its_own() -> None:
    story = reported(casualties=Casualties(0, 0, 2, 2)).when(asks("medical", 90_000 * YUAN))
    story.when(casualties("2026-03-03 09:00", surgeries=3)).when(amends("2026-03-03 10:00", 150_000 * YUAN))
    story.when(casualties("2026-03-02 18:00", surgeries=3), recorded="2026-03-03 11:00")
    first, second = tranche(story, "SZ-20.8", 1), tranche(story, "SZ-20.8", 2)
    assert [each.amount for each in story.advance("advance").tranches] == [90_000 * YUAN, 60_000 * YUAN]
    assert (first.started_at, second.started_at) == (at("2026-03-02 18:00"), at("2026-03-03 10:00"))
    story.when(pays_advance("2026-03-03 15:00", 150_000 * YUAN))
    ended = [tranche(story, "SZ-20.8", number).ended_as for number in (1, 2)]
    assert ended == ["met", "met"], "no clock is left behind"


def test_a_deductible_that_moves_to_a_raised_advance_is_cut_from_its_last_tranche() -> None:
    story = reported(policy=policy(medical_deductible=10_000 * YUAN))
    story.when(asks("medical", 50_000 * YUAN, name="first"))
    story.when(asks("medical", 60_000 * YUAN)).when(amends("2026-03-02 12:00", 90_000 * YUAN))
    story.when(WithdrawAdvance(at("2026-03-02 13:00"), ident("first"), "不再需要"))
    assert [each.amount for each in story.advance("advance").tranches] == [60_000 * YUAN, 20_000 * YUAN]
    assert story.ledger.held(story.claim.claim_id, "medical") == 80_000 * YUAN
