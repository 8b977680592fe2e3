"""The medical deductible applies once per accident, whatever becomes of the advance that bore it (SZ-20 (8))."""

from tests.support.acts import asks, bounces, pays_advance
from tests.support.story import MILLION, YUAN, Story, a_report, at, ident, limits, policy

from claims.domain.claim import money
from claims.domain.claim.advances import NOTHING_TO_ADVANCE, unborne_deductible
from claims.domain.claim.commands.advance import RefuseAdvance, WithdrawAdvance


def with_deductible(amount: int = 20_000 * YUAN) -> Story:
    return Story().when(a_report(policy=policy(medical_deductible=amount)))


def two_advances(second: int, *, first: int = 90_000 * YUAN) -> Story:
    """Return a claim whose first medical advance bears the deductible and whose second does not."""
    story = with_deductible().when(asks("medical", first, name="first"))
    return story.when(asks("medical", second, name="second"))


def withdraws(when: str, name: str = "first") -> WithdrawAdvance:
    return WithdrawAdvance(at(when), ident(name), "改由医院申请")


def test_a_deductible_that_was_taken_off_an_advance_paid_in_part_is_not_taken_off_again() -> None:
    story = Story().when(a_report(policy=policy(medical_deductible=20_000 * YUAN)))
    story.when(asks("medical", 90_000 * YUAN, name="first"))
    story.when(pays_advance("2026-03-02 18:00", 10_000 * YUAN, name="first"))
    story.when(WithdrawAdvance(at("2026-03-04 09:00"), ident("first"), "改由医院申请"))
    story.when(asks("medical", 50_000 * YUAN, name="second", when="2026-03-05 09:00"))
    assert story.advance("second").amount == 50_000 * YUAN


def test_a_deductible_that_was_taken_off_an_advance_never_paid_is_taken_off_the_next_one() -> None:
    story = Story().when(a_report(policy=policy(medical_deductible=20_000 * YUAN)))
    story.when(asks("medical", 90_000 * YUAN, name="first"))
    story.when(WithdrawAdvance(at("2026-03-04 09:00"), ident("first"), "改由医院申请"))
    story.when(asks("medical", 50_000 * YUAN, name="second", when="2026-03-05 09:00"))
    assert story.advance("second").amount == 30_000 * YUAN


def test_an_advance_that_stays_payable_bears_the_deductible_of_one_withdrawn_unpaid() -> None:
    story = two_advances(50_000 * YUAN).when(withdraws("2026-03-02 15:00"))
    second = story.advance("second")
    assert (second.amount, second.deductible) == (30_000 * YUAN, 20_000 * YUAN)
    assert (second.payable_at, second.flags) == (at("2026-03-02 11:00"), ("deductible_moved",))
    assert story.ledger.held_by_all() == 30_000 * YUAN


def test_an_advance_refused_unpaid_leaves_its_deductible_to_the_next_one_too() -> None:
    story = two_advances(50_000 * YUAN).when(RefuseAdvance(at("2026-03-02 15:00"), ident("first"), "重复"))
    assert story.advance("second").amount == 30_000 * YUAN


def test_a_clock_becomes_tighter_when_the_deductible_brings_its_advance_into_a_shorter_bracket() -> None:
    story = two_advances(110_000 * YUAN)
    assert story.clock("SZ-20.8", ident("second")).limit_unit == "working_days"
    clock = story.when(withdraws("2026-03-02 15:00")).clock("SZ-20.8", ident("second"))
    assert (clock.limit_unit, clock.started_at) == ("hours", at("2026-03-02 11:00"))
    assert clock.flags == ("tightened",)


def test_an_advance_whose_cost_the_deductible_swallows_is_refused_and_the_next_one_bears_it() -> None:
    story = two_advances(20_000 * YUAN).when(asks("medical", 60_000 * YUAN, name="third"))
    story.when(withdraws("2026-03-02 15:00"))
    assert NOTHING_TO_ADVANCE.code.replace("-", "_") in story.advance("second").flags
    assert story.clock("SZ-20.8", ident("second")).ended_as == "cancelled"
    assert (story.advance("third").amount, story.ledger.held_by_all()) == (40_000 * YUAN, 40_000 * YUAN)


def test_an_advance_paid_in_part_bears_what_its_unpaid_part_allows_and_the_next_one_the_rest() -> None:
    story = two_advances(50_000 * YUAN).when(asks("medical", 60_000 * YUAN, name="third"))
    story.when(pays_advance("2026-03-02 12:00", 45_000 * YUAN, name="second")).when(withdraws("2026-03-02 15:00"))
    assert money.outstanding(story.claim, story.advance("second")) == 0
    assert story.clock("SZ-20.8", ident("second")).ended_at == at("2026-03-02 12:00")
    assert story.advance("third").amount == 45_000 * YUAN


def test_an_advance_that_is_wholly_paid_bears_no_deductible_of_another() -> None:
    story = two_advances(50_000 * YUAN).when(pays_advance("2026-03-02 12:00", 50_000 * YUAN, name="second"))
    assert story.when(withdraws("2026-03-02 15:00")).advance("second").amount == 50_000 * YUAN
    assert unborne_deductible(story.claim) == 20_000 * YUAN, "the next request bears it"


def test_an_advance_that_the_medical_limit_capped_bears_the_deductible_out_of_what_was_cut_off() -> None:
    few = policy(medical_deductible=20_000 * YUAN, limits=limits(medical=100_000 * YUAN))
    story = Story().when(a_report(policy=few)).when(asks("medical", 30_000 * YUAN, name="first"))
    story.when(asks("medical", MILLION, name="second")).when(withdraws("2026-03-02 15:00"))
    second = story.advance("second")
    assert (second.amount, second.deductible) == (90_000 * YUAN, 20_000 * YUAN)
    assert second.flags == ("limit_capped", "deductible_moved")


def test_a_payment_that_bounces_after_its_advance_ended_leaves_the_deductible_to_the_next_one() -> None:
    story = two_advances(50_000 * YUAN)
    story.when(pays_advance("2026-03-02 12:00", 10_000 * YUAN, name="first", payment="part"))
    assert story.when(withdraws("2026-03-02 15:00")).advance("second").amount == 50_000 * YUAN
    assert story.when(bounces("2026-03-03 09:00", "part")).advance("second").amount == 30_000 * YUAN


def test_a_refusal_that_follows_from_a_withdrawal_dated_before_the_request_is_of_the_moment_of_the_request() -> None:
    story = with_deductible().when(asks("medical", 90_000 * YUAN, name="first"))
    story.when(asks("medical", 20_000 * YUAN, name="second", when="2026-03-04 09:00"))
    story.when(withdraws("2026-03-03 09:00"), recorded="2026-03-05 09:00")
    assert story.advance("second").refused_at == at("2026-03-04 09:00")
