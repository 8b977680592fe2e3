"""Status, level and binding of a clock, against the words of the table of clocks."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.story import at, reported, rulebooks
from tests.unit.api.fakes import row_of

from claims.api.render_clock import claim_clocks, clock_rows, has_rivals
from claims.application.calls import Standing
from claims.application.clock_status import binding_ids, status_of
from claims.domain.clock import Clock
from claims.domain.moments import NEVER
from claims.domain.rulebook import Obligation, Rulebook

STORY = reported()
TARGET = STORY.clock("SZ-20.1")
SERVICE = replace(TARGET, tier="service")
BREACH = TARGET.marks[3]
AN_INSTANT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("level", "target", "service"),
    [
        (0, "open", "open"),
        (1, "at_risk", "at_risk"),
        (3, "at_risk", "at_risk"),
        (4, "missed", "overdue"),
        (6, "missed", "overdue"),
    ],
)
def test_a_running_clock_goes_by_its_level_and_its_tier(level: int, target: str, service: str) -> None:
    assert status_of(TARGET, level) == target
    assert status_of(SERVICE, level) == service


@pytest.mark.parametrize("level", [0, 6])
def test_an_ended_clock_goes_by_how_it_ended_whatever_its_level(level: int) -> None:
    in_time = replace(SERVICE, ended_as="met", ended_at=BREACH - AN_INSTANT)
    assert status_of(in_time, level) == "met"
    assert status_of(replace(in_time, ended_at=BREACH), level) == "met_late"
    assert status_of(replace(in_time, ended_as="extended"), level) == "extended"
    assert status_of(replace(in_time, ended_as="cancelled", ended_at=BREACH), level) == "cancelled"


def _standing(clock: Clock, judged_at: datetime) -> Standing:
    claim = replace(STORY.claim, clocks={clock.clock_id: clock})
    return Standing("picc-sz", claim, STORY.ledger, judged_at)


@given(st.sampled_from(range(6)), st.sampled_from([-1, 0, 1]))
def test_without_the_watchs_word_the_marks_that_had_passed_say_the_level(number: int, microseconds: int) -> None:
    judged_at = TARGET.marks[number] + timedelta(microseconds=microseconds)
    level = claim_clocks(_standing(TARGET, judged_at), rulebooks(), "insurer")[0]["level"]
    assert level == min(4, sum(1 for mark in TARGET.marks if mark <= judged_at)), "a target ends with its miss"
    level = claim_clocks(_standing(SERVICE, judged_at), rulebooks(), "insurer")[0]["level"]
    assert level == sum(1 for mark in SERVICE.marks if mark <= judged_at)


def test_a_clock_that_ended_stays_at_the_level_at_which_it_ended() -> None:
    ended = replace(TARGET, ended_as="met", ended_at=BREACH - AN_INSTANT)
    clock = claim_clocks(_standing(ended, at("2027-01-01 00:00")), rulebooks(), "insurer")[0]
    assert (clock["status"], clock["breached_at"], clock["level"]) == ("met", None, 3)
    assert clock["fulfilled_at"] == "2026-03-03T23:59:59.999999+08:00"
    late = replace(ended, ended_as="cancelled", ended_at=BREACH, tier="service")
    clock = claim_clocks(_standing(late, at("2027-01-01 00:00")), rulebooks(), "insurer")[0]
    assert (clock["status"], clock["fulfilled_at"]) == ("cancelled", None)
    assert clock["breached_at"] == "2026-03-04T00:00:00+08:00"


def test_a_rulebook_that_this_process_does_not_know_yet_leaves_the_clock_readable() -> None:
    clock = claim_clocks(_standing(TARGET, at("2026-03-02 11:00")), {}, "insurer")[0]
    assert (clock["title"], clock["citation"]) == ({"zh": "SZ-20.1", "en": "SZ-20.1"}, "shenzhen-2018@2")


def _with_law() -> dict[str, Rulebook]:
    """A second text whose clock is met by the same act."""
    book = rulebooks()["shenzhen-2018@2"]
    ours: Obligation = book.obligation("SZ-20.1")
    law = replace(book, id="law", obligations=(replace(ours, id="IL-1"), replace(ours, id="IL-2", met_by=("x",))))
    return {book.reference: book, law.reference: law}


def test_of_the_clocks_that_one_act_meets_the_one_that_ends_first_binds() -> None:
    earlier = replace(TARGET, clock_id=STORY.claim.claim_id, rule="IL-1", rulebook="law@2", due_at=TARGET.started_at)
    assert binding_ids([TARGET, earlier], _with_law()) == {earlier.clock_id}
    ended = replace(earlier, ended_at=TARGET.started_at, ended_as="met")
    assert binding_ids([TARGET, ended], _with_law()) == {TARGET.clock_id}
    other_advance = replace(earlier, scope="another")
    assert binding_ids([TARGET, other_advance], _with_law()) == {TARGET.clock_id, earlier.clock_id}
    other_act = replace(earlier, rule="IL-2")
    assert binding_ids([TARGET, other_act], _with_law()) == {TARGET.clock_id, earlier.clock_id}


def test_only_a_rule_with_a_rival_needs_a_look_at_the_other_clocks() -> None:
    row = row_of(STORY.claim, TARGET)
    assert not has_rivals(row, rulebooks())
    assert has_rivals(row, _with_law())
    assert not has_rivals(row, {})


def test_targets_and_provisional_clocks_never_leave_the_insurer() -> None:
    now = at("2026-03-02 11:00")
    brokers = replace(TARGET, responsible="broker")
    for clock, sees in (
        (SERVICE, {"insurer", "operations", "admin", "broker", "regulator"}),
        (TARGET, {"insurer", "operations", "admin"}),
        (brokers, {"insurer", "operations", "admin", "broker"}),
        (replace(SERVICE, provisional=True), {"insurer", "operations", "admin"}),
    ):
        roles = ("insurer", "operations", "admin", "broker", "regulator")
        shown = {role for role in roles if claim_clocks(_standing(clock, now), rulebooks(), role)}
        assert shown == sees


def test_a_provisional_clock_met_after_its_due_moment_was_met_late() -> None:
    open_ended = replace(SERVICE, provisional=True, marks=(*SERVICE.marks[:3], NEVER, NEVER, NEVER), ended_as="met")
    for microseconds, status in ((-1, "met"), (0, "met_late")):
        ended = replace(open_ended, ended_at=SERVICE.due_at + timedelta(microseconds=microseconds))
        assert status_of(ended, 0) == status


def test_the_moment_of_a_breach_is_what_was_recorded_and_not_todays_mark() -> None:
    recorded = BREACH + timedelta(days=1)
    row = replace(row_of(STORY.claim, SERVICE, level=4), breached_at=recorded)
    (shown,) = clock_rows([row], rulebooks(), frozenset())
    assert shown["breached_at"] == "2026-03-05T00:00:00+08:00"
