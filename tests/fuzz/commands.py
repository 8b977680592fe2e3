"""Every command on a claim, made for the product and for the model at once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from tests.fuzz.hand import Hand
from tests.fuzz.model import money
from tests.support.story import arrived, items

from claims.domain.claim.commands import (
    advance,
    amend,
    authorities,
    decision,
    direct,
    documents,
    end,
    fast_track,
    intake,
    loss,
    pay,
    progress,
    receive,
    reopen,
    settle,
)
from claims.domain.claim.events import Casualties, Payee
from claims.domain.policy.events import Share

Made = tuple[Any, dict[str, Any]]

KINDS = ("rescue", "death_indemnity", "medical", "determinable_part")
CODES = ("a", "b", "c", "d")


def _request_advance(hand: Hand) -> Made:
    kind, limits = hand.one_of(KINDS), hand.policy.limits_of(hand.claim)
    base = {"rescue": limits.rescue * 3 // 5, "medical": 10_000_000 + hand.policy.deductible}.get(kind, 200_000_000)
    asked = None if kind in {"rescue", "death_indemnity"} and hand.turn(3) == 0 else hand.amount(base)
    shares: tuple[tuple[UUID, int], ...] = ()
    if hand.claim.victims and hand.turn(4) == 0:
        named = hand.claim.victims[: 1 + hand.turn(2)]
        shares = tuple((whom, max(1, (asked or base) // (2 + hand.turn(2)))) for whom in named)
    reason = hand.one_of(("client_asked_less", None, "other"))
    wanted = tuple(Share(*share) for share in shares)
    command = advance.RequestAdvance(hand.at, hand.new_id, kind, "insured", asked, wanted, reason, "理由")
    return command, {
        "advance_id": hand.new_id,
        "kind": kind,
        "asked": asked,
        "shares": shares,
        "reason_code": reason,
    }


def _amend(hand: Hand) -> Made:
    which = hand.known(hand.claim.advances)
    known = hand.claim.advances.get(which)
    asked = (known.asked or known.amount or 1) if known else 1
    amount = hand.amount(hand.one_of((asked * 2, asked, asked // 2)))
    return amend.AmendAdvance(hand.at, which, amount, "费用变化"), {"advance_id": which, "asked": amount}


def _end_advance(how: str, made: Callable[..., Any]) -> Callable[[Hand], Made]:
    def make(hand: Hand) -> Made:
        which = hand.known(hand.claim.advances)
        return made(hand.at, which, "理由"), {"advance_id": which, "how": how}

    return make


def _pay_advance(hand: Hand) -> Made:
    owed = [each for each, known in hand.claim.advances.items() if money.outstanding(hand.claim, known)]
    which = hand.known(owed if owed and hand.turn(5) else hand.claim.advances)
    known = hand.claim.advances.get(which)
    amount = hand.amount(money.outstanding(hand.claim, known) if known else 1)
    payee = None if known and known.kind == "rescue" and hand.turn(3) == 0 else hand.payee()
    proof = hand.proof()
    command = pay.PayAdvance(hand.at, hand.new_id, which, amount, payee, "ICBC", proof)
    whom = None if payee is None else (payee.party, payee.victim_id)
    return command, {
        "payment_id": hand.new_id,
        "advance_id": which,
        "amount": amount,
        "payee": whom,
        "proof": proof is not None,
    }


def _paid_out(hand: Hand, amount: int) -> tuple[Payee, str | None, dict[str, Any]]:
    payee, proof = hand.payee(), hand.proof()
    whom = (payee.party, payee.victim_id)
    return payee, proof, {"payment_id": hand.new_id, "amount": amount, "payee": whom, "proof": proof is not None}


def _pay(hand: Hand) -> Made:
    amount = hand.amount(money.balance(hand.claim))
    payee, proof, said = _paid_out(hand, amount)
    return pay.PayIndemnity(hand.at, hand.new_id, amount, payee, "ICBC", proof), said


def _settle_fast(hand: Hand) -> Made:
    amount = hand.one_of((1_000_000, 1_000_001, 500_000, 1))
    payee, proof, said = _paid_out(hand, amount)
    return fast_track.SettleFast(hand.at, hand.new_id, amount, payee, "ICBC", proof), said


def _bounce(hand: Hand) -> Made:
    live = [each for each, known in hand.claim.payments.items() if known.failed_at is None]
    which = hand.known(live if live and hand.turn(5) else hand.claim.payments)
    return pay.FailPayment(hand.at, which, "账号有误"), {"payment_id": which}


def _recover(hand: Hand) -> Made:
    amount = hand.amount(money.recoverable(hand.claim))
    return end.ReceiveRecovery(hand.at, amount, "ICBC"), {"amount": amount}


def _request_claim(hand: Hand) -> Made:
    amount = hand.one_of((None, 1_000_000, 1_000_001, 300_000_000))
    return intake.RequestClaim(hand.at, "李某", amount), {"amount": amount}


def _codes(hand: Hand, fewest: int) -> tuple[str, ...]:
    first = hand.turn(2)
    return CODES[first : first + fewest + hand.turn(3)]


def _intake(hand: Hand) -> Made:
    coverage = hand.one_of(("covered", "covered", "covered", "covered", "open", "not_covered"))
    missing = _codes(hand, 0)
    command = intake.NotifyIntake(hand.at, "高处坠落", coverage, (), items(*missing))
    return command, {"coverage": coverage, "missing": frozenset(missing)}


def _ask_documents(hand: Hand) -> Made:
    codes, new_facts = _codes(hand, 1), hand.one_of((None, None, "新的事实"))
    late = hand.one_of((timedelta(), timedelta(minutes=5), timedelta(days=1), timedelta(), timedelta(minutes=-1)))
    reached = hand.at + late if hand.turn(8) == 7 else min(max(hand.now, hand.at), hand.at + late)
    command = documents.RequestDocuments(hand.at, items(*codes), reached, new_facts)
    return command, {"codes": frozenset(codes), "reached_at": reached, "new_facts": new_facts is not None}


def _documents(hand: Hand) -> Made:
    """Mostly what is still awaited, all of it or a part."""
    complete, codes = hand.turn(4) == 3, _codes(hand, 1)
    came = {code for arrival in hand.claim.arrived for code in arrival.codes}
    awaited = tuple(sorted({code for each in hand.claim.asked for code in each.codes} - came))
    if awaited and hand.turn(4):
        codes = awaited[: 1 + hand.turn(3)] if hand.turn(3) == 2 else awaited
    codes = () if complete and hand.turn(3) == 2 else codes
    command = documents.ReceiveDocuments(hand.at, arrived(*codes), complete)
    return command, {"codes": frozenset(codes), "complete": complete}


def _casualties(hand: Hand) -> Made:
    deaths, surgeries, injuries = hand.turn(4), hand.turn(5), hand.one_of((0, 4, 9, 10))
    command = intake.UpdateCasualties(hand.at, Casualties(deaths, hand.turn(2), surgeries, injuries))
    return command, {"deaths": deaths, "surgeries": surgeries, "injuries": injuries}


def _loss(hand: Hand) -> Made:
    amount = hand.amount(hand.one_of((200_000_001, 400_000_000, 900_000)))
    return loss.DetermineLoss(hand.at, amount, "定损单"), {"amount": amount}


def _decide(hand: Hand) -> Made:
    outcome = "rejected" if hand.turn(5) == 4 else "approved"
    limits = hand.policy.limits_of(hand.claim)
    base = hand.one_of((money.held(hand.claim), limits.per_accident, limits.per_accident // 3))
    amount = None if outcome == "rejected" else hand.amount(base)
    told = hand.one_of((None, hand.at, None, hand.at + timedelta(hours=2), hand.at - timedelta(minutes=1)))
    command = decision.Decide(hand.at, outcome, amount, "理由", told)
    return command, {"outcome_": outcome, "amount": amount or 0, "told_at": told}


def _agree(hand: Hand) -> Made:
    amount = hand.amount(hand.claim.decision.amount if hand.claim.decision else 1)
    confirmed = hand.turn(10) != 9
    command = settle.AgreeSettlement(hand.at, amount, 0, "签收单" if confirmed else " ", ())
    return command, {"amount": amount, "confirmed": confirmed}


def _ask_directly(hand: Hand) -> Made:
    by, whom, amount = hand.one_of(("insured", "victim")), hand.known(hand.claim.victims), hand.amount(10_000_000)
    command = direct.RequestDirectPayment(hand.at, hand.new_id, by, whom, amount)
    return command, {"request_id": hand.new_id, "by": by, "whom": whom, "amount": amount}


def _answer_directly(hand: Hand) -> Made:
    which, outcome = hand.known(hand.claim.directs), hand.one_of(("accepted", "refused"))
    return direct.DecideDirectPayment(hand.at, which, outcome, "理由"), {"request_id": which, "outcome_": outcome}


def _victim(hand: Hand) -> Made:
    command = intake.RegisterVictim(hand.at, hand.new_id, "某", None, None, "death", ())
    return command, {"victim_id": hand.new_id}


def _plain(made: Callable[..., Any], *more: Any) -> Callable[[Hand], Made]:
    return lambda hand: (made(hand.at, *more), {})


MAKERS: dict[str, Callable[[Hand], Made]] = {
    "receive": _plain(receive.ReceiveReport),
    "request_claim": _request_claim,
    "intake": _intake,
    "victim": _victim,
    "casualties": _casualties,
    "authorities": _plain(authorities.NotifyAuthorities, ("safety_authority",), "KB-1"),
    "survey": _plain(authorities.SurveySite, "赵某", "坍塌"),
    "outcome": _plain(authorities.ReportOutcome, ("safety_authority",), "JA-1"),
    "ask_documents": _ask_documents,
    "documents": _documents,
    "loss": _loss,
    "progress": _plain(progress.NotifyProgress, "等待鉴定"),
    "decide": _decide,
    "tell": _plain(decision.TellDecision),
    "notify_rejection": _plain(decision.NotifyRejection, "拒赔-1", "理由"),
    "agree": _agree,
    "settle_fast": _settle_fast,
    "ask_directly": _ask_directly,
    "answer_directly": _answer_directly,
    "withdraw": _plain(end.WithdrawClaim, "撤销"),
    "close": _plain(end.CloseClaim, None),
    "reopen": _plain(reopen.ReopenClaim, "补充证据"),
    "request_advance": _request_advance,
    "amend_advance": _amend,
    "refuse_advance": _end_advance("refused", advance.RefuseAdvance),
    "withdraw_advance": _end_advance("withdrawn", advance.WithdrawAdvance),
    "pay_advance": _pay_advance,
    "pay": _pay,
    "bounce": _bounce,
    "recover": _recover,
}
MODELLED = {"refuse_advance": "end_advance", "withdraw_advance": "end_advance"}
"""Under which name the model knows a command, where it is another."""
EVERYTHING = tuple(sorted(MAKERS))
