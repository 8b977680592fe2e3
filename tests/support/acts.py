"""What people do on a claim, as commands in few words: moments are texts in Shanghai time, amounts are fen."""

from typing import Any
from uuid import UUID

from tests.support.story import INSURED, Story, arrived, at, ident, items

from claims.domain.claim.commands.advance import RequestAdvance
from claims.domain.claim.commands.amend import AmendAdvance
from claims.domain.claim.commands.decision import Decide
from claims.domain.claim.commands.direct import DecideDirectPayment, RequestDirectPayment
from claims.domain.claim.commands.documents import ReceiveDocuments, RequestDocuments
from claims.domain.claim.commands.fast_track import SettleFast
from claims.domain.claim.commands.intake import NotifyIntake, RegisterVictim, RequestClaim, UpdateCasualties
from claims.domain.claim.commands.loss import DetermineLoss
from claims.domain.claim.commands.pay import FailPayment, PayAdvance, PayIndemnity
from claims.domain.claim.commands.reopen import ReopenClaim
from claims.domain.claim.commands.settle import AgreeSettlement
from claims.domain.claim.events import AgreedPayee, Casualties, Payee

HOSPITAL = Payee("hospital", None)


def to_victim(name: str) -> Payee:
    """Return a victim as payee, by the name it was registered with."""
    return Payee("victim", ident(name))


def claims(when: str) -> RequestClaim:
    """Somebody claims under the policy."""
    return RequestClaim(at(when), "李某", None)


def intake(when: str, coverage: str = "covered", *, missing: tuple[str, ...] = ()) -> NotifyIntake:
    """The client is told the coverage and what is missing."""
    return NotifyIntake(at(when), "高处坠落", coverage, items(*missing), items(*missing))


def requests(when: str, *codes: str, new_facts: str | None = None, reached: str | None = None) -> RequestDocuments:
    """The client is asked for documents, and has the request in hand at once unless it is said when."""
    return RequestDocuments(at(when), items(*codes), at(reached or when), new_facts)


def documents(when: str, *codes: str, complete: bool = False) -> ReceiveDocuments:
    """Documents arrive."""
    return ReceiveDocuments(at(when), arrived(*codes), complete)


def determines(when: str, amount: int) -> DetermineLoss:
    """The loss is determined."""
    return DetermineLoss(at(when), amount, "定损单")


def casualties(when: str, deaths: int = 0, missing: int = 0, surgeries: int = 0, injuries: int = 0) -> UpdateCasualties:
    """The count of persons harmed at a moment."""
    return UpdateCasualties(at(when), Casualties(deaths, missing, surgeries, injuries))


def registers(name: str, when: str = "2026-03-02 10:05", outcome: str = "death") -> RegisterVictim:
    """A victim becomes known, whose id is that of the name."""
    return RegisterVictim(at(when), ident(name), name, None, None, outcome, ())


def asks(
    kind: str, amount: int | None = None, *, name: str = "advance", when: str = "2026-03-02 11:00", **more: Any
) -> RequestAdvance:
    """The client asks for an advance, whose id is that of the name."""
    whole: dict[str, Any] = {"shares": (), "reason_code": None, "reason": None, **more}
    return RequestAdvance(at(when), ident(name), kind, "insured", amount, **whole)


def amends(when: str, amount: int, *, name: str = "advance") -> AmendAdvance:
    """The client asks for another amount of an advance."""
    return AmendAdvance(at(when), ident(name), amount, "费用变化")


def reopens(when: str) -> ReopenClaim:
    """The claim is taken up again."""
    return ReopenClaim(at(when), "补充证据")


def asks_directly(when: str, amount: int, *, by: str = "insured", name: str = "direct") -> RequestDirectPayment:
    """Somebody asks that the one victim be paid directly."""
    return RequestDirectPayment(at(when), ident(name), by, ident("victim"), amount)


def answers_directly(when: str, outcome: str = "accepted", *, name: str = "direct") -> DecideDirectPayment:
    """The insurer decides on a request for direct payment."""
    return DecideDirectPayment(at(when), ident(name), outcome, "材料不足" if outcome == "refused" else None)


def settles_fast(when: str, amount: int) -> SettleFast:
    """A small claim is decided, agreed and paid in one step."""
    return SettleFast(at(when), ident(when), amount, INSURED, "ICBC-3", "收条")


def pays_advance(
    when: str, amount: int, *, name: str = "advance", payee: Payee = HOSPITAL, payment: str | None = None
) -> PayAdvance:
    """Money of an advance leaves; the payment's id is that of its moment unless it has a name."""
    return PayAdvance(at(when), ident(payment or when), ident(name), amount, payee, "ICBC-1", "收条")


def pays(
    when: str, amount: int, payee: Payee = INSURED, *, proof: str | None = "收条", payment: str | None = None
) -> PayIndemnity:
    """Money of the indemnity leaves; the payment's id is that of its moment unless it has a name."""
    return PayIndemnity(at(when), ident(payment or when), amount, payee, "ICBC-2", proof)


def bounces(when: str, payment: str) -> FailPayment:
    """A payment comes back."""
    return FailPayment(at(when), ident(payment), "账号有误")


def approves(when: str, amount: int, *, told: str | None = None) -> Decide:
    """The claim is approved with the whole indemnity."""
    return Decide(at(when), "approved", amount, None, at(told) if told else None)


def rejects(when: str, *, told: str | None = None) -> Decide:
    """The claim is rejected."""
    return Decide(at(when), "rejected", None, "不属于保险责任", at(told) if told else None)


def agrees(when: str, amount: int, *payees: tuple[Payee, int], self_borne: int = 0) -> AgreeSettlement:
    """The agreement on the indemnity is signed."""
    agreed = tuple(AgreedPayee(payee, part) for payee, part in payees)
    return AgreeSettlement(at(when), amount, self_borne, "签收单-1", agreed)


def accepted(story: Story, when: str = "2026-03-03 09:00") -> Story:
    """Cover is confirmed and the two documents asked for arrive: the claim is accepted at the last arrival."""
    story.when(intake("2026-03-02 12:00", missing=("a", "b"))).when(requests("2026-03-02 14:00", "a", "b"))
    return story.when(documents(when, "a", "b"))


def settled(story: Story, amount: int, when: str = "2026-03-06 09:00") -> Story:
    """Accepted, approved with an amount and agreed on it."""
    accepted(story).when(approves("2026-03-05 09:00", amount, told="2026-03-05 09:00"))
    return story.when(agrees(when, amount))


def clock_id(story: Story, rule: str) -> UUID:
    """Return the id of the one clock of a rule."""
    return story.clock(rule).clock_id
