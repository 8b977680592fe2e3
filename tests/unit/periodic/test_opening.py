"""What a party comes to owe, when, and what it owes no longer."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.story import at, rulebooks
from tests.unit.periodic.oracle import TEXTS, due
from tests.unit.periodic.scenes import Tale

from claims.domain.errors import InvalidFact, RuleViolation
from claims.domain.periodic.submit import NOT_OVER
from claims.domain.rulebook import Every, Periodic

SHENZHEN, BEIJING = "440300", "110000"
WHERE = {"SZ": SHENZHEN, "BJ": BEIJING}
MOMENTS = st.datetimes(datetime(2025, 12, 1), datetime(2027, 2, 1))  # noqa: DTZ001 - text is made of them


def opened(found: list[tuple[str, str, str]]) -> list[tuple[str, str]]:
    """Periods that were opened, with their moments."""
    return [(about, moment) for what, about, moment in found if what == "PeriodOpened"]


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_two_years_open_every_period_of_the_text_once_and_in_order(name: str) -> None:
    tale = Tale(name)
    tale.register("2024-12-15 09:00", WHERE[name[:2]], kind="broker" if TEXTS[name][0] == "broker" else "insurer")
    found = opened(tale.look("2026-12-31 23:59"))
    assert [about for about, _ in found] == [about for first, _, about in due(name) if first.year < 2027]
    assert [moment for _, moment in found] == sorted(moment for _, moment in found)
    assert tale.look("2026-12-31 23:59") == []


@given(st.sampled_from(sorted(TEXTS)), st.lists(MOMENTS, min_size=1, max_size=8))
def test_however_often_a_worker_looks_the_same_is_opened(name: str, moments: list[datetime]) -> None:
    tales = [Tale(name), Tale(name)]
    for tale in tales:
        tale.register("2025-12-15 09:00", WHERE[name[:2]], kind="broker" if TEXTS[name][0] == "broker" else "insurer")
    looks = [f"{each:%Y-%m-%d %H:%M}" for each in sorted(moments)]
    often = [each for look in looks for each in tales[0].look(look)]
    assert often == tales[1].look(looks[-1])


def test_a_window_whose_warning_lies_before_it_is_opened_with_the_warning() -> None:
    tale = Tale("BJ-6.3m")
    tale.register("2026-09-20 09:00", BEIJING)
    assert tale.look("2026-09-29 23:59") == []
    assert tale.looked_at_next("2026-09-29 23:59") == at("2026-09-30 00:00").astimezone(UTC)
    assert tale.look("2026-09-30 00:00") == [("PeriodOpened", "2026-09", "2026-09-30 00:00")]
    clock = tale.clock("2026-09")
    assert (clock.started_at, clock.due_date) == (at("2026-10-01 00:00"), date(2026, 10, 5))
    assert clock.marks[0] == at("2026-09-30 00:00")


def test_whoever_registers_behind_that_warning_and_before_the_window_owes_it_all_the_same() -> None:
    tale = Tale("BJ-6.3m")
    tale.register("2026-09-30 15:00", BEIJING)
    assert tale.look("2026-09-30 15:00") == [("PeriodOpened", "2026-09", "2026-09-30 00:00")]


@pytest.mark.parametrize(
    ("registered", "active_from", "first"),
    [
        ("2026-04-01 00:00", date(2020, 1, 1), "2026-Q1"),
        ("2026-04-01 00:01", date(2020, 1, 1), "2026-Q2"),
        ("2026-03-31 09:00", date(2026, 4, 1), "2026-Q1"),
        ("2026-03-31 09:00", date(2026, 4, 2), "2026-Q2"),
    ],
)
def test_a_period_is_owed_by_who_is_registered_and_active_when_its_window_begins(
    registered: str, active_from: date, first: str
) -> None:
    tale = Tale("SZ-28.1q")
    tale.register(registered, SHENZHEN, active_from=active_from)
    assert opened(tale.look("2026-09-01 00:00"))[0][0] == first


@pytest.mark.parametrize("region", ["440300", "440305", "440000", "000000"])
def test_a_wider_and_a_narrower_region_owe_and_another_does_not(region: str) -> None:
    tale, other = Tale("SZ-28.1q"), Tale("SZ-28.1q")
    tale.register("2026-03-01 00:00", region)
    other.register("2026-03-01 00:00", "110000", "440100")
    assert len(tale.look("2026-04-01 00:00")) == 1
    assert other.look("2026-04-01 00:00") == []


def test_only_the_one_that_the_rule_names_owes_it() -> None:
    insurer, broker = Tale("SZ-25"), Tale("BJ-6.3m")
    insurer.register("2026-03-01 00:00", SHENZHEN)
    broker.register("2026-03-01 00:00", BEIJING, kind="broker")
    assert insurer.look("2026-04-06 00:00") == broker.look("2026-04-06 00:00") == []
    either = Tale("SZ-28.3")
    either.register("2026-03-01 00:00", SHENZHEN, kind="broker")
    either.look("2026-04-01 00:00")
    assert either.clock("2026-Q1").responsible == "broker"


def test_who_leaves_the_region_owes_no_longer_from_that_moment_on_and_nothing_new() -> None:
    tale = Tale("SZ-28.1q")
    tale.register("2026-03-01 00:00", SHENZHEN, BEIJING)
    tale.look("2026-04-01 00:00")
    tale.register("2026-04-07 15:00", BEIJING)
    assert tale.look("2026-08-01 00:00") == [("PeriodLapsed", "2026-Q1", "2026-04-07 15:00")]
    clock = tale.clock("2026-Q1")
    assert (clock.ended_as, clock.ended_at) == ("cancelled", at("2026-04-07 15:00"))


def test_what_opened_while_no_worker_ran_is_opened_before_it_lapses() -> None:
    tale = Tale("SZ-28.1q")
    tale.register("2026-03-01 00:00", SHENZHEN)
    tale.register("2026-07-05 12:00")
    assert tale.look("2026-11-01 00:00") == [
        ("PeriodOpened", "2026-Q1", "2026-04-01 00:00"),
        ("PeriodOpened", "2026-Q2", "2026-07-01 00:00"),
        ("PeriodLapsed", "2026-Q1", "2026-07-05 12:00"),
        ("PeriodLapsed", "2026-Q2", "2026-07-05 12:00"),
    ]


def test_a_first_active_day_that_moves_into_the_future_ends_what_runs() -> None:
    tale = Tale("SZ-28.1q")
    tale.register("2026-03-01 00:00", SHENZHEN)
    tale.look("2026-04-01 00:00")
    tale.register("2026-04-02 00:00", SHENZHEN, active_from=date(2027, 1, 1))
    assert tale.look("2026-12-31 00:00") == [("PeriodLapsed", "2026-Q1", "2026-04-02 00:00")]


def test_a_report_that_was_handed_in_does_not_lapse() -> None:
    tale = Tale("SZ-28.1q")
    tale.register("2026-03-01 00:00", SHENZHEN)
    tale.look("2026-04-01 00:00")
    assert tale.submit("2026-Q1", "2026-04-02 09:00").ended_as == "met"
    tale.register("2026-04-03 00:00", BEIJING)
    assert tale.look("2026-04-04 00:00") == []


def test_a_report_from_before_the_party_left_counts_though_it_is_recorded_after() -> None:
    tale = Tale("SZ-28.1q")
    tale.register("2026-03-01 00:00", SHENZHEN)
    tale.look("2026-04-01 00:00")
    tale.register("2026-04-03 00:00")
    tale.look("2026-04-03 00:01")
    assert tale.clock("2026-Q1").ended_as == "cancelled"
    assert tale.submit("2026-Q1", "2026-04-02 17:00", "2026-04-06 09:00").ended_as == "met"


def test_a_rule_that_changes_its_rhythm_goes_on_with_the_next_window_and_running_clocks_stay() -> None:
    tale = Tale("SZ-28.1q")
    old = rulebooks()["shenzhen-2018@2"]
    newer = replace(old, version=3, applied_from=date(2026, 8, 1))
    tale.books = {**rulebooks(), "shenzhen-2018@3": newer}
    tale.with_rule("shenzhen-2018@3", periodic=Periodic(Every.MONTH, "period_before", 1, 8))
    tale.register("2026-06-15 00:00", SHENZHEN)
    found = opened(tale.look("2026-10-01 00:00"))
    assert [about for about, _ in found] == ["2026-Q2", "2026-07", "2026-08", "2026-09"]
    assert tale.clock("2026-Q2").rulebook == "shenzhen-2018@2"
    assert (tale.clock("2026-09").rulebook, tale.clock("2026-09").due_date) == ("shenzhen-2018@3", date(2026, 10, 8))


def test_a_worker_looks_again_at_the_next_opening_and_after_a_year_at_the_latest() -> None:
    tale = Tale("SZ-28.1y")
    tale.register("2026-03-01 00:00", SHENZHEN)
    assert tale.looked_at_next("2026-03-02 00:00") == at("2027-01-01 00:00")
    tale.register("2026-03-03 00:00")
    assert tale.looked_at_next("2026-03-04 00:00") == at("2026-03-04 00:00") + timedelta(days=400)


def test_a_code_is_an_insurers_or_a_brokers_for_good_and_begins_with_a_region() -> None:
    tale = Tale("SZ-28.1q")
    with pytest.raises(InvalidFact, match="/regions"):
        tale.register("2026-03-01 00:00")
    tale.register("2026-03-01 00:00", BEIJING, SHENZHEN, SHENZHEN)
    assert tale.party.standing is not None
    assert tale.party.standing.regions == (BEIJING, SHENZHEN)
    tale.register("2026-03-02 00:00", SHENZHEN, BEIJING)
    assert tale.party.version == 1, "the same again changes nothing"
    with pytest.raises(RuleViolation, match="insurer"):
        tale.register("2026-03-03 00:00", SHENZHEN, kind="broker")


@pytest.mark.parametrize(
    ("rule", "about", "too_early"),
    [
        ("SZ-28.1q", "2026-Q1", "2026-03-31 23:59"),
        ("SZ-28.3", "2026-Q1", "2026-01-01 00:00"),
        ("BJ-6.3m", "2026-03", "2026-03-31 23:59"),
    ],
)
def test_a_report_about_a_period_that_is_not_over_cannot_be_handed_in(rule: str, about: str, too_early: str) -> None:
    tale = Tale(rule)
    tale.register("2026-03-01 00:00", WHERE[rule[:2]])
    tale.look("2026-04-01 00:00")
    with pytest.raises(RuleViolation, match="is over at 2026-04-01T00:00:00") as refused:
        tale.submit(about, too_early, "2026-04-02 09:00")
    assert refused.value.rule is NOT_OVER
    assert tale.submit(about, "2026-04-01 00:00", "2026-04-02 09:00").ended_as == "met"


@pytest.mark.parametrize(("rule", "about"), [("SZ-25", "2026-Q2"), ("SZ-28.2", "2027")])
def test_a_plan_for_the_period_that_has_begun_may_come_while_it_lasts_and_before(rule: str, about: str) -> None:
    for moment in ("2026-12-20 09:00", "2027-01-02 09:00") if rule == "SZ-28.2" else ("2026-03-20 09:00",):
        tale = Tale(rule)
        tale.register("2026-03-01 00:00", SHENZHEN, kind="broker")
        tale.look("2027-01-03 00:00")
        assert tale.submit(about, moment, "2027-01-03 00:00").ended_as == "met"


@pytest.mark.parametrize("moment", ["2026-04-11 00:00", "2026-04-10 23:59"])
def test_the_date_ends_at_midnight(moment: str) -> None:
    tale = Tale("SZ-28.1q")
    tale.register("2026-03-01 00:00", SHENZHEN)
    tale.look("2026-04-01 00:00")
    clock = tale.submit("2026-Q1", moment, "2026-04-11 09:00")
    in_time = clock.ended_at is not None and clock.ended_at < clock.marks[3]
    assert in_time is (moment == "2026-04-10 23:59")
