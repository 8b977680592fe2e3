"""Which advances the facts of a claim allow to ask for now, although nobody has: no clock runs for them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from claims.domain.claim.advances import condition_since, insured_since, payable, room
from claims.domain.claim.milestones import moment
from claims.domain.claim.money import status
from claims.domain.claim.promises import follow
from claims.domain.claim.state import Advance, Claim, Status
from claims.domain.claim.terms import Cover, parameters
from claims.domain.errors import InvalidFact, RuleViolation
from claims.domain.policy.ledger import Ledger
from claims.domain.policy.ledger import fold as fold_ledger
from claims.domain.rulebook import ADVANCE_KINDS, Rulebook

_ENDED = frozenset({Status.CLOSED, Status.WITHDRAWN, Status.MERGED})
_COST_UNKNOWN = frozenset({"medical", "determinable_part"})
"""Kinds whose amount the client or the insurer has to state: no fact of the claim says it."""

_FIGURES = {
    "rescue": "rescue_minimum_percent",
    "death_indemnity": "death_advance_percent",
    "medical": "surgeries_for_medical_advance",
}
"""The figure that a kind goes by, whose source is named where no obligation of the claim's rulebooks is about it."""


@dataclass(frozen=True, slots=True)
class Eligible:
    """An advance that could be asked for."""

    kind: str
    amount: int | None
    """What would be payable at once, in fen; None where it depends on a cost that nobody stated."""
    rule: str | None
    """The obligation that would run a clock, such as SZ-20.6; None where the claim's rulebooks have none."""
    citation: str


@dataclass(frozen=True, slots=True)
class _Cover:
    """Fulfils `Cover`."""

    rulebooks: Mapping[str, Rulebook]
    ledger: Ledger


def eligible(claim: Claim, ledger: Ledger, rulebooks: Mapping[str, Rulebook]) -> tuple[Eligible, ...]:
    """Return the advances that could be asked for now, each with what would be payable if it alone were.

    None once the claim is decided or has ended. A kind is left out while a limit has no room for it.
    """
    if claim.decision is not None or status(claim) in _ENDED or insured_since(claim) is None:
        return ()
    cover = _Cover(rulebooks, ledger)
    found = (_eligible(claim, kind, cover) for kind in ADVANCE_KINDS if _unasked(claim, kind, cover))
    return tuple(each for each in found if each is not None)


def eligible_kinds(claim: Claim, rulebooks: Mapping[str, Rulebook]) -> tuple[str, ...]:
    """Return the kinds that the claim's own facts allow, as if it were the only one under its policy.

    By the limits that the report stated: neither what other claims took of a limit nor an endorsement is looked at.
    """
    policy = claim.known_policy
    alone = Ledger(terms=((policy.effective_from, policy.limits),))
    return tuple(each.kind for each in eligible(claim, fold_ledger(follow(claim, alone), alone), rulebooks))


def _eligible(claim: Claim, kind: str, cover: Cover) -> Eligible | None:
    """What a request would be refused for now is not offered."""
    wanted = Advance(claim.claim_id, kind, claim.known_accident.occurred_at, "", None, (), None, round=claim.round)
    try:
        if kind in _COST_UNKNOWN:
            amount = None if room(claim, kind, cover)[1] > 0 else 0
        else:
            amount = payable(claim, wanted, cover).amount
    except (RuleViolation, InvalidFact):
        return None
    return None if amount == 0 else Eligible(kind, amount, *_basis(claim, kind, cover))


def _unasked(claim: Claim, kind: str, cover: Cover) -> bool:
    """Say whether it is possible and nobody asked for it since; a loss determined higher can be asked for again.

    What was asked for and refused or withdrawn is settled for its round, until a new fact makes it possible anew.
    """
    since = _POSSIBLE[kind](claim, cover)
    if since is None:
        return False
    advances = [each for each in claim.advances.values() if each.kind == kind]
    live = [each for each in advances if not each.ended]
    if kind == "death_indemnity":
        live = [each for each in live if each.waiting or each.requested_at >= since]
    ends = [each.refused_at or each.withdrawn_at for each in advances if each.ended and each.round == claim.round]
    return not live and all(at is not None and at < since for at in ends)


def _on_a_death(claim: Claim, cover: Cover) -> datetime | None:
    """By the last determination: what it adds to the loss, nobody has asked for."""
    since, determined = condition_since(claim, "death_indemnity", cover), claim.loss_last_determined_at
    return None if since is None or determined is None else max(since, determined)


def _determinable(claim: Claim, cover: Cover) -> datetime | None:
    """Insurance Law art. 25, once claim and documents are there and a loss is determined while the amount is open."""
    received = moment("claim_and_documents_received", claim, None, parameters(claim, cover))
    if received is None or claim.loss_determined_at is None:
        return None
    return max(received, claim.loss_determined_at)


_POSSIBLE: Mapping[str, Callable[[Claim, Cover], datetime | None]] = {
    "rescue": lambda claim, cover: condition_since(claim, "rescue", cover),
    "death_indemnity": _on_a_death,
    "medical": lambda claim, cover: condition_since(claim, "medical", cover),
    "determinable_part": _determinable,
}
"""Since when the facts allow each kind."""


def _basis(claim: Claim, kind: str, cover: Cover) -> tuple[str | None, str]:
    """Return the obligation that is about a kind, if the claim's rulebooks have one, and the article."""
    for reference in claim.rulebooks:
        for each in cover.rulebooks[reference].obligations:
            if each.advance_kind == kind or f"{kind}_paid" in each.met_by:
                return each.id, each.citation
    return None, parameters(claim, cover).citations.get(_FIGURES.get(kind, ""), "")
