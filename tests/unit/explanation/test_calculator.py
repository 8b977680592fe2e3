"""The due-date calculator against a count that shares nothing with it: every start day, every edge of a bracket."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from types import MappingProxyType

import pytest
from tests.support.service import PackagedReference
from tests.support.story import at, calendar, rulebooks
from tests.unit.working_days import oracle

from claims.application.explanations import DueDate, Explanations
from claims.domain.errors import InvalidFact
from claims.domain.moments import SHANGHAI
from claims.domain.rulebook import Obligation, Unit, rulebooks_for

EVERY_DAY = [date(2025, 1, 1) + timedelta(days=n) for n in range(730)]
REGIONS = ("440300", "110000")
CLOCKS = ("00:00", "23:59")
"""The first and the last minute of a day in Shanghai, which is another one in UTC: in turn."""


class Unasked:
    """Neither calendars of the past nor subjects: a calculation needs none."""

    async def version(self, version: int) -> object:
        raise AssertionError(version)

    async def found(self, scope: object, subject: object) -> object:
        raise AssertionError(subject)


REFERENCE = PackagedReference(MappingProxyType(dict(rulebooks())), calendar())
CALCULATOR = Explanations(REFERENCE, Unasked(), Unasked())  # type: ignore[arg-type]


def obligations(region: str, started_at: datetime) -> Iterator[Obligation]:
    for book in rulebooks_for(rulebooks().values(), region, started_at):
        yield from (each for each in book.obligations if each.brackets)


def edges(obligation: Obligation) -> list[tuple[int | None, int]]:
    """Return amounts in fen on every edge and around it, and which bracket each stands in."""
    if len(obligation.brackets) == 1:
        return [(None, 0)]
    tops = [each.up_to for each in obligation.brackets if each.up_to is not None]
    found: list[tuple[int | None, int]] = [(1, 0)]
    for number, top in enumerate(tops):
        found += [(top - 1, number), (top, number), (top + 1, number + 1)]
    return found


def expected(day: date, started_at: datetime, amount: int, unit: Unit) -> date | datetime | None:
    if unit is Unit.WORKING_DAYS:
        return oracle.after_working_days(day, amount)
    if unit is Unit.CALENDAR_DAYS:
        return oracle.after_calendar_days(day, amount)
    if unit is Unit.HOURS:
        return started_at + timedelta(hours=amount)
    if unit is Unit.YEARS:
        return _worked_from(day.replace(year=day.year + amount))
    return started_at


def _worked_from(day: date) -> date:
    """Return the first working day from a day on, by weekends alone where no holiday is published."""
    while day not in KNOWN if day <= oracle.WORKED[-1] else day.isoweekday() > 5:
        day += timedelta(days=1)
    return day


KNOWN = frozenset(oracle.WORKED)


def says(found: DueDate) -> date | datetime | None:
    return found.plan.due_date or found.plan.due_at


@pytest.mark.parametrize("region", REGIONS)
def test_the_calculator_agrees_with_the_oracle_on_every_start_day_and_every_edge_of_a_bracket(
    region: str,
) -> None:
    for number, day in enumerate(EVERY_DAY):
        clock = CLOCKS[number % 2]
        started_at = datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=SHANGHAI)
        for obligation in obligations(region, started_at):
            for amount, bracket in edges(obligation):
                limit = obligation.brackets[bracket].limit
                found = CALCULATOR.due_date(obligation.id, region, started_at, amount)
                assert found.limit == limit
                assert says(found) == expected(day, started_at, limit.amount, limit.unit), (day, obligation.id)


def test_the_rules_of_both_places_count_in_hours_in_days_and_in_years() -> None:
    rules = [each for region in REGIONS for each in obligations(region, at("2026-03-02 10:00"))]
    assert {bracket.limit.unit for each in rules for bracket in each.brackets} == set(Unit) - {Unit.FIRST_DAYS}


def test_exactly_a_million_takes_the_shorter_clock_and_a_fen_more_the_longer_one() -> None:
    start = at("2026-02-13 10:00")
    exact = CALCULATOR.due_date("SZ-20.6", "440300", start, 100_000_000)
    above = CALCULATOR.due_date("SZ-20.6", "440300", start, 100_000_001)
    assert exact.plan.due_date == date(2026, 2, 27)
    assert above.plan.due_date == date(2026, 3, 5)


@pytest.mark.parametrize(("start", "provisional"), [("2026-12-06 23:59", False), ("2026-12-07 00:00", True)])
def test_ten_working_days_are_provisional_from_the_seventh_of_december(start: str, provisional: bool) -> None:
    found = CALCULATOR.due_date("SZ-20.6", "440300", at(start), 100_000_001)
    assert found.plan.provisional is provisional


@pytest.mark.parametrize(("rule", "region"), [("SZ-99", "440300"), ("SZ-20.6", "110000"), ("", "440300")])
def test_a_rule_that_is_not_applied_there_is_refused_by_its_name(rule: str, region: str) -> None:
    with pytest.raises(InvalidFact, match="/rule"):
        CALCULATOR.due_date(rule, region, at("2026-03-02 10:00"), 1)


def test_a_limit_that_goes_by_the_amount_asks_for_it() -> None:
    with pytest.raises(InvalidFact, match="/amount"):
        CALCULATOR.due_date("SZ-20.6", "440300", at("2026-03-02 10:00"), None)


def test_a_rule_without_a_period_says_that_there_is_nothing_to_count() -> None:
    idle = [
        each.id for book in rulebooks().values() for each in book.obligations if not (each.brackets or each.periodic)
    ]
    for rule in idle:
        with pytest.raises(InvalidFact, match="/rule"):
            CALCULATOR.due_date(rule, "440300", at("2026-03-02 10:00"), None)
