"""Eligible, but nobody asked: which advances the facts allow, and how much would be payable (SZ-20 (6) to (8))."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from tests.support.story import MILLION, YUAN, Story, a_report, arrived, at, ident, limits, policy, rulebooks

from claims.domain.claim.advances import KINDS
from claims.domain.claim.commands.advance import RefuseAdvance, RequestAdvance, WithdrawAdvance
from claims.domain.claim.commands.decision import Decide
from claims.domain.claim.commands.documents import ReceiveDocuments
from claims.domain.claim.commands.end import WithdrawClaim
from claims.domain.claim.commands.intake import NotifyIntake, RequestClaim, UpdateCasualties
from claims.domain.claim.commands.loss import DetermineLoss
from claims.domain.claim.commands.reopen import ReopenClaim
from claims.domain.claim.decide import Command
from claims.domain.claim.eligibility import Eligible, eligible, eligible_kinds
from claims.domain.claim.events import Casualties
from claims.domain.policy.events import AmountReserved, Limits
from claims.domain.policy.ledger import evolve as evolve_ledger
from claims.domain.rulebook import ADVANCE_KINDS

NOBODY_HARMED = Casualties(0, 0, 0, 0)
ONE_DEAD = Casualties(1, 0, 0, 0)


def story(
    casualties: Casualties = NOBODY_HARMED, of: Limits | None = None, *commands: Command, **changes: object
) -> Story:
    told = Story().when(a_report(casualties=casualties, policy=policy(limits=of or limits(), **changes)))
    for command in commands:
        told.when(command)
    return told


def offered(told: Story) -> dict[str, int | None]:
    return {each.kind: each.amount for each in eligible(told.claim, told.ledger, rulebooks())}


def counts(casualties: Casualties, when: str = "2026-03-02 12:00") -> UpdateCasualties:
    return UpdateCasualties(at(when), casualties)


def loss(yuan: int, when: str = "2026-03-03 09:00") -> DetermineLoss:
    return DetermineLoss(at(when), yuan * YUAN, "定损单")


def asks(kind: str, amount: int | None = None, name: str = "a", when: str = "2026-03-02 11:00") -> RequestAdvance:
    return RequestAdvance(at(when), ident(name), kind, "insured", amount, (), None, None)


def cover(word: str, when: str = "2026-03-02 13:00") -> NotifyIntake:
    return NotifyIntake(at(when), "坍塌", word, (), ())


def documents(when: str = "2026-03-04 09:00") -> ReceiveDocuments:
    return ReceiveDocuments(at(when), arrived("a"), complete=False)


def rejects(when: str = "2026-03-05 09:00") -> Decide:
    return Decide(at(when), "rejected", None, "非保险责任", None)


SIXTY = 600_000 * YUAN

BY_THE_FACTS: Mapping[str, tuple[Story, Mapping[str, int | None]]] = {
    "an insured accident: 60 % of the rescue limit": (story(), {"rescue": SIXTY}),
    "rounded up to the fen": (story(NOBODY_HARMED, limits(rescue=100_001)), {"rescue": 60_001}),
    "no rescue limit": (story(NOBODY_HARMED, limits(rescue=0)), {}),
    "the cover is open still": (story(NOBODY_HARMED, None, cover("open")), {"rescue": SIXTY}),
    "not covered": (story(Casualties(1, 0, 4, 0), None, loss(10), cover("not_covered", "2026-03-03 10:00")), {}),
    "not covered, and then covered": (
        story(NOBODY_HARMED, None, cover("not_covered"), cover("covered", "2026-03-02 14:00")),
        {"rescue": SIXTY},
    ),
    "one dead, the loss not determined": (story(ONE_DEAD), {"rescue": SIXTY}),
    "one dead, the loss determined: half of it, rounded up": (
        story(ONE_DEAD, None, DetermineLoss(at("2026-03-03 09:00"), 800_000_01, "定损单")),
        {"rescue": SIXTY, "death_indemnity": 400_000_01},
    ),
    "half the loss is more than the accident's limit leaves": (
        story(ONE_DEAD, limits(per_accident=MILLION), loss(4_000_000)),
        {"rescue": SIXTY, "death_indemnity": MILLION},
    ),
    "one missing is no confirmed death": (story(Casualties(0, 1, 0, 0), None, loss(800_000)), {"rescue": SIXTY}),
    "the missing was found dead": (
        story(Casualties(0, 1, 0, 0), None, counts(ONE_DEAD), loss(800_000)),
        {"rescue": SIXTY, "death_indemnity": 400_000 * YUAN},
    ),
    "the dead was none": (
        story(ONE_DEAD, None, loss(800_000), counts(NOBODY_HARMED, "2026-03-04 09:00")),
        {"rescue": SIXTY},
    ),
    "two in surgery": (story(Casualties(0, 0, 2, 2)), {"rescue": SIXTY}),
    "three in surgery, whose cost nobody stated": (story(Casualties(0, 0, 3, 3)), {"rescue": SIXTY, "medical": None}),
    "the third in surgery came later": (
        story(Casualties(0, 0, 2, 2), None, counts(Casualties(0, 0, 3, 3))),
        {"rescue": SIXTY, "medical": None},
    ),
    "three in surgery, no medical limit": (story(Casualties(0, 0, 3, 3), limits(medical=0)), {"rescue": SIXTY}),
    "claim and documents, no loss determined": (story(NOBODY_HARMED, None, documents()), {"rescue": SIXTY}),
    "claim, documents and a loss: what can be determined, somebody has to say": (
        story(NOBODY_HARMED, None, loss(800_000), documents()),
        {"rescue": SIXTY, "determinable_part": None},
    ),
    "a loss, and nobody has sent a document": (
        story(NOBODY_HARMED, None, RequestClaim(at("2026-03-02 12:00"), "某", None), loss(800_000)),
        {"rescue": SIXTY},
    ),
    "withdrawn": (story(ONE_DEAD, None, WithdrawClaim(at("2026-03-03 09:00"), "撤销")), {}),
    "decided": (
        story(ONE_DEAD, None, loss(800_000), Decide(at("2026-03-05 09:00"), "approved", MILLION, None, None)),
        {},
    ),
    "reopened after a rejection": (
        story(NOBODY_HARMED, None, rejects(), ReopenClaim(at("2026-03-09 09:00"), "新证据")),
        {"rescue": SIXTY},
    ),
}


@pytest.mark.parametrize("case", BY_THE_FACTS)
def test_what_is_offered_goes_by_the_facts(case: str) -> None:
    told, expected = BY_THE_FACTS[case]
    assert offered(told) == expected


@pytest.mark.parametrize("case", BY_THE_FACTS)
def test_by_the_claim_alone_the_same_kinds_are_offered_as_by_a_ledger_that_holds_nothing_else(case: str) -> None:
    told, expected = BY_THE_FACTS[case]
    assert eligible_kinds(told.claim, rulebooks()) == tuple(expected)


@pytest.mark.parametrize("case", BY_THE_FACTS)
def test_what_is_offered_is_granted_to_the_fen_to_whoever_asks(case: str) -> None:
    told, expected = BY_THE_FACTS[case]
    for kind in sorted({"rescue", "death_indemnity"} & set(expected)):
        asking = Story(told.ledger)
        asking.claim = told.claim
        got = asking.when(asks(kind, name=kind, when="2026-03-10 09:00")).advance(kind)
        assert got.amount == expected[kind]


BY_WHAT_WAS_ASKED: Mapping[str, tuple[Story, set[str]]] = {
    "asked for": (story(NOBODY_HARMED, None, asks("rescue")), set()),
    "what it was promised itself leaves no room for another": (
        story(Casualties(0, 0, 3, 3), limits(per_accident=SIXTY), asks("rescue")),
        set(),
    ),
    "asked for less, with a reason": (
        story(NOBODY_HARMED, None, replace(asks("rescue", 1), reason_code="client_asked_less")),
        set(),
    ),
    "asked for and withdrawn: the client has answered": (
        story(NOBODY_HARMED, None, asks("rescue"), WithdrawAdvance(at("2026-03-02 12:00"), ident("a"), "不需要")),
        set(),
    ),
    "asked for and refused: the insurer has answered": (
        story(NOBODY_HARMED, None, asks("rescue"), RefuseAdvance(at("2026-03-02 12:00"), ident("a"), "理由")),
        set(),
    ),
    "withdrawn, and the claim reopened": (
        story(
            NOBODY_HARMED,
            None,
            asks("rescue"),
            WithdrawAdvance(at("2026-03-02 12:00"), ident("a"), "不需要"),
            rejects(),
            ReopenClaim(at("2026-03-09 09:00"), "新证据"),
        ),
        {"rescue"},
    ),
    "a death advance that waits for the loss": (story(ONE_DEAD, limits(rescue=0), asks("death_indemnity")), set()),
    "it became payable with the loss": (
        story(ONE_DEAD, limits(rescue=0), asks("death_indemnity"), loss(800_000)),
        set(),
    ),
    "a medical advance that waits for the third surgery": (
        story(Casualties(0, 0, 2, 2), limits(rescue=0), asks("medical", 100)),
        set(),
    ),
    "it became payable with the third": (
        story(Casualties(0, 0, 2, 2), limits(rescue=0), asks("medical", 100), counts(Casualties(0, 0, 3, 3))),
        set(),
    ),
    "withdrawn before the third surgery: that is a new fact": (
        story(
            Casualties(0, 0, 2, 2),
            limits(rescue=0),
            asks("medical", 100),
            WithdrawAdvance(at("2026-03-02 11:30"), ident("a"), "不需要"),
            counts(Casualties(0, 0, 3, 3)),
        ),
        {"medical"},
    ),
    "the determinable part was asked for": (
        story(
            NOBODY_HARMED,
            limits(rescue=0),
            loss(8),
            documents(),
            asks("determinable_part", 5, when="2026-03-05 09:00"),
        ),
        set(),
    ),
}


@pytest.mark.parametrize("case", BY_WHAT_WAS_ASKED)
def test_what_was_asked_for_is_not_offered(case: str) -> None:
    told, expected = BY_WHAT_WAS_ASKED[case]
    assert set(offered(told)) == expected
    assert set(eligible_kinds(told.claim, rulebooks())) == expected


def test_a_loss_determined_higher_offers_what_it_adds_until_that_is_asked_for() -> None:
    told = story(ONE_DEAD, limits(rescue=0), loss(800_000), asks("death_indemnity", when="2026-03-03 10:00"))
    assert offered(told) == {}
    assert offered(told.when(loss(1_000_000, "2026-03-04 09:00"))) == {"death_indemnity": 100_000 * YUAN}
    told.when(asks("death_indemnity", name="b", when="2026-03-04 10:00"))
    assert offered(told) == {}


def test_what_another_claim_took_of_the_policys_limit_is_not_offered_although_the_claim_alone_allows_it() -> None:
    told = story(NOBODY_HARMED, limits(aggregate=20 * MILLION))
    taken = AmountReserved(ident("another claim"), ident("entry"), "indemnity", 20 * MILLION - 100, ())
    told.ledger = evolve_ledger(told.ledger, taken)
    assert offered(told) == {"rescue": 100}
    told.ledger = evolve_ledger(told.ledger, replace(taken, amount=100))
    assert offered(told) == {}
    assert eligible_kinds(told.claim, rulebooks()) == ("rescue",)


def test_it_names_the_rule_whose_clock_would_run_and_its_article() -> None:
    (rescue, medical) = eligible(story(Casualties(0, 0, 3, 3)).claim, story().ledger, rulebooks())
    assert rescue == Eligible("rescue", SIXTY, "SZ-20.6", "深圳规范第二十条（六）")
    assert (medical.rule, medical.citation) == ("SZ-20.8", "深圳规范第二十条（八）")
    part = eligible(story(NOBODY_HARMED, limits(rescue=0), loss(8), documents()).claim, story().ledger, rulebooks())
    assert ("IL-25", "保险法第二十五条") in {(each.rule, each.citation) for each in part}


def test_in_beijing_no_rule_runs_a_clock_and_the_figures_source_is_named() -> None:
    report = a_report(casualties=NOBODY_HARMED, policy=policy(region="110000"))
    told = Story().when(replace(report, accident=replace(report.accident, region="110000")))
    (rescue,) = eligible(told.claim, told.ledger, rulebooks())
    assert (rescue.kind, rescue.amount, rescue.rule) == ("rescue", SIXTY, None)
    assert "第二十条（六）" in rescue.citation


def test_every_kind_of_advance_is_looked_at() -> None:
    assert set(ADVANCE_KINDS) == KINDS
