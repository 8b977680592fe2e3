"""Every obligation of every rulebook over REST: met in time, met late, never met, extended, cancelled.

One sandbox lives from New Year's Eve 2025 to March 2026, and every scenario is played on it, each with its own claim.
What is due when was worked out by hand, and is counted a second time by an oracle that shares nothing with the product.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import timedelta
from decimal import Decimal
from typing import TypeAlias

import pytest
from tests.acceptance.obligations import reckoning
from tests.acceptance.obligations.hearing import INSIDE, OUTSIDE, Audience, who_hears
from tests.acceptance.obligations.new_years_eve import BEGUN, LAST_DAYS
from tests.acceptance.obligations.playing import HEARD, Played, Stage
from tests.acceptance.obligations.reckoning import BREACHABLE, SHOWN_ONLY, moment
from tests.acceptance.obligations.regulation import SCENARIOS
from tests.acceptance.obligations.telling import Case, End, Scenario
from tests.support.callers import Callers
from tests.support.machine import Json, running

from anze.demo.receiver import Receiver

Clocks: TypeAlias = Mapping[tuple[str, str, str | None], Json]
Log: TypeAlias = Mapping[str, list[Json]]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Everything has happened, and has been told to whom it concerns."""
    with pytest.MonkeyPatch.context() as patched:
        for name in ("CLAIMS_DATABASE_URL", "NOTIFICATIONS_DATABASE_URL"):
            patched.delenv(name, raising=False)
        data = tmp_path_factory.mktemp("obligations") / "data"
        with (
            Receiver((*INSIDE, *OUTSIDE)) as receiver,
            running(data, BEGUN) as instance,
            closing(Callers(instance)) as callers,
        ):
            made = Stage(callers, Audience(callers, receiver))
            made.play(SCENARIOS)
            yield made


@pytest.fixture(scope="module")
def clocks(stage: Stage) -> Clocks:
    """Every clock as it stands in March 2026, by what it is about and its rule."""
    return stage.clocks()


@pytest.fixture(scope="module")
def log(stage: Stage) -> Log:
    """Every event, by its stream."""
    return stage.log()


@pytest.fixture
def one(stage: Stage, scenario: Scenario) -> Played:
    """The scenario as it was played."""
    return stage.played[scenario.words]


@pytest.fixture
def clock(one: Played, clocks: Clocks) -> Json:
    """The clock that the scenario is about."""
    return clocks[one.clock]


def ending(*ends: End, tiers: frozenset[str] | None = None) -> pytest.MarkDecorator:
    """Every scenario with one of these ends."""
    wanted = [one for one in SCENARIOS if one.end in ends and (tiers is None or one.case.tier in tiers)]
    return pytest.mark.parametrize("scenario", wanted, ids=lambda one: one.words)


def happened(clock: Json, log: Log) -> list[tuple[str, object]]:
    """What the watch said of a clock, and when that was."""
    return [(event["name"], moment(event["occurred_at"])) for event in log.get(clock["id"], ())]


def at_risk(case: Case) -> list[tuple[str, object]]:
    """What the watch says before the end."""
    return [("clock_at_risk", when) for when in reckoning.warnings(case)]


@ending(End.MET)
def test_what_is_done_ten_minutes_before_the_end_is_met_in_time(clock: Json, scenario: Scenario) -> None:
    assert (clock["status"], moment(clock["fulfilled_at"])) == ("met", scenario.done_at)
    assert clock["breached_at"] is clock["withdrawn_at"] is None


@ending(End.MET_LATE)
def test_what_is_done_ten_minutes_after_the_end_is_met_late_and_the_breach_stays(
    clock: Json, scenario: Scenario
) -> None:
    assert (clock["status"], moment(clock["fulfilled_at"])) == ("met_late", scenario.done_at)
    assert moment(clock["breached_at"]) == reckoning.breach(scenario.case)
    assert clock["withdrawn_at"] is None


@ending(End.TOLD_LATE)
def test_what_was_done_in_time_and_is_told_late_withdraws_the_breach(clock: Json, scenario: Scenario, log: Log) -> None:
    assert (clock["status"], moment(clock["fulfilled_at"])) == ("met", scenario.done_at)
    assert clock["breached_at"] is None
    withdrawn = moment(clock["withdrawn_at"])
    assert withdrawn is not None
    assert scenario.told_at <= withdrawn < scenario.told_at + timedelta(minutes=10)
    names = (
        ["clock_missed", "miss_withdrawn"] if scenario.case.tier == "target" else ["clock_breached", "breach_withdrawn"]
    )
    assert [name for name, _ in happened(clock, log)][-2:] == names


@ending(End.NEVER, tiers=BREACHABLE)
def test_what_is_never_done_is_breached_at_the_end_and_escalated_twice(
    clock: Json, scenario: Scenario, log: Log
) -> None:
    assert (clock["status"], clock["level"], clock["fulfilled_at"]) == ("overdue", 6, None)
    assert moment(clock["breached_at"]) == reckoning.breach(scenario.case)
    escalated = [("clock_escalated", when) for when in reckoning.escalations(scenario.case)]
    breached = ("clock_breached", reckoning.breach(scenario.case))
    assert happened(clock, log) == [*at_risk(scenario.case), breached, *escalated]


@ending(End.NEVER, tiers=frozenset({"target"}))
def test_a_target_that_is_never_met_is_missed_and_never_called_a_breach(
    clock: Json, scenario: Scenario, log: Log
) -> None:
    assert (clock["status"], clock["level"], clock["fulfilled_at"]) == ("missed", 4, None)
    assert clock["breached_at"] is None
    assert happened(clock, log) == [*at_risk(scenario.case), ("clock_missed", scenario.case.due)]


@ending(End.NEVER, tiers=frozenset({SHOWN_ONLY}))
def test_a_lapse_is_shown_and_nothing_happens_when_it_comes(clock: Json, log: Log) -> None:
    assert (clock["status"], clock["level"], clock["breached_at"]) == ("open", 0, None)
    assert happened(clock, log) == []


@ending(End.CANCELLED)
def test_what_ends_the_obligation_before_its_end_cancels_it_without_a_breach(clock: Json) -> None:
    assert clock["status"] == "cancelled"
    assert clock["fulfilled_at"] is clock["breached_at"] is clock["withdrawn_at"] is None


@ending(End.CANCELLED_LATE)
def test_what_ends_the_obligation_after_its_end_leaves_the_breach_that_stands(clock: Json, scenario: Scenario) -> None:
    assert clock["status"] == "cancelled"
    assert moment(clock["breached_at"]) == reckoning.breach(scenario.case)
    assert clock["fulfilled_at"] is clock["withdrawn_at"] is None


@ending(End.EXTENDED)
def test_a_notice_before_the_end_extends_it_and_that_is_final(clock: Json) -> None:
    assert clock["status"] == "extended"
    assert clock["fulfilled_at"] is clock["breached_at"] is clock["withdrawn_at"] is None


@ending(End.EXTENDED_LATE)
def test_a_notice_after_the_end_extends_nothing(clock: Json, scenario: Scenario) -> None:
    assert (clock["status"], clock["level"]) == ("overdue", 6)
    assert moment(clock["breached_at"]) == reckoning.breach(scenario.case)


@ending(End.REFUSED)
def test_what_cannot_end_it_any_more_is_refused_and_its_clock_goes_on(
    clock: Json, one: Played, scenario: Scenario
) -> None:
    assert one.refusal is not None
    assert (one.refusal["status"], one.refusal["type"]) == (409, f"urn:anze:problem:{scenario.refused_as}")
    assert clock["status"] == ("missed" if scenario.case.tier == "target" else "overdue")


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.words)
def test_it_is_due_on_the_day_that_was_worked_out_by_hand(clock: Json, scenario: Scenario) -> None:
    case = scenario.case
    assert clock["due_date"] == (str(case.last_day) if case.last_day else None)
    assert moment(clock["due_at"]) == case.due
    assert clock["limit"] == reckoning.limit(case.within)
    assert (clock["tier"], clock["responsible"]) == (case.tier, case.owed_by)
    assert clock["provisional"] is (case.last_day is not None and case.last_day.year > 2026)


@pytest.mark.parametrize("within", LAST_DAYS)
def test_the_days_that_were_worked_out_by_hand_are_those_of_the_oracle(within: str) -> None:
    assert reckoning.last_day(within, BEGUN.date()) == LAST_DAYS[within]


@ending(*HEARD)
def test_everybody_who_is_to_hear_of_it_hears_and_nobody_else(stage: Stage, one: Played, clock: Json, log: Log) -> None:
    named = who_hears(one.scenario.case)
    said = [(name.replace("_", ".", 1), when) for name, when in happened(clock, log)]
    assert stage.audience.of(clock["id"]) == {(kind, when, role) for kind, when in said for role in named[kind]}


def test_every_report_is_announced_to_those_who_write_it_and_to_nobody_else(stage: Stage, clocks: Clocks) -> None:
    reports = {clocks[one.clock]["id"] for one in stage.played.values() if one.heard and one.scenario.case.is_report}
    announced = {(heard.clock, heard.role) for heard in stage.audience.everything if heard.kind == "report.due"}
    assert reports
    assert announced >= {(report, role) for report in reports for role in ("operations", "compliance")}
    assert {role for _, role in announced} == {"operations", "compliance"}


def test_nothing_of_a_target_left_the_insurer(stage: Stage) -> None:
    everything = stage.audience.everything
    assert {heard.role for heard in everything if heard.tier == "target"} == {"operations", "compliance"}
    of_clocks = [heard for heard in everything if heard.role in OUTSIDE and heard.kind != "heartbeat"]
    assert {heard.tier for heard in of_clocks} == BREACHABLE
    assert {heard.kind for heard in of_clocks} == {"clock.breached", "clock.escalated", "breach.withdrawn"}


@ending(End.NEVER)
def test_a_clock_by_itself_and_among_those_of_its_subject_says_the_same(stage: Stage, one: Played, clock: Json) -> None:
    explained = stage.callers.read(f"/v1/clocks/{clock['id']}", "admin")
    explanation = explained.pop("explanation")
    assert explained == clock
    assert explanation[-1]["kind"] in {"end", "provisional", "immediate"}
    if clock["claim_id"] is not None:
        page = stage.callers.read(f"/v1/claims/{clock['claim_id']}/clocks?rule={clock['rule']}")
        assert page["items"] == [clock]


BINDING = {
    ("SZ-20.3", "an accepted claim is decided", End.NEVER): ("SZ-20.3", "IL-23a"),
    ("SZ-20.3", "an accepted claim is decided", End.EXTENDED): ("IL-23a", "SZ-20.3"),
    ("SZ-20.3", "the policy gives five days to decide", End.NEVER): ("IL-23a", "SZ-20.3"),
    ("SZ-20.9", "the agreed indemnity is paid", End.NEVER): ("IL-23b", "SZ-20.9"),
    ("SZ-20.9", "the policy gives thirty days to pay", End.NEVER): ("SZ-20.9", "IL-23b"),
}
"""Of two clocks that one act meets: the one that ends first, and the other."""


@pytest.mark.parametrize("told", BINDING, ids=str)
def test_of_two_clocks_for_one_act_the_one_that_ends_first_binds(
    stage: Stage, clocks: Clocks, told: tuple[str, str, End]
) -> None:
    (one,) = [each for each in stage.played.values() if _told(each) == told]
    first, other = (clocks[one.clock[0], rule, None] for rule in BINDING[told])
    assert (first["binding"], other["binding"]) == (True, False)
    assert first["due_at"] < other["due_at"] or other["status"] == "extended"


def _told(one: Played) -> tuple[str, str, End]:
    return one.scenario.case.rule, one.scenario.case.about, one.scenario.end


def test_every_obligation_of_every_rulebook_is_shown_in_every_way_that_the_rulebook_names(stage: Stage) -> None:
    shown = {(one.case.rule, one.end, one.milestone) for one in SCENARIOS}
    missing = [each for each in _called_for(stage) if not {each, *_or_refused(each)} & shown]
    assert missing == []
    assert {(one.case.rule, one.case.owed_by) for one in SCENARIOS} == {
        (each["id"], who) for each in _obligations(stage) for who in each["responsible"].split("_or_")
    }


def _obligations(stage: Stage) -> list[Json]:
    """What has a clock, of every rulebook."""
    books = stage.callers.read("/v1/rulebooks?limit=200")["items"]
    whole = [stage.callers.read(f"/v1/rulebooks/{book['id']}") for book in books]
    return [each for book in whole for each in book["obligations"] if each["tier"] != "kpi"]


def _called_for(stage: Stage) -> Iterator[tuple[str, End, str]]:
    for each in _obligations(stage):
        yield each["id"], End.NEVER, ""
        for milestone in each["met_by"]:
            yield from ((each["id"], end, milestone) for end in (End.MET, End.MET_LATE))
        yield from ((each["id"], End.EXTENDED, milestone) for milestone in each["extended_by"])
        yield from ((each["id"], End.CANCELLED, milestone) for milestone in each["cancelled_by"])


def _or_refused(called_for: tuple[str, End, str]) -> set[tuple[str, End, str]]:
    """Once its clock runs, some of what would cancel it cannot happen any more: then the refusal is shown."""
    rule, end, milestone = called_for
    return {(rule, End.REFUSED, milestone)} if end is End.CANCELLED else set()


def test_every_edge_of_every_bracket_is_shown_and_a_fen_more(stage: Stage) -> None:
    amounts = {
        (one.case.rule, amount) for one in SCENARIOS for amount in re.findall(r"[0-9]+[.][0-9]{2}", one.case.about)
    }
    edges = [(e["id"], Decimal(b["up_to"])) for e in _obligations(stage) for b in e["brackets"] if b["up_to"]]
    assert edges
    for rule, edge in edges:
        assert {(rule, str(edge)), (rule, str(edge + Decimal("0.01")))} <= amounts


def test_no_process_met_what_nobody_expected(stage: Stage) -> None:
    """That nobody hears of the other insurer is intended here, and is said by notifications."""
    errors = stage.callers.instance.errors()
    assert [line for line in errors if '"kind": "routing.unheard"' not in line] == []
    assert stage.audience.receiver.refused == 0
