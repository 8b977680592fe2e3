"""SZ-20.2 runs once for each shortage: what turns out to be missing after a request wants a request of its own."""

from tests.support.acts import documents, intake, requests
from tests.support.story import Story, at, reported

from claims.domain.clock import Clock


def asked_and_arrived() -> Story:
    """`a` was missing, was asked for, and arrived."""
    story = reported().when(intake("2026-03-02 11:00", missing=("a",))).when(requests("2026-03-02 14:00", "a"))
    return story.when(documents("2026-03-03 09:00", "a"))


def clocks(story: Story) -> dict[str, Clock]:
    return {clock.scope: clock for clock in story.claim.clocks.values() if clock.rule == "SZ-20.2"}


def test_a_notice_that_names_something_else_missing_starts_another_clock() -> None:
    story = asked_and_arrived()
    first = clocks(story)[""]
    story.when(intake("2026-03-05 10:00", missing=("c",)))
    found = clocks(story)
    assert sorted(found) == ["", "2"]
    assert (found["2"].started_at, found["2"].running, found[""]) == (at("2026-03-05 10:00"), True, first)


def test_it_is_met_by_a_request_that_reaches_the_client_after_it_and_by_none_before() -> None:
    story = asked_and_arrived().when(intake("2026-03-05 10:00", missing=("c",)))
    late = requests("2026-03-05 11:00", "c", new_facts="新的事实", reached="2026-03-06 15:00")
    story.when(late, recorded="2026-03-06 16:00")
    second = clocks(story)["2"]
    assert (second.ended_as, second.ended_at) == ("met", at("2026-03-06 15:00"))
    assert clocks(story)[""].ended_at == at("2026-03-02 14:00")


def test_a_notice_that_names_what_was_asked_for_already_starts_nothing() -> None:
    story = asked_and_arrived().when(intake("2026-03-05 10:00", missing=("a",)))
    assert sorted(clocks(story)) == [""]


def test_a_first_shortage_is_not_met_by_an_earlier_request_for_something_else() -> None:
    story = reported().when(requests("2026-03-02 10:30", "a")).when(intake("2026-03-02 11:00", missing=("c",)))
    assert clocks(story)[""].running


def test_documents_that_are_not_all_of_what_was_asked_for_start_no_second_clock() -> None:
    story = reported().when(intake("2026-03-02 11:00", missing=("a", "b"))).when(requests("2026-03-02 14:00", "a", "b"))
    assert sorted(clocks(story.when(documents("2026-03-03 09:00", "a")))) == [""]


def test_a_second_shortage_that_late_facts_disprove_is_cancelled_as_it_began() -> None:
    story = asked_and_arrived().when(intake("2026-03-05 10:00", missing=("c",)))
    late = requests("2026-03-04 09:00", "c", new_facts="新的事实")
    second = clocks(story.when(late, recorded="2026-03-05 12:00"))["2"]
    assert (second.ended_as, second.ended_at) == ("cancelled", at("2026-03-05 10:00"))


def test_each_further_shortage_has_the_next_number() -> None:
    story = asked_and_arrived().when(intake("2026-03-05 10:00", missing=("c",)))
    story.when(requests("2026-03-05 11:00", "c", new_facts="新的事实")).when(intake("2026-03-06 10:00", missing=("d",)))
    assert {scope: clock.ended_as for scope, clock in clocks(story).items()} == {"": "met", "2": "met", "3": None}
