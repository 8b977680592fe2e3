"""The page of a claim, made of its history alone: what to do, money, clocks, story, and what proves itself in time."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.support.acts import accepted, asks, claims, documents, intake, pays_advance, rejects, requests
from tests.support.story import MILLION, YUAN, a_report, at, calendar, ident, limits, policy, rulebooks
from tests.support.told_story import ToldStory

from claims.dashboard.claim_clocks import Sight
from claims.dashboard.claim_money import SCALE, bar
from claims.dashboard.claim_view import ClaimView, Found, claim_view, shown_clocks
from claims.dashboard.claim_words import Telling
from claims.dashboard.texts import LANGUAGES, Language, Words
from claims.domain.claim.commands.authorities import SurveySite
from claims.domain.explanation import explain
from claims.domain.personal import HIDDEN
from claims.domain.rulebook import Limit, Unit


def reported() -> ToldStory:
    return ToldStory().when(a_report())


def asked() -> ToldStory:
    return reported().when(asks("rescue", MILLION))


def paid_late_on_paper() -> ToldStory:
    """Paid on the 5th, due on the 9th, recorded on the 20th: the watch had said breach, and takes it back."""
    told = asked().breached("SZ-20.6")
    told.when(pays_advance("2026-03-05 09:00", MILLION), recorded="2026-03-20 09:00")
    return told.withdrawn("SZ-20.6", "2026-03-20 09:00")


def view(
    told: ToldStory, now: str, role: str = "operations", as_of: str | None = None, language: Language = "en"
) -> ClaimView:
    standing = told.standing(now)
    steps = {
        each.clock_id: explain(each.started_at, Limit(each.limit_amount, Unit(each.limit_unit)), calendar())
        for each in standing.claim.clocks.values()
        if each.limit_unit != "immediately"
    }
    moment = None if as_of is None else at(as_of)
    found = Found(standing, tuple(told.recorded), None, steps, moment)
    sight = Sight(calendar(), rulebooks(), moment or at(now))
    return claim_view(found, Telling(Words(language), rulebooks(), standing.claim), sight, role)


def test_which_advance_to_pay_and_how_much_and_by_when_stands_on_top() -> None:
    todo = [each for each in view(asked(), "2026-03-04 09:00").todo if each.action.amount]
    assert (todo[0].text, todo[0].left) == (
        "Pay the rescue advance of ¥1,000,000.00",
        "3 working days left",
    )
    assert not todo[0].late


def test_what_is_late_is_said_to_be_late() -> None:
    late = next(each for each in view(asked(), "2026-03-11 09:00").todo if each.action.amount)
    assert late.late
    assert late.left == "2 working days late"


def test_an_offer_names_no_clock() -> None:
    offers = [each for each in view(reported(), "2026-03-02 12:00").todo if each.is_offer]
    assert offers
    assert all(each.left is None and each.rule is None for each in offers)


def test_the_limits_show_what_is_promised_and_what_is_left() -> None:
    sums = view(asked(), "2026-03-04 09:00").money
    accident, rescue = sums.limits[0], sums.limits[1]
    assert (accident.of("promised"), accident.of("left")) == (MILLION, 19 * MILLION)
    assert (rescue.of("promised"), rescue.of("left"), rescue.has("paid")) == (MILLION, 0, False)
    assert [each.of("owed") for each in sums.promises] == [MILLION]


def test_what_other_claims_hold_of_the_aggregate_is_told_apart() -> None:
    first = (
        ToldStory().when(a_report(policy=policy(limits=limits(aggregate=5 * MILLION)))).when(asks("rescue", MILLION))
    )
    ledger = first.story.ledger
    entries = {key: replace(each, claim_id=ident("another claim")) for key, each in ledger.entries.items()}
    first.story.ledger = replace(ledger, entries=entries)
    aggregate = view(first, "2026-03-04 09:00").money.limits[-1]
    assert (aggregate.of("others"), aggregate.of("left")) == (MILLION, 4 * MILLION)


def test_the_parts_of_a_bar_lie_side_by_side_and_fill_it() -> None:
    drawn = bar("x", 300, [("paid", 100), ("promised", 0), ("left", 200)])
    assert [(each.kind, each.begins, each.length) for each in drawn.parts] == [
        ("paid", 0, 333),
        ("left", 333, SCALE - 333),
    ]


def test_more_than_the_whole_is_still_drawn_inside() -> None:
    drawn = bar("x", 100, [("paid", 150)])
    assert drawn.parts[0].length == SCALE


def test_one_act_is_one_entry_with_everything_that_it_changed() -> None:
    entries = view(reported(), "2026-03-02 12:00").story
    assert [each.name for each in entries] == ["claim_reported"]
    assert any("Clock started" in each for each in entries[0].changes)


def test_the_story_is_in_the_order_in_which_things_happened() -> None:
    entries = view(paid_late_on_paper(), "2026-03-21 09:00").story
    moments = [each.happened_at for each in entries]
    assert moments == sorted(moments)
    paid = next(each for each in entries if each.name == "advance_paid")
    assert paid.late == timedelta(days=15)
    assert paid.by == "Insurer core-system"


def test_a_late_looking_payment_that_was_in_time_is_proved_with_both_moments_and_the_withdrawn_breach() -> None:
    shown = view(paid_late_on_paper(), "2026-03-21 09:00")
    proof = next(each for each in shown.proofs if each.card.clock.rule == "SZ-20.6")
    assert proof.happened_at == at("2026-03-05 09:00") < proof.card.clock.due_at < proof.recorded_at
    assert (proof.breached_at, proof.withdrawn_at) == (proof.card.clock.marks[3], at("2026-03-20 09:00"))
    assert "1,000,000.00" in proof.fact
    assert proof.card.steps[-1].kind.value == "end"


def test_what_was_recorded_as_it_happened_needs_no_proof() -> None:
    told = asked().when(pays_advance("2026-03-05 09:00", MILLION))
    assert not [each for each in view(told, "2026-03-21 09:00").proofs if each.card.clock.rule == "SZ-20.6"]


def test_what_was_paid_late_is_not_proved_to_be_in_time() -> None:
    told = asked().breached("SZ-20.6").when(pays_advance("2026-03-12 09:00", MILLION), recorded="2026-03-20 09:00")
    assert "SZ-20.6" not in {each.card.clock.rule for each in view(told, "2026-03-21 09:00").proofs}


@pytest.mark.parametrize("role", ["operations", "regulator"])
def test_another_fact_of_the_same_moment_that_was_recorded_late_proves_nothing(role: str) -> None:
    told = asked().when(pays_advance("2026-03-05 09:00", MILLION))
    told.when(SurveySite(at("2026-03-05 09:00"), "赵某", "坍塌"), recorded="2026-03-20 09:00")
    assert "SZ-20.6" not in {each.card.clock.rule for each in view(told, "2026-03-21 09:00", role).proofs}


def test_of_a_payment_in_parts_the_part_that_was_recorded_late_is_the_proof() -> None:
    told = asked().breached("SZ-20.6").when(pays_advance("2026-03-05 09:00", MILLION - 10_00))
    told.when(pays_advance("2026-03-04 09:00", 10_00), recorded="2026-03-20 09:00").withdrawn(
        "SZ-20.6", "2026-03-20 09:00"
    )
    proof = next(each for each in view(told, "2026-03-21 09:00").proofs if each.card.clock.rule == "SZ-20.6")
    assert (proof.happened_at, proof.recorded_at) == (at("2026-03-05 09:00"), at("2026-03-20 09:00"))
    assert "¥10.00" in proof.fact


def test_what_was_told_at_a_moment_of_its_own_is_proved_by_that_moment() -> None:
    told = reported().when(rejects("2026-03-05 09:00", told="2026-03-05 10:00"), recorded="2026-03-20 09:00")
    proof = next(each for each in view(told, "2026-03-21 09:00").proofs if each.card.clock.rule == "SZ-20.3b")
    assert proof.happened_at == at("2026-03-05 10:00")
    assert proof.recorded_at == at("2026-03-20 09:00")


def test_of_two_clocks_for_one_act_the_one_that_counts_stands_there_and_not_the_paused_one() -> None:
    """The due moment of what is paused is the earliest that it can be: what runs ends first."""
    told = ToldStory().when(a_report(policy=policy(determination_days=10))).when(claims("2026-03-02 11:00"))
    told.when(intake("2026-03-02 12:00")).when(documents("2026-03-03 09:00", "a", complete=True))
    told.when(requests("2026-03-05 10:00", "b", new_facts="补充材料"))
    shown = view(told, "2026-03-09 09:00")
    of = {each.clock.rule: each for each in shown.clocks}
    assert of["IL-23a"].clock.due_at < of["SZ-20.3"].clock.due_at
    assert (of["IL-23a"].clock.flags, of["IL-23a"].binding, of["SZ-20.3"].binding) == (("paused",), False, True)
    decide = next(each for each in shown.todo if each.action.code == "decide_claim")
    assert decide.action.clock_id == of["SZ-20.3"].clock_id


def test_clocks_that_run_stand_in_front_and_what_is_late_first() -> None:
    shown = view(asked().breached("SZ-20.6"), "2026-03-12 09:00")
    assert shown.running[0].clock.rule in {"SZ-20.6", *(each.clock.rule for each in shown.running if each.late)}
    assert {each.status for each in shown.running[:1]} <= {"overdue"}


def test_a_regulator_sees_neither_targets_nor_what_they_did_in_the_story() -> None:
    told = reported()
    inside, outside = (view(told, "2026-03-02 12:00", role) for role in ("operations", "regulator"))
    assert any(each.clock.tier == "target" for each in inside.clocks)
    assert not any(each.clock.tier == "target" for each in outside.clocks)
    assert len(outside.story[0].changes) < len(inside.story[0].changes)
    assert not any(each.rule and "SZ-20.1" in each.rule for each in outside.todo)


def test_the_past_holds_nothing_that_happened_later_but_can_go_on_to_it() -> None:
    told = asked()
    earlier = ToldStory().when(a_report())
    shown = view(replace(earlier, recorded=told.recorded), "2026-03-04 09:00", as_of="2026-03-02 10:30")
    assert shown.is_past
    assert [each.name for each in shown.story] == ["claim_reported"]
    assert shown.moments == (at("2026-03-02 10:00"), at("2026-03-02 11:00"))


def test_hidden_names_stay_hidden() -> None:
    told = accepted_story()
    claim = told.story.claim
    telling = Telling(Words("zh"), rulebooks(), claim)
    fact = next(each for each in told.recorded if each.name == "intake_notified")
    blind = replace(fact, event=replace(fact.event, nature=HIDDEN, document_names=(), missing_names=()))  # type: ignore[type-var]
    assert telling.note(blind) == HIDDEN
    assert "a、b" in telling.sentence(blind)


def accepted_story() -> ToldStory:
    return reported().when(intake("2026-03-02 12:00", missing=("a", "b")))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_amounts_of_events_are_written_as_money(language: Language) -> None:
    told = asked()
    sentences = [each.sentence for each in view(told, "2026-03-04 09:00", language=language).story]
    assert any("¥1,000,000.00" in each for each in sentences)
    assert MILLION == 1_000_000 * YUAN


def test_the_clocks_of_everybody_are_those_that_shows_clock_lets_through() -> None:
    claim = accepted(reported().story).claim
    assert set(shown_clocks(claim, "operations")) == set(claim.clocks)
    assert set(shown_clocks(claim, "broker")) < set(claim.clocks)
