"""What is not paid of an advance follows its facts down: a loss determined lower, a condition that no longer holds."""

import pytest
from tests.support.acts import amends, asks, casualties, determines, intake, pays_advance, registers, to_victim
from tests.support.story import MILLION, YUAN, Story, at, ident, reported

from claims.domain.claim import money
from claims.domain.claim.commands.advance import WithdrawAdvance
from claims.domain.claim.events import Casualties
from claims.domain.claim.guards import INSURED_ACCIDENT
from claims.domain.errors import RuleViolation


def four_dead() -> Story:
    """Four dead, a loss of eight million, and half of it payable since 11:00 on 2 March."""
    story = reported(casualties=Casualties(4, 0, 0, 4)).when(registers("victim"))
    return story.when(determines("2026-03-02 10:30", 8 * MILLION)).when(asks("death_indemnity"))


def three_surgeries() -> Story:
    """Three surgeries, and a medical advance whose 24 hours run since 11:00 on 2 March."""
    return reported(casualties=Casualties(0, 0, 3, 3)).when(asks("medical", 80_000 * YUAN))


def standing(story: Story, name: str = "advance") -> str:
    return money.advance_status(story.claim, story.advance(name))


def test_a_loss_determined_lower_lowers_what_is_not_paid_and_tightens_its_clock() -> None:
    story = four_dead()
    assert (story.advance("advance").amount, story.clock("SZ-20.7").limit_amount) == (4 * MILLION, 10)
    story.when(determines("2026-03-03 09:00", MILLION))
    clock = story.clock("SZ-20.7")
    assert story.advance("advance").amount == story.ledger.held_by_all() == MILLION // 2
    assert (clock.started_at, clock.limit_amount, clock.flags[-1]) == (at("2026-03-02 11:00"), 5, "tightened")
    assert story.advance("advance").flags == ("loss_lowered",)


def test_an_advance_that_is_late_by_the_shorter_clock_at_once_says_so() -> None:
    story = four_dead().when(determines("2026-03-11 09:00", MILLION))
    assert story.clock("SZ-20.7").flags[-2:] == ("tightened", "late_by_reclassification")


def test_what_was_paid_before_the_loss_was_lowered_stays_paid() -> None:
    story = four_dead().when(pays_advance("2026-03-03 09:00", MILLION, payee=to_victim("victim")))
    story.when(determines("2026-03-04 09:00", MILLION))
    assert (story.advance("advance").amount, standing(story)) == (MILLION, "paid")
    assert story.ledger.held_by_all() == MILLION
    assert (story.clock("SZ-20.7").ended_as, story.clock("SZ-20.7").ended_at) == ("met", at("2026-03-03 09:00"))


def test_of_two_death_advances_the_later_one_gives_way_first_and_is_refused_where_nothing_is_left() -> None:
    story = reported(casualties=Casualties(4, 0, 0, 4)).when(determines("2026-03-02 10:30", 8 * MILLION))
    story.when(asks("death_indemnity", MILLION)).when(asks("death_indemnity", name="rest"))
    story.when(determines("2026-03-03 09:00", 4 * MILLION))
    assert [story.advance(name).amount for name in ("advance", "rest")] == [MILLION, MILLION]
    story.when(determines("2026-03-04 09:00", MILLION))
    assert (story.advance("advance").amount, standing(story, "rest")) == (MILLION // 2, "refused")
    assert story.ledger.held_by_all() == MILLION // 2
    assert story.clock("SZ-20.7", ident("rest")).ended_as == "cancelled"


def test_without_a_confirmed_death_an_unpaid_death_advance_waits_again_and_can_become_payable_again() -> None:
    story = four_dead().when(casualties("2026-03-04 09:00", missing=4))
    clock = story.clock("SZ-20.7")
    assert (standing(story), story.ledger.held_by_all()) == ("requested", 0)
    assert (clock.ended_as, clock.ended_at) == ("cancelled", at("2026-03-04 09:00"))
    story.when(casualties("2026-03-06 09:00", deaths=1))
    again = next(c for c in story.claim.clocks.values() if c.scope == f"{ident('advance')}/2")
    assert (standing(story), story.ledger.held_by_all()) == ("payable", 4 * MILLION)
    assert (again.started_at, again.running) == (at("2026-03-06 09:00"), True)
    assert story.claim.clocks[clock.clock_id] == clock


def test_surgeries_that_were_fewer_cancel_the_24_hours_of_what_is_not_paid() -> None:
    story = three_surgeries().when(casualties("2026-03-02 15:00", surgeries=1))
    assert (standing(story), story.ledger.held_by_all()) == ("requested", 0)
    assert story.clock("SZ-20.8").ended_at == at("2026-03-02 15:00")


def test_a_clock_that_was_late_before_the_condition_was_lost_stays_late() -> None:
    story = three_surgeries().when(casualties("2026-03-04 15:00", surgeries=1))
    clock = story.clock("SZ-20.8")
    assert clock.ended_at is not None
    assert clock.ended_at > clock.due_at


def test_an_advance_that_was_paid_in_part_stands_at_that_when_its_condition_is_lost() -> None:
    story = three_surgeries().when(pays_advance("2026-03-02 12:00", 30_000 * YUAN))
    story.when(casualties("2026-03-02 15:00", surgeries=1))
    assert (story.advance("advance").amount, standing(story)) == (30_000 * YUAN, "paid")
    assert story.ledger.held_by_all() == 30_000 * YUAN
    assert story.advance("advance").flags == ("condition_lost",)


def test_the_clock_of_what_waited_again_stays_cancelled_then_whatever_ends_the_advance_later() -> None:
    story = three_surgeries().when(casualties("2026-03-02 15:00", surgeries=1))
    cancelled = story.clock("SZ-20.8")
    story.when(casualties("2026-03-03 09:00", surgeries=3))
    story.when(WithdrawAdvance(at("2026-03-10 09:00"), ident("advance"), "撤回"))
    assert story.claim.clocks[cancelled.clock_id] == cancelled


def test_nothing_becomes_payable_while_the_accident_is_called_not_covered_and_from_the_cover_on_it_does() -> None:
    story = reported(casualties=Casualties(0, 0, 2, 2)).when(asks("medical", 80_000 * YUAN))
    story.when(intake("2026-03-02 12:00", "not_covered")).when(casualties("2026-03-02 13:00", surgeries=3))
    assert (standing(story), story.has_clock("SZ-20.8"), story.ledger.held_by_all()) == ("requested", False, 0)
    story.when(intake("2026-03-03 09:00", "covered"))
    assert (standing(story), story.clock("SZ-20.8").started_at) == ("payable", at("2026-03-03 09:00"))


def test_what_was_payable_before_the_cover_was_denied_keeps_its_clock_and_is_not_raised() -> None:
    story = three_surgeries().when(intake("2026-03-02 12:00", "not_covered"))
    assert (standing(story), story.clock("SZ-20.8").running) == ("payable", True)
    with pytest.raises(RuleViolation) as refused:
        story.when(amends("2026-03-02 13:00", 90_000 * YUAN))
    assert refused.value.rule is INSURED_ACCIDENT
