"""How a claim's clocks are named, tightened, marked in an emergency, ended and reopened."""

from datetime import timedelta
from uuid import uuid5

from tests.support.acts import (
    accepted,
    amends,
    asks,
    bounces,
    casualties,
    clock_id,
    documents,
    intake,
    pays_advance,
)
from tests.support.story import CLAIM_ID, MILLION, YUAN, Story, a_report, at, calendar, ident, limits, policy, reported

from claims.domain.claim.events import Casualties
from claims.domain.clock_facts import ClockRescheduled, ClockStarted

LONG_RESCUE = MILLION * 6 // 5


def with_a_long_rescue_clock() -> Story:
    """Return a claim with a rescue advance in the bracket of ten working days."""
    story = Story().when(a_report(policy=policy(limits=limits(rescue=LONG_RESCUE))))
    return story.when(asks("rescue", LONG_RESCUE))


def amended(story: Story, amount: int, now: str) -> ClockRescheduled | None:
    """Return how the rescue clock moves when another amount is asked for, at a moment."""
    story.when(amends(now, amount))
    moved = [fact for fact in story.last.claim if isinstance(fact, ClockRescheduled)]
    assert len(moved) <= 1
    return moved[0] if moved else None


def test_a_clock_is_named_by_subject_rule_round_and_advance_so_that_a_rebuild_finds_the_same_one() -> None:
    story = reported().when(asks("rescue"))
    assert clock_id(story, "SZ-20.1") == uuid5(CLAIM_ID, "SZ-20.1\n1\n")
    assert clock_id(story, "SZ-20.6") == uuid5(CLAIM_ID, f"SZ-20.6\n1\n{ident('advance')}")


def test_two_advances_of_one_kind_have_a_clock_each() -> None:
    story = reported().when(asks("medical", 100, name="first")).when(asks("medical", 100, name="second"))
    assert story.clock("SZ-20.8", ident("first")).clock_id != story.clock("SZ-20.8", ident("second")).clock_id


def test_a_clock_names_the_rulebook_and_the_calendar_that_it_was_started_by() -> None:
    clock = reported().clock("SZ-20.1")
    assert (clock.rulebook, clock.calendar_version) == ("shenzhen-2018@2", calendar().version)


def test_an_amount_lowered_into_the_shorter_bracket_tightens_the_clock_from_the_same_start() -> None:
    story = with_a_long_rescue_clock()
    before = story.clock("SZ-20.6")
    moved = amended(story, MILLION, "2026-03-03 09:00")
    assert moved is not None
    assert (moved.started_at, moved.limit_amount, str(moved.due_date)) == (before.started_at, 5, "2026-03-09")
    assert (moved.due_before, moved.reason, moved.flags) == (before.due_at, "tightened", ("tightened",))
    after = story.clock("SZ-20.6")
    assert (after.due_at, after.generation) == (moved.due_at, 2)


def test_a_tightening_that_makes_the_clock_late_at_once_says_so() -> None:
    moved = amended(with_a_long_rescue_clock(), MILLION, "2026-03-11 09:00")
    assert moved is not None
    assert moved.flags == ("tightened", "late_by_reclassification")


def test_an_earlier_start_of_the_same_due_day_moves_nothing() -> None:
    story = accepted(reported(), "2026-03-03 15:00")
    story.when(documents("2026-03-03 09:00", "a", "b"), recorded="2026-03-04 09:00")
    assert story.clock("SZ-20.3").generation == 1


def test_a_claim_of_a_grave_accident_warns_at_half_of_the_time_as_well() -> None:
    grave = reported(casualties=Casualties(3, 0, 4, 4)).when(asks("rescue")).clock("SZ-20.6")
    plain = reported().when(asks("rescue")).clock("SZ-20.6")
    half = grave.started_at + (grave.due_at - grave.started_at) / 2
    assert (grave.marks[0], grave.flags) == (half, ("emergency",))
    assert half not in plain.marks
    assert (plain.due_at, plain.flags) == (grave.due_at, ())


def test_an_hour_clock_never_warns_at_half_of_its_time() -> None:
    clock = reported(casualties=Casualties(3, 0, 4, 4)).when(asks("medical", 100)).clock("SZ-20.8")
    assert clock.marks[0] == clock.started_at + timedelta(hours=24) * 4 / 5
    assert clock.flags == ()


def test_a_claim_that_becomes_an_emergency_gives_its_running_clocks_the_half_mark_and_moves_no_due_day() -> None:
    story = reported().when(asks("rescue"))
    before = story.clock("SZ-20.6")
    story.when(casualties("2026-03-03 09:00", deaths=3, surgeries=4, injuries=4))
    after = story.clock("SZ-20.6")
    assert (after.due_at, after.generation, after.flags) == (before.due_at, 1, ("emergency",))
    assert after.marks[0] == after.started_at + (after.due_at - after.started_at) / 2
    assert after.marks[3:] == before.marks[3:]


def test_an_emergency_marks_a_clock_once() -> None:
    story = reported().when(asks("rescue")).when(casualties("2026-03-03 09:00", deaths=3))
    story.when(casualties("2026-03-03 10:00", deaths=4))
    assert not any(isinstance(fact, ClockRescheduled) for fact in story.last.claim)


def test_a_fact_in_time_that_is_recorded_late_ends_the_clock_when_it_happened() -> None:
    story = reported().when(asks("rescue"))
    story.when(pays_advance("2026-03-09 23:59", 600_000 * YUAN), recorded="2026-03-20 09:00")
    clock = story.clock("SZ-20.6")
    assert (clock.ended_at, clock.due_at) == (at("2026-03-09 23:59"), at("2026-03-10 00:00"))


def test_an_earlier_fact_recorded_later_moves_the_end_to_when_it_was_met_first() -> None:
    story = reported().when(intake("2026-03-05 09:00")).when(intake("2026-03-03 09:00"), recorded="2026-03-06 09:00")
    assert story.clock("SZ-20.1").ended_at == at("2026-03-03 09:00")


def test_a_payment_that_bounces_and_is_made_again_reopens_and_ends_the_same_clock() -> None:
    story = reported().when(asks("rescue"))
    started = story.clock("SZ-20.6")
    story.when(pays_advance("2026-03-03 09:00", 600_000 * YUAN, payment="first"))
    story.when(bounces("2026-03-04 09:00", "first")).when(pays_advance("2026-03-20 09:00", 600_000 * YUAN))
    clock = story.clock("SZ-20.6")
    assert (clock.clock_id, clock.started_at, clock.due_at) == (started.clock_id, started.started_at, started.due_at)
    assert clock.ended_at == at("2026-03-20 09:00")
    assert not any(isinstance(fact, ClockStarted) for fact in story.last.claim)


def test_a_start_late_in_december_is_provisional_and_holds_before_its_breach() -> None:
    late = a_report("2026-12-21 10:00", accident="2026-12-21 09:00")
    clock = Story().when(late).when(asks("rescue", when="2026-12-21 11:00")).clock("SZ-20.6")
    assert (clock.provisional, clock.marks[3].year) == (True, 9999)


def test_a_clock_that_is_reopened_in_an_emergency_gets_the_half_mark_with_that() -> None:
    story = reported().when(asks("rescue")).when(pays_advance("2026-03-03 09:00", 600_000 * YUAN, payment="first"))
    story.when(casualties("2026-03-03 10:00", deaths=3)).when(bounces("2026-03-04 09:00", "first"))
    clock = story.clock("SZ-20.6")
    assert (clock.running, clock.flags) == (True, ("emergency",))
