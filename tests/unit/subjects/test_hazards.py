"""A major hazard source or hidden danger is reported in writing in three working days."""

from datetime import date
from typing import Any

import pytest
from tests.support.story import at, calendar, ident, rulebooks
from tests.unit.calendars.examples import OF_2027, off, work

from claims.application.subjects import HAZARD
from claims.domain.calendar_notice import with_notice
from claims.domain.clock import Clock
from claims.domain.errors import InvalidFact
from claims.domain.hazard.commands import FindHazard, ReportHazard, decide
from claims.domain.hazard.events import Insured
from claims.domain.hazard.state import Hazard, Status
from claims.domain.setting import Setting

NOW = "2026-06-01 12:00"


def after(hazard: Hazard, command: FindHazard | ReportHazard, now: str = NOW) -> Hazard:
    """The hazard after a command, its clocks following."""
    setting = Setting(at(now), rulebooks(), calendar())
    said = HAZARD.folded(hazard, decide(hazard, command, setting), command.occurred_at)
    return HAZARD.folded(said, HAZARD.following(said, setting), command.occurred_at)


def found(when: str = "2026-02-13 10:00", now: str = NOW, **changes: Any) -> Hazard:
    """A hidden danger that the broker found."""
    stated: dict[str, Any] = {
        "occurred_at": at(when),
        "party": "mingya",
        "party_kind": "broker",
        "region": "440300",
        "kind": "hidden_danger",
        "insured": Insured("某化工厂", "91440300MA5F00000X"),
        "place": "二号仓库",
        "description": "消防通道堵塞",
    }
    return after(Hazard(ident("hazard")), FindHazard(**(stated | changes)), now)


def reported(hazard: Hazard, when: str) -> Hazard:
    """The hazard after a written report."""
    return after(hazard, ReportHazard(at(when), ("市安责险联席会议办公室",), "R-1", None, None))


def the_clock(hazard: Hazard) -> Clock:
    """The one clock."""
    (clock,) = hazard.clocks.values()
    return clock


def test_the_report_is_owed_in_three_working_days_by_whoever_found_it() -> None:
    clock = the_clock(found())
    # Saturday the 14th is worked, the week of the Spring Festival is not
    assert (clock.rule, clock.due_date, clock.responsible) == ("SZ-28.4", date(2026, 2, 25), "broker")
    assert the_clock(found(party="picc-sz", party_kind="insurer")).responsible == "insurer"


def test_the_first_report_meets_it_and_a_later_one_supplements_it() -> None:
    hazard = reported(reported(found(), "2026-02-14 10:00"), "2026-02-25 10:00")
    clock = the_clock(hazard)
    assert (clock.ended_as, clock.ended_at) == ("met", at("2026-02-14 10:00"))
    assert (hazard.status, len(hazard.reports)) == (Status.REPORTED, 2)


def test_a_report_that_is_recorded_late_counts_as_of_its_moment() -> None:
    hazard = reported(reported(found(), "2026-04-01 10:00"), "2026-02-14 10:00")
    assert the_clock(hazard).ended_at == at("2026-02-14 10:00")


@pytest.mark.parametrize("when", ["2026-02-13 09:59", "2026-06-01 12:02"])
def test_a_report_before_the_finding_or_in_the_future_cannot_be(when: str) -> None:
    with pytest.raises(InvalidFact, match="/occurred_at"):
        reported(found(), when)


def test_a_new_calendar_moves_the_clock_of_a_hazard() -> None:
    hazard = found("2026-12-18 10:00", now="2026-12-18 12:00")
    assert (the_clock(hazard).due_date, the_clock(hazard).provisional) == (date(2026, 12, 23), True)
    later = with_notice(calendar(), 2027, (*OF_2027, *off("2026-12-21"), *work("2026-12-26")))
    setting = Setting(at("2026-12-18 13:00"), rulebooks(), later)
    moved = HAZARD.folded(hazard, HAZARD.recalculated(hazard, setting), setting.now)
    clock = the_clock(moved)
    assert (clock.due_date, clock.provisional, clock.generation) == (date(2026, 12, 24), False, 2)
    assert HAZARD.recalculated(moved, setting) == (), "once is enough"
