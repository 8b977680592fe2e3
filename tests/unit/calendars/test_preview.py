"""A preview is what recalculation then does: on whatever claims, by whatever notice, in parts of whatever size."""

import asyncio
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.story import MILLION, Story, a_report, at, ident, items, limits, policy, rulebooks
from tests.unit.api.fakes import row_of
from tests.unit.calendars.examples import OF_2027
from tests.unit.calendars.fakes import FakeCalendars, FakeClocks, FakePlanner, calendars

from claims.application import calendars as application
from claims.application.calendars import Calendars, Move, Notice, Reached
from claims.application.pages import BadCursor
from claims.application.rows import Scope
from claims.application.subjects import CLAIM
from claims.domain.calendar_notice import with_notice
from claims.domain.claim.clocks import clock_facts
from claims.domain.claim.commands.advance import RequestAdvance
from claims.domain.claim.commands.documents import RequestDocuments
from claims.domain.claim.commands.intake import NotifyIntake
from claims.domain.claim.evolve import fold
from claims.domain.claim.state import Claim
from claims.domain.claim.terms import Terms
from claims.domain.clock_facts import ClockRescheduled
from claims.domain.moments import to_shanghai
from claims.domain.policy.ledger import Ledger
from claims.domain.setting import Setting
from claims.domain.working_days import Calendar, CalendarDay, DayKind

ADMIN = Scope("admin")
NOTICES = st.dictionaries(
    st.dates(date(2026, 12, 1), date(2027, 3, 31)), st.sampled_from(DayKind), min_size=1, max_size=20
)
STARTS = st.lists(st.integers(0, 55), min_size=1, max_size=4, unique=True)
RICH = policy(limits=limits(rescue=3 * MILLION))
HOUR = timedelta(hours=1)


@cache
def a_claim(days_on: int) -> Claim:
    """Return a claim so many days after 1 November: an advance of ten working days, and documents asked for."""
    begin = at("2026-11-01 09:00") + timedelta(days=days_on)
    told = to_shanghai(begin).strftime("%Y-%m-%d %H:%M")
    story = Story(claim_id=ident(f"claim {days_on}"))
    story.when(a_report(told, accident=told, policy=RICH))
    asked = RequestAdvance(begin + HOUR, ident(f"rescue {days_on}"), "rescue", "insured", 2 * MILLION, (), None, None)
    story.when(asked)
    story.when(NotifyIntake(begin + 2 * HOUR, "construction", "covered", items("a"), items("a")))
    story.when(RequestDocuments(begin + 3 * HOUR, items("a"), begin + 3 * HOUR, None))
    return story.claim


def notice_of(days: dict[date, DayKind]) -> Notice:
    """A notice for 2027."""
    return Notice(2027, tuple(CalendarDay(on, kind, "通知", None) for on, kind in days.items()), "test")


def over(claims: Iterable[Claim], store: FakeCalendars | None = None) -> tuple[Calendars, FakePlanner]:
    """The handlers over these claims."""
    known = {claim.claim_id: claim for claim in claims}
    rows = [row_of(claim, clock) for claim in known.values() for clock in claim.clocks.values()]
    planner = FakePlanner(known)
    return calendars(store, FakeClocks(rows), planner), planner


async def whole(handlers: Calendars, notice: Notice, limit: int) -> list[Move]:
    """All parts of a preview."""
    moves: list[Move] = []
    after: Reached | None = None
    while True:
        part = await handlers.preview(ADMIN, notice, after, limit)
        assert len(part.moves) <= limit
        moves += part.moves
        if part.reached is None:
            return moves
        after = part.reached


def recalculated(claim: Claim, after: Calendar) -> tuple[Claim, list[ClockRescheduled]]:
    """A claim after recalculation, and the facts that moved its clocks."""
    terms = Terms(at(FakePlanner.now), rulebooks(), after, Ledger())
    setting = Setting(terms.now, terms.rulebooks, terms.calendar)
    facts = CLAIM.recalculated(claim, setting)
    later = fold(claim, ((fact, terms.now) for fact in facts))
    assert CLAIM.recalculated(later, setting) == (), "once is enough"
    assert not any(isinstance(fact, ClockRescheduled) for fact in clock_facts(later, terms))
    return later, [fact for fact in facts if isinstance(fact, ClockRescheduled)]


@settings(deadline=None, max_examples=60)
@given(STARTS, NOTICES, st.integers(1, 5))
def test_a_preview_equals_what_recalculation_then_does(
    starts: list[int], days: dict[date, DayKind], limit: int
) -> None:
    claims = [a_claim(each) for each in starts]
    store = FakeCalendars()
    handlers, _ = over(claims, store)
    moves = asyncio.run(whole(handlers, notice_of(days), limit))
    after = with_notice(store.versions[-1], 2027, notice_of(days).days)
    done = [(claim, *recalculated(claim, after)) for claim in claims]
    expected = {
        fact.clock_id: (fact.due_at, fact.due_date, fact.provisional)
        for claim, _, facts in done
        for fact in facts
        if (fact.due_at, fact.provisional) != (fact.due_before, claim.clocks[fact.clock_id].provisional)
    }
    assert {move.clock.clock_id: (move.due_at, move.due_date, move.provisional) for move in moves} == expected
    for claim, later, _ in done:
        for clock_id, clock in claim.clocks.items():
            moved = later.clocks[clock_id]
            assert moved.generation == clock.generation + (moved.due_at != clock.due_at)
            assert clock.running or moved == clock, "an ended clock is never rewritten"


async def test_a_part_looks_at_a_bounded_number_of_clocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(application, "LOOKED_AT", 2)
    handlers, _ = over([a_claim(1), a_claim(40)])
    part = await handlers.preview(ADMIN, Notice(2027, OF_2027, "test"), None, 50)
    assert part.reached is not None
    assert len(part.moves) <= 2


async def test_a_preview_is_begun_again_when_the_calendar_changed_meanwhile() -> None:
    store = FakeCalendars()
    handlers, _ = over([a_claim(40)], store)
    part = await handlers.preview(ADMIN, Notice(2027, OF_2027, "test"), None, 1)
    store.versions.append(
        with_notice(store.versions[-1], 2026, [CalendarDay(date(2026, 10, 1), DayKind.OFF, "x", None)])
    )
    with pytest.raises(BadCursor):
        await handlers.preview(ADMIN, Notice(2027, OF_2027, "test"), part.reached, 1)


async def test_claims_that_the_change_cannot_touch_are_not_read() -> None:
    handlers, planner = over([a_claim(0), a_claim(40)])
    await whole(handlers, Notice(2027, OF_2027, "test"), 50)
    assert set(planner.asked) == {a_claim(40).claim_id}


async def test_what_would_be_late_at_once_is_marked() -> None:
    """A day that becomes a working day brings the end forward, before now."""
    handlers, planner = over([a_claim(20)])
    (rescue,) = (clock for clock in a_claim(20).clocks.values() if clock.rule == "SZ-20.6")
    assert rescue.due_date == date(2026, 12, 4)
    planner.now = "2026-12-04 12:00"
    notice = Notice(
        2026, tuple(CalendarDay(date(2026, 11, day), DayKind.WORK, "x", None) for day in (22, 28, 29)), "test"
    )
    moves = {move.clock.rule: move for move in await whole(handlers, notice, 50)}
    assert moves["SZ-20.6"].due_date is not None
    assert moves["SZ-20.6"].due_date < date(2026, 12, 4)
    assert moves["SZ-20.6"].newly_late
    assert not moves["SZ-20.6"].late_no_more
