"""How much of an advance is owed, and since when: rescue, death indemnity, medical, determinable part."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from claims.domain.claim.money import balance, paid_of, received
from claims.domain.claim.standing import holding_since
from claims.domain.claim.state import Advance, Claim
from claims.domain.claim.terms import Cover, limits_of, parameters, remaining
from claims.domain.errors import Rule, RuleViolation, invalid
from claims.domain.money import format_yuan, share_rounded_up
from claims.domain.policy.events import Share

RESCUE_MINIMUM = Rule("rescue-below-minimum", "SZ-20 (6)", "A rescue advance is at least 60 % of the rescue limit")
LIMIT_USED_UP = Rule("limit-used-up", "Insurance Law art. 23", "No more is promised than the limits leave")
NOT_COVERED = Rule("advance-not-covered", "SZ-20 (6)-(8)", "The policy has a limit for this kind of advance")
NOTHING_TO_ADVANCE = Rule(
    "nothing-to-advance", "SZ-20 (7), (8)", "Something is owed beyond what was advanced or deducted"
)

LESS_IS_EXPLAINED = frozenset({"client_asked_less", "limit_nearly_used", "other"})


@dataclass(frozen=True, slots=True)
class Owed:
    """What of an advance is owed before the limits are looked at, in fen."""

    amount: int
    deductible: int = 0
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Payable:
    """What becomes payable, in fen."""

    amount: int
    deductible: int
    shares: tuple[Share, ...]
    flags: tuple[str, ...]


def covered(claim: Claim, advance: Advance, terms: Cover) -> None:
    """Raise RuleViolation if the policy has no limit for this kind of advance."""
    limits = limits_of(claim, terms.ledger)
    limit = {"rescue": limits.rescue, "medical": limits.medical}.get(advance.kind, limits.per_accident)
    if limit <= 0:
        raise RuleViolation(NOT_COVERED, f"The policy has no limit for {advance.kind} costs.", kind=advance.kind)


def condition_met_at(claim: Claim, advance: Advance, terms: Cover) -> datetime | None:
    """Return since when the advance is owed: the latest of request, cover and condition; None while it waits."""
    met, insured = condition_since(claim, advance.kind, terms), insured_since(claim)
    return None if met is None or insured is None else max(met, insured, advance.requested_at)


def condition_since(claim: Claim, kind: str, terms: Cover) -> datetime | None:
    """Return since when what a kind of advance depends on in the world is so; the accident where it is nothing more."""
    condition = _CONDITIONS.get(kind)
    return claim.known_accident.occurred_at if condition is None else condition(claim, terms)


def condition_holds(claim: Claim, advance: Advance, terms: Cover) -> bool:
    """Say whether what the advance depends on in the world is so; what the insurer says of the cover is left out."""
    return condition_since(claim, advance.kind, terms) is not None


def insured_since(claim: Claim) -> datetime | None:
    """Return since when the accident counts as insured: from the first, until an intake notice denies it."""
    told = ((intake.at, intake.coverage != "not_covered") for intake in claim.intakes)
    return holding_since(((claim.known_accident.occurred_at, True), *told))


def above_the_share(claim: Claim, terms: Cover) -> int:
    """Return what is promised on deaths beyond the share of the loss, in fen: it was determined lower since."""
    share = share_rounded_up(claim.determined_loss or 0, parameters(claim, terms).death_advance_percent)
    return max(0, promised(claim, "death_indemnity") - share)


def payable(claim: Claim, advance: Advance, terms: Cover) -> Payable:
    """Return what becomes payable of an advance whose condition is met.

    Raises RuleViolation if the policy does not cover it, nothing is owed, or a limit is used up; InvalidFact if an
    amount is missing.
    """
    owed = _OWED[advance.kind](claim, advance, terms)
    allocated = fitting(advance.shares, owed.amount)
    shares = _capped_shares(claim, allocated, terms)
    wanted = owed.amount - sum(s.amount for s in allocated) + sum(s.amount for s in shares)
    limit, left = room(claim, advance.kind, terms)
    if left <= 0:
        detail = f"The limit {limit} is used up: nothing is left of it for this advance."
        raise RuleViolation(LIMIT_USED_UP, detail, limit=limit, remaining=format_yuan(0))
    amount = min(wanted, left)
    capped = ("limit_capped",) if amount < owed.amount else ()
    return Payable(amount, owed.deductible, fitting(shares, amount), (*owed.flags, *capped))


def room(claim: Claim, kind: str, terms: Cover) -> tuple[str, int]:
    """Return the limit with the least left for an advance of this kind, and what is left.

    After the decision the indemnity holds the claim's part of the shared limits: it bounds what is still advanced, and
    so does the limit of the kind itself. What was paid of it, in an earlier round too, is no room any more.
    """
    shared, left = remaining(claim, terms.ledger).tightest("indemnity")
    rooms = {shared: left + terms.ledger.held(claim.claim_id, "indemnity") - paid_of(claim, None)}
    own = left_of_kind(claim, kind, terms)
    if own is not None:
        rooms[kind] = own
    if claim.decision is not None:
        rooms["indemnity"] = balance(claim)
    return min(rooms.items(), key=lambda room: room[1])


def left_of_kind(claim: Claim, kind: str, terms: Cover) -> int | None:
    """Return what the limit for this kind of advance leaves, in fen; None for a kind without a limit of its own."""
    limits = limits_of(claim, terms.ledger)
    own = {"rescue": limits.rescue, "medical": limits.medical}.get(kind)
    return None if own is None else max(0, own - promised(claim, kind))


def promised(claim: Claim, kind: str) -> int:
    """Return what all advances of a kind promise, in fen; of one that was refused or withdrawn, what was paid of it."""
    advances = (a for a in claim.advances.values() if a.kind == kind)
    return sum(paid_of(claim, a.advance_id) if a.ended else a.amount or 0 for a in advances)


def _rescue(claim: Claim, advance: Advance, terms: Cover) -> Owed:
    """SZ-20 (6): 60 % of the rescue limit by default, rounded up to the fen; less only with a reason."""
    limit = limits_of(claim, terms.ledger).rescue
    least = share_rounded_up(limit, parameters(claim, terms).rescue_minimum_percent)
    so_far = promised(claim, "rescue")
    if advance.asked is None:
        if so_far >= least:
            raise invalid("/amount", "State the amount: the minimum of the rescue limit is already advanced.")
        return Owed(least - so_far)
    if so_far + advance.asked >= least:
        return Owed(advance.asked)
    if advance.reason_code not in LESS_IS_EXPLAINED:
        detail = (
            f"The rescue advance must not be lower than {format_yuan(least - so_far)}: ask for at least that, "
            f"or give a reason_code ({', '.join(sorted(LESS_IS_EXPLAINED))})."
        )
        raise RuleViolation(RESCUE_MINIMUM, detail, minimum=format_yuan(least - so_far))
    return Owed(advance.asked, flags=("below_minimum", advance.reason_code))


def _death_indemnity(claim: Claim, advance: Advance, terms: Cover) -> Owed:
    """SZ-20 (7): half of the determined loss, rounded up to the fen, less what was advanced for it before."""
    share = share_rounded_up(claim.determined_loss or 0, parameters(claim, terms).death_advance_percent)
    owed = share - promised(claim, "death_indemnity")
    if owed <= 0:
        detail = "The share of the determined loss that is advanced on a death is already promised."
        raise RuleViolation(NOTHING_TO_ADVANCE, detail)
    if advance.asked is not None and advance.asked < owed:
        return Owed(advance.asked, flags=("client_asked_less",))
    return Owed(owed)


def _medical(claim: Claim, advance: Advance, terms: Cover) -> Owed:
    """SZ-20 (8): the cost less the deductible, which applies once per accident."""
    deductible = unborne_deductible(claim)
    cost = advance.asked or 0
    if cost <= deductible:
        left = format_yuan(deductible)
        detail = f"The cost does not exceed the deductible that is left ({left}): ask for the whole cost so far."
        raise RuleViolation(NOTHING_TO_ADVANCE, detail, deductible=format_yuan(deductible))
    return Owed(cost - deductible, deductible)


def unborne_deductible(claim: Claim) -> int:
    """Return what of the medical deductible, in fen, no advance bears; one that ended unpaid bears nothing."""
    borne = sum(a.deductible for a in claim.advances.values() if not a.ended or paid_of(claim, a.advance_id))
    return max(0, claim.known_policy.medical_deductible - borne)


def _determinable_part(claim: Claim, advance: Advance, terms: Cover) -> Owed:
    """Insurance Law art. 25: the whole of the part that can be determined."""
    return Owed(advance.asked or 0)


_OWED: dict[str, Callable[[Claim, Advance, Cover], Owed]] = {
    "rescue": _rescue,
    "death_indemnity": _death_indemnity,
    "medical": _medical,
    "determinable_part": _determinable_part,
}
KINDS = frozenset(_OWED)


def _a_death_and_the_loss(claim: Claim, terms: Cover) -> datetime | None:
    """Missing persons are no confirmed deaths."""
    least = parameters(claim, terms).deaths_for_death_advance
    dead_since = holding_since((c.at, c.casualties.deaths >= least) for c in claim.casualties)
    if dead_since is None or claim.loss_determined_at is None:
        return None
    return max(dead_since, claim.loss_determined_at)


def _enough_surgeries(claim: Claim, terms: Cover) -> datetime | None:
    least = parameters(claim, terms).surgeries_for_medical_advance
    return holding_since((c.at, c.casualties.emergency_surgeries >= least) for c in claim.casualties)


_CONDITIONS: dict[str, Callable[[Claim, Cover], datetime | None]] = {
    "death_indemnity": _a_death_and_the_loss,
    "medical": _enough_surgeries,
}


def _capped_shares(claim: Claim, shares: tuple[Share, ...], terms: Cover) -> tuple[Share, ...]:
    """Cap each victim's share by what the per-person limit leaves for that victim."""
    limit = limits_of(claim, terms.ledger).per_person
    capped = tuple(_capped(claim, share, limit) for share in shares)
    if shares and not any(share.amount for share in capped):
        detail = "The limit per_person is used up for every victim of this advance."
        raise RuleViolation(LIMIT_USED_UP, detail, limit="per_person", remaining=format_yuan(0))
    return tuple(share for share in capped if share.amount)


def _capped(claim: Claim, share: Share, limit: int) -> Share:
    return Share(share.victim_id, min(share.amount, max(0, limit - received(claim, share.victim_id))))


def fitting(shares: tuple[Share, ...], amount: int) -> tuple[Share, ...]:
    """Return the shares cut so that together they are not more than the amount, the last ones first."""
    fitting: list[tuple[UUID, int]] = []
    for share in shares:
        part = min(share.amount, amount - sum(got for _, got in fitting))
        if part:
            fitting.append((share.victim_id, part))
    return tuple(Share(victim_id, part) for victim_id, part in fitting)
