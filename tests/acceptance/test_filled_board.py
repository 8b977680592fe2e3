"""What `anze demo` leaves behind: work of three insurers in two regions, of which each page of the board has some."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from tests.support.filled import Filled, filled
from tests.support.machine import Json, until

from anze.demo.fill import FILLED_UNTIL
from anze.demo.speakers import Speakers
from anze.tokens import Caller, Role


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """A machine that was filled once for all these tests."""
    with pytest.MonkeyPatch.context() as patched:
        for name in ("CLAIMS_DATABASE_URL", "NOTIFICATIONS_DATABASE_URL"):
            patched.delenv(name, raising=False)
        with filled(tmp_path_factory.mktemp("filled") / "data") as made:
            yield made


@pytest.fixture(scope="module")
def speakers(board: Filled) -> Iterator[Speakers]:
    """Everybody who may ask."""
    with Speakers(board.instance.machine) as made:
        yield made


@pytest.fixture(scope="module")
def claims(speakers: Speakers) -> list[Json]:
    """All claims, as the administrator's list has them."""
    found: list[Json] = []
    until(lambda: _settled(found, speakers.admin.list("/v1/claims")), "the list of claims does not come to rest")
    return found


def _settled(found: list[Json], listed: list[Json]) -> bool:
    """The list follows the log a moment later: it is at rest when it does not change any more."""
    same = found == listed
    found[:] = listed
    return same


@pytest.fixture(scope="module")
def clocks(speakers: Speakers) -> list[Json]:
    """All clocks of claims, complaints and hazards, and those of the reports that the parties owe."""
    return speakers.admin.list("/v1/clocks")


def test_claims_stand_in_every_status_in_both_regions(board: Filled, claims: list[Json]) -> None:
    assert {claim["status"] for claim in claims} == {
        *("reported", "documents_pending", "under_assessment", "approved", "rejected", "settled", "paid", "closed"),
        *("withdrawn", "merged"),
    }
    assert {claim["region"][:4] for claim in claims} == {"4403", "1101"}
    merged = sum(claim["status"] == "merged" for claim in claims)
    assert len(claims) == board.outcome.claims + merged
    assert 90 <= len(claims) <= 150


def test_clocks_are_due_in_hours_and_days_at_risk_overdue_and_escalated(clocks: list[Json]) -> None:
    statuses = Counter(clock["status"] for clock in clocks)
    assert {"open", "at_risk", "met", "met_late", "overdue", "extended", "cancelled"} <= set(statuses)
    left = [
        datetime.fromisoformat(clock["due_at"]) - FILLED_UNTIL
        for clock in clocks
        if clock["status"] in {"open", "at_risk"} and clock["tier"] != "information"
    ]
    assert any(timedelta() < each <= timedelta(hours=6) for each in left), "within hours"
    assert sum(timedelta(hours=6) < each <= timedelta(days=5) for each in left) >= 5, "within days"
    overdue = [clock for clock in clocks if clock["status"] == "overdue"]
    assert len(overdue) >= 8
    assert {clock["level"] for clock in overdue} >= {4, 5, 6}, "breached, and escalated once and twice"


def test_a_date_beyond_the_published_calendar_is_provisional(clocks: list[Json]) -> None:
    provisional = {clock["rule"] for clock in clocks if clock["provisional"] and clock["tier"] != "information"}
    assert provisional == {"IL-23a"}


def test_a_breach_is_withdrawn_where_a_payment_in_time_was_recorded_late(board: Filled, speakers: Speakers) -> None:
    path = f"/v1/claims/{board.outcome.claim_with_withdrawn_breach_id}/clocks"
    (withdrawn,) = [clock for clock in speakers.admin.list(path) if clock["withdrawn_at"]]
    assert (withdrawn["rule"], withdrawn["status"]) == ("SZ-20.6", "met")
    assert withdrawn["fulfilled_at"] < withdrawn["due_at"] <= withdrawn["withdrawn_at"]


def test_an_advance_is_payable_and_another_could_be_asked_for(board: Filled, speakers: Speakers) -> None:
    its = speakers.admin.get(f"/v1/claims/{board.outcome.claim_with_payable_advance_id}")
    (advance,) = its["advances"]
    assert advance["id"] == board.outcome.payable_advance_id
    assert (advance["status"], float(advance["amount"]) > 0) == ("payable", True)
    unasked = speakers.admin.get(f"/v1/claims/{board.outcome.claim_without_request_id}")
    assert unasked["determined_loss"] is not None
    assert unasked["advances"] == []


def test_one_insurer_is_late_more_often_than_the_others(claims: list[Json], clocks: list[Json]) -> None:
    insurer = {claim["id"]: claim["insurer"] for claim in claims}
    met, due = Counter[str](), Counter[str]()
    for clock in clocks:
        if clock["claim_id"] in insurer and clock["status"] in {"met", "met_late", "overdue", "missed"}:
            due[insurer[clock["claim_id"]]] += 1
            met[insurer[clock["claim_id"]]] += clock["status"] == "met"
    rates = {code: met[code] / due[code] for code in due}
    worst = rates.pop("nanling-sz")
    assert 0.75 < worst < 0.92
    assert set(rates) == {"picc-sz", "jingyuan-bj"}
    assert all(rate > worst + 0.04 for rate in rates.values()), rates


def test_reports_complaints_and_hazards_are_in_time_late_and_open(clocks: list[Json]) -> None:
    reports = Counter(clock["status"] for clock in clocks if clock["period"] is not None)
    assert reports["met"] >= 8
    assert reports["met_late"] >= 2
    assert reports["overdue"] >= 1
    others = Counter(clock["status"] for clock in clocks if clock["rule"] in {"SZ-27.2", "SZ-27.3", "SZ-28.4"})
    assert {"met", "met_late", "overdue", "open"} <= set(others)


def test_some_breaches_are_acknowledged_and_some_are_not(speakers: Speakers) -> None:
    for code in ("picc-sz", "nanling-sz"):
        staff = Caller(Role.OPERATIONS, tenant=code)
        breaches = speakers.api(staff, of_notifications=True).list("/v1/alerts?kind=clock.breached")
        assert {bool(alert["acknowledgements"]) for alert in breaches} == {True, False}, code


def test_a_delivery_that_was_given_up_arrives_when_it_is_replayed(board: Filled, speakers: Speakers) -> None:
    path = f"/v1/deliveries/{board.outcome.failed_delivery_id}"
    assert speakers.notifications.get(path)["status"] == "dead"
    speakers.notifications.post(f"{path}/redeliveries", {})
    until(lambda: speakers.notifications.get(path)["status"] == "delivered", "the replay does not arrive")


def test_claims_have_adjusters_of_their_insurers_staff(board: Filled, claims: list[Json]) -> None:
    reported = [claim for claim in claims if claim["id"] != board.outcome.story_claim_id]
    assert {claim["insurer"] for claim in reported if claim["adjuster"]} == {"picc-sz", "nanling-sz", "jingyuan-bj"}
    assert len({claim["adjuster"] for claim in reported}) >= 7


def test_nothing_went_wrong_in_any_process_but_what_the_demo_brings_about(board: Filled) -> None:
    """A receiver was away for days, and some breaches are acknowledged by nobody up to the top of the ladder."""
    meant = ('"event": "deliveries_dead"', '"event": "nobody_above"')
    assert [line for line in board.instance.errors() if not any(each in line for each in meant)] == []
