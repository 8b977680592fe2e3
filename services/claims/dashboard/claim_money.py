"""The money of a claim at a glance: limits, advances and indemnity, each as a bar of what is paid, promised, left."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Literal, TypeAlias

from claims.dashboard.claim_words import Telling
from claims.domain.claim.money import (
    advance_status,
    advanced,
    balance,
    indemnity,
    outstanding,
    paid,
    paid_of,
    recoverable,
    recovered,
)
from claims.domain.claim.remaining import left_by_victim, limits_of, remaining
from claims.domain.claim.state import Advance, Claim, Payment
from claims.domain.policy.ledger import Ledger

Kind: TypeAlias = Literal["paid", "promised", "others", "left", "owed"]
"""Paid; promised and not paid yet; promised to other claims of the policy; still free; still to be paid."""

SCALE = 1000
"""How long a whole bar is drawn."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bar; the amount in fen, place and length in parts of SCALE."""

    kind: Kind
    amount: int
    begins: int
    length: int


@dataclass(frozen=True, slots=True)
class Bar:
    """One sum and what became of it, in fen."""

    label: str
    total: int
    parts: tuple[Part, ...]
    note: str | None = None

    def has(self, kind: Kind) -> bool:
        """Say whether the bar has such a part."""
        return any(each.kind == kind for each in self.parts)

    def of(self, kind: Kind) -> int:
        """Return the amount of a part; 0 where the bar has none."""
        return sum(each.amount for each in self.parts if each.kind == kind)


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """One payment as the list shows it."""

    payment: Payment
    what: str
    payee: str


@dataclass(frozen=True, slots=True)
class Money:
    """Everything that the claim says of money."""

    limits: tuple[Bar, ...]
    promises: tuple[Bar, ...]
    paid: int
    advanced: int
    indemnity: int | None
    balance: int
    recoverable: int
    recovered: int
    payments: tuple[PaymentLine, ...]
    victims: tuple[tuple[str, int], ...]
    """Names, as far as the reader may see them, and what is left of the limit per person."""
    per_person: int


def money_of(claim: Claim, ledger: Ledger, telling: Telling) -> Money:
    """Return the sums of a claim, all by the domain's own rules."""
    return Money(
        limits=tuple(_limits(claim, ledger, telling)),
        promises=tuple(_promises(claim, telling)),
        paid=paid(claim),
        advanced=advanced(claim),
        indemnity=indemnity(claim),
        balance=balance(claim),
        recoverable=recoverable(claim),
        recovered=recovered(claim),
        payments=tuple(_payments(claim, telling)),
        victims=tuple((claim.victims[each].name, left) for each, left in left_by_victim(claim, ledger).items()),
        per_person=limits_of(claim, ledger).per_person,
    )


def bar(label: str, total: int, parts: Sequence[tuple[Kind, int]], note: str | None = None) -> Bar:
    """Return a bar of these parts; what is nothing is left out, and together they are as long as the whole."""
    having = [(kind, amount) for kind, amount in parts if amount > 0]
    whole = max(total, sum(amount for _, amount in having), 1)
    ends = [SCALE * so_far // whole for so_far in accumulate(amount for _, amount in having)]
    begins = [0, *ends[:-1]]
    drawn = (
        Part(kind, amount, start, end - start) for (kind, amount), start, end in zip(having, begins, ends, strict=False)
    )
    return Bar(label, total, tuple(drawn), note)


def _limits(claim: Claim, ledger: Ledger, telling: Telling) -> Iterator[Bar]:
    limits, left, say = limits_of(claim, ledger), remaining(claim, ledger), telling.words
    yield _limit(say("claim.limits.per_accident"), limits.per_accident, left.per_accident, paid(claim))
    for kind, limit, free in (("rescue", limits.rescue, left.rescue), ("medical", limits.medical, left.medical)):
        spent = sum(paid_of(claim, each.advance_id) for each in claim.advances.values() if each.kind == kind)
        yield _limit(say(f"claim.limits.{kind}"), limit, free, spent)
    if limits.aggregate is not None and left.aggregate is not None:
        own = ledger.held(claim.claim_id)
        others = limits.aggregate - left.aggregate - own
        spent = min(paid(claim), own)
        parts: list[tuple[Kind, int]] = [
            ("paid", spent),
            ("promised", own - spent),
            ("others", others),
            ("left", left.aggregate),
        ]
        yield bar(say("claim.limits.aggregate"), limits.aggregate, parts)


def _limit(label: str, limit: int, left: int, spent: int) -> Bar:
    """What is neither free nor paid is promised."""
    return bar(label, limit, [("paid", spent), ("promised", limit - left - spent), ("left", left)])


def _promises(claim: Claim, telling: Telling) -> Iterator[Bar]:
    for advance in claim.advances.values():
        yield _advance(claim, advance, telling)
    worth = indemnity(claim)
    if worth is not None:
        so_far = paid(claim) - recovered(claim)
        note = telling.words("claim.money.with_advances") if advanced(claim) else None
        parts: list[tuple[Kind, int]] = [("paid", min(so_far, worth)), ("owed", balance(claim))]
        yield bar(telling.words("claim.money.indemnity"), worth, parts, note)


def _advance(claim: Claim, advance: Advance, telling: Telling) -> Bar:
    amount = advance.amount if advance.amount is not None else advance.asked
    parts: list[tuple[Kind, int]] = [
        ("paid", paid_of(claim, advance.advance_id)),
        ("owed", outstanding(claim, advance)),
    ]
    status = advance_status(claim, advance)
    said = [telling.words(f"claim.advance_status.{status}")]
    said += [telling.coded("flag", each) for each in advance.flags]
    return bar(telling.advance(advance.kind), amount or 0, parts, telling.words("claim.separator").join(said))


def _payments(claim: Claim, telling: Telling) -> Iterator[PaymentLine]:
    for payment in sorted(claim.payments.values(), key=_paid_at):
        advance = claim.advances.get(payment.advance_id) if payment.advance_id is not None else None
        what = telling.words("claim.money.indemnity") if advance is None else telling.advance(advance.kind)
        yield PaymentLine(payment, what, telling.payee(payment.payee))


def _paid_at(payment: Payment) -> datetime:
    return payment.paid_at
