"""A complaint or enquiry is replied to in 7 working days, and answered finally in 10 where it needs verification."""

from datetime import date, datetime
from typing import Any

import pytest
from tests.support.story import at, calendar, ident, rulebooks

from claims.application.subjects import COMPLAINT
from claims.domain.clock import Clock
from claims.domain.complaint.commands import ANSWERED_ONCE, ReceiveComplaint, Reply, decide
from claims.domain.complaint.state import Complaint, Status
from claims.domain.errors import InvalidFact, RuleViolation
from claims.domain.setting import Setting

RECEIVED = "2026-03-02 10:00"
NOW = "2026-06-01 12:00"


def after(complaint: Complaint, command: ReceiveComplaint | Reply, now: str = NOW) -> Complaint:
    """The complaint after a command, its clocks following."""
    setting = Setting(at(now), rulebooks(), calendar())
    said = COMPLAINT.folded(complaint, decide(complaint, command, setting), command.occurred_at)
    return COMPLAINT.folded(said, COMPLAINT.following(said, setting), command.occurred_at)


def received(when: str = RECEIVED, **changes: Any) -> Complaint:
    """A complaint to the insurer."""
    stated: dict[str, Any] = {
        "occurred_at": at(when),
        "party": "picc-sz",
        "party_kind": "insurer",
        "region": "440300",
        "kind": "complaint",
        "needs_verification": True,
        "claim_id": None,
        "claim_region": None,
        "insurer": None,
        "text": "无人回复",
    }
    return after(Complaint(ident("complaint")), ReceiveComplaint(**(stated | changes)))


def replied(complaint: Complaint, when: str, *, final: bool = False) -> Complaint:
    """The complaint after a reply."""
    return after(complaint, Reply(at(when), "已核实", final))


def clock(complaint: Complaint, rule: str) -> Clock:
    """The clock of a rule."""
    (found,) = (each for each in complaint.clocks.values() if each.rule == rule)
    return found


def test_a_reply_is_owed_in_seven_working_days_and_a_final_answer_in_ten() -> None:
    complaint = received()
    due = {each.rule: (each.due_date, each.tier, each.responsible) for each in complaint.clocks.values()}
    assert due == {
        "SZ-27.2": (date(2026, 3, 11), "service", "insurer"),
        "SZ-27.3": (date(2026, 3, 16), "service", "insurer"),
    }


def test_what_needs_no_verification_is_owed_a_reply_alone() -> None:
    complaint = received(needs_verification=False, kind="enquiry")
    assert [each.rule for each in complaint.clocks.values()] == ["SZ-27.2"]


def test_a_broker_owes_what_it_received_itself() -> None:
    complaint = received(party="mingya", party_kind="broker")
    assert {each.responsible for each in complaint.clocks.values()} == {"broker"}


def test_a_reply_meets_the_first_clock_and_leaves_the_second_running() -> None:
    complaint = replied(received(), "2026-03-05 09:00")
    assert clock(complaint, "SZ-27.2").ended_as == "met"
    assert clock(complaint, "SZ-27.3").running
    assert complaint.status is Status.REPLIED


def test_a_final_answer_also_counts_as_a_reply() -> None:
    complaint = replied(received(), "2026-03-05 09:00", final=True)
    ends = {each.rule: (each.ended_at, each.ended_as) for each in complaint.clocks.values()}
    assert ends == dict.fromkeys(("SZ-27.2", "SZ-27.3"), (at("2026-03-05 09:00"), "met"))
    assert complaint.status is Status.CLOSED


def test_a_reply_that_is_recorded_late_counts_as_of_its_moment() -> None:
    complaint = replied(replied(received(), "2026-03-20 09:00"), "2026-03-04 09:00")
    assert clock(complaint, "SZ-27.2").ended_at == at("2026-03-04 09:00")


@pytest.mark.parametrize(("when", "final"), [("2026-03-06 09:00", False), ("2026-03-05 09:00", False)])
def test_nothing_is_replied_after_the_final_answer(when: str, *, final: bool) -> None:
    complaint = replied(received(), "2026-03-05 09:00", final=True)
    with pytest.raises(RuleViolation) as refused:
        replied(complaint, when, final=final)
    assert refused.value.rule is ANSWERED_ONCE


def test_there_is_one_final_answer_whenever_another_is_recorded() -> None:
    complaint = replied(received(), "2026-03-05 09:00", final=True)
    with pytest.raises(RuleViolation):
        replied(complaint, "2026-03-04 09:00", final=True)


def test_a_reply_before_the_final_answer_can_be_recorded_after_it() -> None:
    complaint = replied(replied(received(), "2026-03-05 09:00", final=True), "2026-03-03 09:00")
    assert clock(complaint, "SZ-27.2").ended_at == at("2026-03-03 09:00")
    assert clock(complaint, "SZ-27.3").ended_at == at("2026-03-05 09:00")


@pytest.mark.parametrize("when", ["2026-03-02 09:59", "2026-06-01 12:02"])
def test_a_reply_before_the_receipt_or_in_the_future_cannot_be(when: str) -> None:
    with pytest.raises(InvalidFact, match="/occurred_at"):
        replied(received(), when)


@pytest.mark.parametrize(("region", "at_"), [("110000", RECEIVED), ("440300", "2017-12-31 23:59")])
def test_where_no_rule_is_applied_no_clock_runs(region: str, at_: str) -> None:
    assert received(at_, region=region).clocks == {}


def test_the_same_facts_call_for_nothing_more() -> None:
    complaint = replied(received(), "2026-03-05 09:00")
    moment: datetime = at(NOW)
    assert COMPLAINT.following(complaint, Setting(moment, rulebooks(), calendar())) == ()
