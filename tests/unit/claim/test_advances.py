"""How much of an advance is owed, when its clock runs, and what the limits leave (SZ-20 (6) to (8))."""

import pytest
from tests.support.story import MILLION, YUAN, Story, a_report, at, ident, limits, policy, reported

from claims.domain.claim import money
from claims.domain.claim.advances import LIMIT_USED_UP, NOT_COVERED, NOTHING_TO_ADVANCE, RESCUE_MINIMUM
from claims.domain.claim.commands.advance import RefuseAdvance, RequestAdvance, WithdrawAdvance
from claims.domain.claim.commands.intake import NotifyIntake, RegisterVictim, UpdateCasualties
from claims.domain.claim.commands.loss import DetermineLoss
from claims.domain.claim.commands.pay import FailPayment, PayAdvance
from claims.domain.claim.events import Casualties, Payee
from claims.domain.claim.guards import INSURED_ACCIDENT
from claims.domain.errors import InvalidFact, RuleViolation, UnknownPart
from claims.domain.policy.events import Share

HOSPITAL = Payee("hospital", None)


def asks(
    kind: str, amount: int | None = None, *, name: str = "advance", when: str = "2026-03-02 11:00", **more: object
) -> RequestAdvance:
    fields: dict[str, object] = {"shares": (), "reason_code": None, "reason": None, **more}
    return RequestAdvance(at(when), ident(name), kind, "insured", amount, **fields)  # type: ignore[arg-type]


def pays(
    amount: int, *, name: str = "advance", when: str = "2026-03-03 09:00", payee: Payee | None = HOSPITAL
) -> PayAdvance:
    return PayAdvance(at(when), ident(f"payment {when}"), ident(name), amount, payee, "ICBC-1", "receipt of the family")


def test_a_rescue_advance_is_sixty_percent_of_the_limit_when_nobody_says_how_much() -> None:
    story = reported().when(asks("rescue"))
    assert story.advance("advance").amount == 600_000 * YUAN
    assert story.clock("SZ-20.6").limit_amount == 5


def test_sixty_percent_is_rounded_up_to_the_fen() -> None:
    story = Story().when(a_report(policy=policy(limits=limits(rescue=100_001))))
    assert story.when(asks("rescue")).advance("advance").amount == 60_001


def test_a_rescue_advance_may_be_more_up_to_the_limit() -> None:
    story = reported().when(asks("rescue", 2 * MILLION))
    assert story.advance("advance").amount == MILLION
    assert story.advance("advance").flags == ("limit_capped",)


def test_less_than_sixty_percent_without_a_reason_is_refused_and_names_the_minimum() -> None:
    with pytest.raises(RuleViolation) as refused:
        reported().when(asks("rescue", 500_000 * YUAN))
    assert refused.value.rule is RESCUE_MINIMUM
    assert refused.value.facts["minimum"] == "600000.00"


def test_less_than_sixty_percent_with_a_reason_is_shown_as_an_exception() -> None:
    story = reported().when(asks("rescue", 500_000 * YUAN, reason_code="client_asked_less"))
    assert story.advance("advance").flags == ("below_minimum", "client_asked_less")


def test_the_reason_other_needs_words() -> None:
    with pytest.raises(InvalidFact, match="/reason"):
        reported().when(asks("rescue", 1, reason_code="other"))


def test_a_policy_without_a_rescue_limit_covers_no_rescue_advance() -> None:
    story = Story().when(a_report(policy=policy(limits=limits(rescue=0))))
    with pytest.raises(RuleViolation) as refused:
        story.when(asks("rescue"))
    assert refused.value.rule is NOT_COVERED


def test_a_policy_without_a_medical_limit_refuses_even_a_request_that_would_have_to_wait() -> None:
    story = Story().when(a_report(casualties=Casualties(0, 0, 2, 2), policy=policy(limits=limits(medical=0))))
    with pytest.raises(RuleViolation) as refused:
        story.when(asks("medical", 100))
    assert refused.value.rule is NOT_COVERED


def test_no_advance_on_an_accident_that_the_intake_notice_called_not_covered() -> None:
    story = reported().when(NotifyIntake(at("2026-03-02 10:30"), "家庭装修", "not_covered", (), ()))
    with pytest.raises(RuleViolation) as refused:
        story.when(asks("rescue"))
    assert refused.value.rule is INSURED_ACCIDENT


@pytest.mark.parametrize(("limit", "days"), [(MILLION, 5), (MILLION + 1, 10)])
def test_exactly_one_million_takes_the_shorter_clock_and_a_fen_more_the_longer(limit: int, days: int) -> None:
    story = Story().when(a_report(policy=policy(limits=limits(rescue=limit))))
    assert story.when(asks("rescue", limit)).clock("SZ-20.6").limit_amount == days


def test_a_death_advance_asked_before_the_loss_is_determined_waits_without_clock_or_reservation() -> None:
    story = reported().when(asks("death_indemnity"))
    assert money.advance_status(story.claim, story.advance("advance")) == "requested"
    assert not story.has_clock("SZ-20.7")
    assert story.ledger.held_by_all() == 0


def test_it_becomes_payable_with_half_of_the_loss_when_the_loss_is_determined() -> None:
    story = reported().when(asks("death_indemnity"))
    story.when(DetermineLoss(at("2026-03-04 15:00"), 1_000_001, "定损单"))
    advance = story.advance("advance")
    assert (advance.amount, advance.payable_at) == (500_001, at("2026-03-04 15:00"))
    assert story.clock("SZ-20.7").started_at == at("2026-03-04 15:00")
    assert story.ledger.held(story.claim.claim_id, "death_indemnity") == 500_001


def test_missing_persons_are_no_confirmed_deaths() -> None:
    story = reported(casualties=Casualties(0, 2, 0, 0)).when(asks("death_indemnity"))
    story.when(DetermineLoss(at("2026-03-04 15:00"), MILLION, "定损单"))
    assert story.advance("advance").amount is None
    story.when(UpdateCasualties(at("2026-03-06 08:00"), Casualties(1, 1, 0, 0)))
    assert story.advance("advance").payable_at == at("2026-03-06 08:00")


def test_a_top_up_after_a_higher_determination_is_a_new_request_with_its_own_clock() -> None:
    story = reported().when(DetermineLoss(at("2026-03-02 10:30"), MILLION, "初步"))
    story.when(asks("death_indemnity", name="first"))
    story.when(DetermineLoss(at("2026-03-05 10:00"), 2 * MILLION, "最终"))
    assert story.advance("first").amount == MILLION // 2
    story.when(asks("death_indemnity", name="second", when="2026-03-05 11:00"))
    assert story.advance("second").amount == MILLION // 2
    assert story.clock("SZ-20.7", ident("second")).started_at == at("2026-03-05 11:00")


def test_nothing_is_left_to_advance_on_a_death_once_half_of_the_loss_is_promised() -> None:
    story = reported().when(DetermineLoss(at("2026-03-02 10:30"), MILLION, "定损"))
    story.when(asks("death_indemnity", name="first"))
    with pytest.raises(RuleViolation) as refused:
        story.when(asks("death_indemnity", name="second"))
    assert refused.value.rule is NOTHING_TO_ADVANCE


def test_a_surgery_advance_asked_at_the_second_surgery_waits_for_the_third() -> None:
    story = reported(casualties=Casualties(0, 0, 2, 2)).when(asks("medical", 80_000 * YUAN))
    assert story.advance("advance").amount is None
    story.when(UpdateCasualties(at("2026-03-02 12:00"), Casualties(0, 0, 3, 3)))
    clock = story.clock("SZ-20.8")
    assert (clock.started_at, clock.due_at) == (at("2026-03-02 12:00"), at("2026-03-03 12:00"))


@pytest.mark.parametrize(
    ("cost", "amount", "unit"),
    [
        (100_000, 24, "hours"),
        (100_000.01, 5, "working_days"),
        (500_000, 5, "working_days"),
        (500_000.01, 10, "working_days"),
    ],
)
def test_the_clock_of_a_medical_advance_goes_by_what_is_payable(cost: float, amount: int, unit: str) -> None:
    clock = reported().when(asks("medical", round(cost * YUAN))).clock("SZ-20.8")
    assert (clock.limit_amount, clock.limit_unit) == (amount, unit)


def test_the_deductible_applies_once_per_accident_and_the_bracket_goes_by_the_net_amount() -> None:
    story = Story().when(a_report(policy=policy(medical_deductible=20_000 * YUAN)))
    story.when(asks("medical", 110_000 * YUAN, name="first"))
    assert story.advance("first").amount == 90_000 * YUAN
    assert story.clock("SZ-20.8").limit_unit == "hours"
    story.when(asks("medical", 50_000 * YUAN, name="second"))
    assert story.advance("second").amount == 50_000 * YUAN


def test_a_cost_within_the_deductible_is_refused_and_says_what_is_left_of_it() -> None:
    story = Story().when(a_report(policy=policy(medical_deductible=20_000 * YUAN)))
    with pytest.raises(RuleViolation) as refused:
        story.when(asks("medical", 20_000 * YUAN))
    assert refused.value.facts["deductible"] == "20000.00"


def test_a_medical_advance_needs_its_cost() -> None:
    with pytest.raises(InvalidFact, match="/amount"):
        reported().when(asks("medical"))


def test_what_exceeds_the_limit_is_capped_and_nothing_left_is_refused_with_the_limit_named() -> None:
    story = reported().when(asks("medical", 3 * MILLION, name="first"))
    assert story.advance("first").amount == 2 * MILLION
    assert story.advance("first").flags == ("limit_capped",)
    with pytest.raises(RuleViolation) as refused:
        story.when(asks("medical", 1, name="second"))
    assert refused.value.rule is LIMIT_USED_UP
    assert refused.value.facts["limit"] == "medical"


def test_an_advance_that_waited_and_finds_nothing_left_is_refused_as_a_fact() -> None:
    story = Story().when(a_report(policy=policy(limits=limits(per_accident=MILLION))))
    story.when(asks("death_indemnity", name="waits")).when(asks("rescue", MILLION, name="first"))
    story.when(DetermineLoss(at("2026-03-04 15:00"), MILLION, "定损单"))
    assert story.advance("waits").refused_at == at("2026-03-04 15:00")
    assert "limit_used_up" in story.advance("waits").flags


def test_shares_of_victims_are_capped_by_the_limit_per_person() -> None:
    story = reported().when(DetermineLoss(at("2026-03-02 10:30"), 6 * MILLION, "定损"))
    story.when(RegisterVictim(at("2026-03-02 10:40"), ident("victim"), "李某", None, None, "death", ()))
    shares = (Share(ident("victim"), 3 * MILLION),)
    story.when(asks("death_indemnity", 3 * MILLION, shares=shares))
    assert story.advance("advance").amount == MILLION
    assert story.advance("advance").shares == (Share(ident("victim"), MILLION),)


def test_a_share_of_somebody_unknown_is_refused() -> None:
    with pytest.raises(UnknownPart):
        reported().when(asks("rescue", MILLION, shares=(Share(ident("nobody"), 1),)))


def test_a_partial_payment_leaves_the_rest_open() -> None:
    story = reported().when(asks("rescue")).when(pays(200_000 * YUAN))
    assert money.advance_status(story.claim, story.advance("advance")) == "part_paid"
    assert story.clock("SZ-20.6").running
    story.when(pays(400_000 * YUAN, when="2026-03-04 09:00"))
    assert story.clock("SZ-20.6").ended_at == at("2026-03-04 09:00")
    assert money.advance_status(story.claim, story.advance("advance")) == "paid"


def test_a_bounced_payment_reopens_the_clock_with_its_original_start() -> None:
    story = reported().when(asks("rescue")).when(pays(600_000 * YUAN))
    assert story.clock("SZ-20.6").ended_as == "met"
    story.when(FailPayment(at("2026-03-04 10:00"), ident("payment 2026-03-03 09:00"), "账号有误"))
    clock = story.clock("SZ-20.6")
    assert clock.running
    assert clock.started_at == at("2026-03-02 11:00")
    assert money.outstanding(story.claim, story.advance("advance")) == 600_000 * YUAN


def test_no_more_than_the_outstanding_amount_is_paid() -> None:
    with pytest.raises(RuleViolation, match=r"600000\.00"):
        reported().when(asks("rescue")).when(pays(600_000 * YUAN + 1))


def test_a_rescue_advance_goes_to_the_insured_by_itself_and_a_medical_one_needs_a_payee() -> None:
    story = reported().when(asks("rescue")).when(pays(1, payee=None))
    assert next(iter(story.claim.payments.values())).payee.party == "insured"
    with pytest.raises(InvalidFact, match="/payee"):
        reported().when(asks("medical", 100)).when(pays(1, payee=None))


def test_an_advance_that_waits_is_not_paid() -> None:
    story = reported(casualties=Casualties(0, 0, 2, 2)).when(asks("medical", 100))
    with pytest.raises(RuleViolation, match="waits"):
        story.when(pays(1))


def test_a_withdrawn_advance_cancels_its_clock_and_gives_its_reservation_back() -> None:
    story = reported().when(asks("rescue"))
    story.when(WithdrawAdvance(at("2026-03-03 09:00"), ident("advance"), "不再需要"))
    assert story.clock("SZ-20.6").ended_as == "cancelled"
    assert story.ledger.held_by_all() == 0


def test_a_refused_advance_keeps_what_was_paid_of_it_in_the_ledger() -> None:
    story = reported().when(asks("rescue")).when(pays(100_000 * YUAN))
    story.when(RefuseAdvance(at("2026-03-04 09:00"), ident("advance"), "重复申请"))
    assert story.ledger.held_by_all() == 100_000 * YUAN


def test_a_refused_advance_is_not_paid_any_more() -> None:
    story = reported().when(asks("rescue"))
    story.when(RefuseAdvance(at("2026-03-03 09:00"), ident("advance"), "重复申请"))
    with pytest.raises(RuleViolation, match="refused"):
        story.when(pays(1, when="2026-03-04 09:00"))


def test_eligible_but_nobody_asked_runs_no_clock_of_an_advance() -> None:
    story = reported().when(DetermineLoss(at("2026-03-03 10:00"), MILLION, "定损"))
    assert {clock.rule for clock in story.claim.clocks.values()} == {"SZ-20.1"}
