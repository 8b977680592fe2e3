"""What is to be done next on a claim: which command meets which clock, how much is outstanding, in which order."""

from dataclasses import replace
from uuid import UUID

import pytest
from tests.support.story import (
    INSURED,
    MILLION,
    YUAN,
    Story,
    a_report,
    arrived,
    at,
    ident,
    items,
    limits,
    policy,
    reported,
    rulebooks,
)

from claims.api.app import routes_for
from claims.application.calls import Standing
from claims.application.next_actions import (
    ASKING,
    BY_MILESTONE,
    NAME_DETERMINABLE_PART,
    PAYING,
    SETTLE_SMALL_CLAIM,
    NextAction,
    action_of,
    clock_action,
    next_actions,
)
from claims.domain.claim.commands.advance import RequestAdvance
from claims.domain.claim.commands.amend import AmendAdvance
from claims.domain.claim.commands.decision import Decide
from claims.domain.claim.commands.direct import RequestDirectPayment
from claims.domain.claim.commands.documents import ReceiveDocuments
from claims.domain.claim.commands.intake import NotifyIntake, RegisterVictim, RequestClaim
from claims.domain.claim.commands.pay import PayAdvance, PayIndemnity
from claims.domain.claim.commands.settle import AgreeSettlement
from claims.domain.claim.events import Casualties, Payee
from claims.domain.milestones import MILESTONES
from claims.domain.rulebook import ADVANCE_KINDS

OBLIGATIONS = {each.id: each for book in rulebooks().values() for each in book.obligations}
WITHOUT = {"IL-22", "IL-26"}
"""Nothing can meet the one any more; the other is only shown."""
VICTIM = ident("victim")


def actions(story: Story, role: str = "insurer") -> list[NextAction]:
    standing = Standing("picc-sz", story.claim, story.ledger, at("2026-03-09 09:00"))
    return list(next_actions(standing, rulebooks(), role))


def codes(story: Story, role: str = "insurer") -> list[str]:
    return [each.code for each in actions(story, role)]


def of_rule(story: Story, rule: str, scope: UUID | None = None) -> NextAction | None:
    return clock_action(story.claim, story.clock(rule, scope), rulebooks())


def quiet(*, rescue: int = 0) -> Story:
    """Nobody harmed and no limit for rescue: nothing is offered."""
    stated = policy(limits=limits(rescue=rescue))
    return Story().when(a_report(casualties=Casualties(0, 0, 0, 0), policy=stated))


def asks(kind: str, amount: int | None = None, when: str = "2026-03-02 11:00") -> RequestAdvance:
    return RequestAdvance(at(when), ident("a"), kind, "insured", amount, (), None, None)


def approved(amount: int = MILLION) -> Story:
    return quiet().when(Decide(at("2026-03-05 09:00"), "approved", amount, None, None))


@pytest.mark.parametrize("rule", sorted(OBLIGATIONS))
def test_every_clock_that_can_be_met_has_an_action(rule: str) -> None:
    obligation = OBLIGATIONS[rule]
    known = {*BY_MILESTONE, "advance_paid"}
    assert set(obligation.met_by) <= known, "a rulebook names a milestone that no action brings about"
    assert (action_of(obligation) is None) == (rule in WITHOUT)


def test_actions_are_about_milestones_that_rulebooks_may_name() -> None:
    assert set(BY_MILESTONE) <= frozenset().union(*MILESTONES.values())
    assert set(PAYING) == set(ASKING) == set(ADVANCE_KINDS)


def test_every_action_is_a_command_of_the_rest_contract() -> None:
    known = {f"{each.method} {each.path}" for each in routes_for(None)}
    every = (*BY_MILESTONE.values(), *PAYING.values(), *ASKING.values(), NAME_DETERMINABLE_PART, SETTLE_SMALL_CLAIM)
    assert {each.command for each in every} <= known


def test_the_advances_of_each_kind_are_paid_by_their_own_action() -> None:
    found = {rule: action_of(OBLIGATIONS[rule]) for rule in ("SZ-20.6", "SZ-20.7", "SZ-20.8")}
    assert {rule: action and action.code for rule, action in found.items()} == {
        "SZ-20.6": "pay_rescue_advance",
        "SZ-20.7": "pay_death_advance",
        "SZ-20.8": "pay_medical_advance",
    }


def test_running_clocks_come_by_their_due_moment_and_then_what_nobody_asked_for() -> None:
    story = reported().when(asks("rescue"))
    assert [(each.code, each.amount) for each in actions(story)] == [
        ("notify_intake", None),
        ("pay_rescue_advance", 600_000 * YUAN),
        ("offer_medical_advance", None),
    ]
    due = [each.due_at for each in actions(story) if each.clock_id is not None]
    assert due == sorted(due, key=lambda at_: at_ or at("2027-01-01 00:00"))
    assert [each.text for each in actions(story)][:2] == [
        "actions.notify_intake",
        "actions.with_amount.pay_rescue_advance",
    ]


def test_what_is_offered_names_what_would_be_payable() -> None:
    (offer,) = [each for each in actions(reported()) if each.code == "offer_rescue_advance"]
    assert (offer.clock_id, offer.due_at, offer.amount) == (None, None, 600_000 * YUAN)
    assert offer.command == "POST /v1/claims/{claim_id}/advances"


def test_of_an_advance_the_tranche_is_outstanding_that_its_clock_is_about() -> None:
    story = quiet(rescue=MILLION).when(asks("rescue", 700_000 * YUAN))
    story.when(AmendAdvance(at("2026-03-03 09:00"), ident("a"), 900_000 * YUAN, "费用变化"))
    paid = PayAdvance(at("2026-03-03 10:00"), ident("p"), ident("a"), 650_000 * YUAN, INSURED, "ICBC", None)
    story.when(paid)
    paying = [(each.amount, each.part) for each in actions(story) if each.code == "pay_rescue_advance"]
    assert paying == [(50_000 * YUAN, ident("a")), (200_000 * YUAN, ident("a"))]


def test_what_meets_several_clocks_stands_once_with_the_first_of_them() -> None:
    story = quiet().when(RequestClaim(at("2026-03-02 12:00"), "某", None))
    story.when(NotifyIntake(at("2026-03-02 13:00"), "坍塌", "covered", items("a"), ()))
    story.when(ReceiveDocuments(at("2026-03-02 14:00"), arrived("a"), True))
    (decide,) = [each for each in actions(story) if each.code == "decide_claim"]
    assert decide.clock_id == story.clock("SZ-20.3").clock_id
    assert story.clock("SZ-20.3").due_at < story.clock("IL-23a").due_at


def test_a_clock_that_ended_calls_for_nothing() -> None:
    story = quiet().when(NotifyIntake(at("2026-03-02 13:00"), "坍塌", "covered", (), ()))
    assert of_rule(story, "SZ-20.1") is None
    assert "notify_intake" not in codes(story)


def test_the_rest_of_the_indemnity_is_what_is_paid_once_it_is_agreed() -> None:
    story = approved()
    story.when(AgreeSettlement(at("2026-03-05 10:00"), MILLION, 0, "签收单", ()))
    paying = of_rule(story, "IL-23b")
    assert paying is not None
    assert (paying.code, paying.amount) == ("pay_indemnity", MILLION)
    story.when(PayIndemnity(at("2026-03-05 11:00"), ident("p"), 1, Payee("hospital", None), "ICBC", "收条"))
    rest = of_rule(story, "IL-23b")
    assert rest is not None
    assert rest.amount == MILLION - 1


def test_a_small_claim_is_settled_in_one_step_unless_it_is_decided_already() -> None:
    story = quiet().when(RequestClaim(at("2026-03-02 12:00"), "某", 500_000))
    story.when(ReceiveDocuments(at("2026-03-02 14:00"), arrived("a"), True))
    assert "settle_small_claim" in codes(story)
    story.when(Decide(at("2026-03-03 09:00"), "approved", 500_000, None, at("2026-03-03 09:00")))
    found = of_rule(story, "SZ-20.5")
    assert found is not None
    assert (found.code, found.amount) == ("agree_settlement", None)
    story.when(AgreeSettlement(at("2026-03-03 10:00"), 500_000, 0, "签收单", ()))
    found = of_rule(story, "SZ-20.5")
    assert found is not None
    assert (found.code, found.amount) == ("pay_indemnity", 500_000)


def test_the_determinable_part_is_named_first_and_then_paid() -> None:
    story = quiet().when(ReceiveDocuments(at("2026-03-02 14:00"), arrived("a"), False))
    found = of_rule(story, "IL-25")
    assert found is not None
    assert (found.code, found.amount) == ("name_determinable_part", None)
    story.when(asks("determinable_part", 300 * YUAN, "2026-03-03 09:00"))
    found = of_rule(story, "IL-25")
    assert found is not None
    assert (found.code, found.amount, found.part) == ("pay_determinable_part", 300 * YUAN, ident("a"))


def test_a_victim_is_answered_and_then_paid_what_it_has_not_got_yet() -> None:
    story = quiet().when(RegisterVictim(at("2026-03-02 11:00"), VICTIM, "某", None, None, "injured", ()))
    story.when(RequestDirectPayment(at("2026-03-03 09:00"), ident("own"), "victim", VICTIM, 500 * YUAN))
    story.when(RequestDirectPayment(at("2026-03-04 09:00"), ident("asked"), "insured", VICTIM, 800 * YUAN))
    answer = of_rule(story, "SZ-20.10b")
    assert answer is not None
    assert (answer.code, answer.amount, answer.part) == ("answer_direct_payment", None, ident("own"))
    story.when(Decide(at("2026-03-05 09:00"), "approved", MILLION, None, None))
    agreeing = of_rule(story, "SZ-20.10a")
    assert agreeing is not None
    assert (agreeing.code, agreeing.amount) == ("agree_settlement", None)
    story.when(AgreeSettlement(at("2026-03-05 10:00"), MILLION, 0, "签收单", ()))
    paid = PayIndemnity(at("2026-03-05 11:00"), ident("p"), 600 * YUAN, Payee("victim", VICTIM), "ICBC", None)
    story.when(paid)
    paying = of_rule(story, "SZ-20.10a")
    assert paying is not None
    assert (paying.code, paying.amount, paying.part) == ("pay_victim", 700 * YUAN, ident("asked"))


def test_targets_are_shown_to_the_insurer_alone() -> None:
    story = reported().when(asks("rescue"))
    assert "notify_intake" in codes(story, "operations")
    assert "notify_intake" not in codes(story, "regulator")
    assert "pay_rescue_advance" in codes(story, "regulator")


def test_a_rulebook_of_another_province_needs_no_code_for_what_it_calls_for() -> None:
    own = OBLIGATIONS["SZ-20.3"]
    action = action_of(replace(own, met_by=("settlement_agreed",)))
    assert action is not None
    assert action.code == "agree_settlement"
