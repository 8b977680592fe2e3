"""What usually comes next on a claim, so that histories come far."""

from collections.abc import Callable

from tests.fuzz.model import money
from tests.fuzz.model.state import Claim

FACTS = (
    "documents",
    "documents",
    "ask_documents",
    "ask_documents",
    "intake",
    "request_claim",
    "progress",
    "casualties",
    "loss",
)
RARE = ("authorities", "survey", "receive", "ask_directly", "answer_directly", "victim")
ENDS = ("refuse_advance", "withdraw_advance")
LIKELY: dict[str, tuple[str, ...]] = {
    "open": (*FACTS, *RARE, *ENDS, "decide", "decide", "settle_fast", "amend_advance", "amend_advance", "bounce"),
    "approved": ("agree",) * 5 + ("tell", "ask_directly", "answer_directly", "bounce", "casualties", "documents"),
    "rejected": ("notify_rejection", "tell", "recover", "close", "outcome", "reopen", "bounce"),
    "settled": ("pay",) * 6 + ("bounce", "ask_directly", "documents", "tell"),
    "paid": ("bounce", "bounce", "recover", "close", "outcome", "reopen", "tell", "pay"),
    "closed": ("reopen", "bounce", "recover", "outcome", "tell", "notify_rejection"),
    "withdrawn": ("reopen", "recover", "bounce", "outcome"),
}
"""What usually comes next, by how far the claim has come."""


_SENSIBLE: dict[str, Callable[[Claim], bool]] = {
    "amend_advance": lambda claim: any(not each.ended for each in claim.advances.values()),
    "refuse_advance": lambda claim: any(not each.ended for each in claim.advances.values()),
    "withdraw_advance": lambda claim: any(not each.ended for each in claim.advances.values()),
    "bounce": lambda claim: any(each.failed_at is None for each in claim.payments.values()),
    "answer_directly": lambda claim: any(each.outcome is None for each in claim.directs.values()),
    "ask_directly": lambda claim: bool(claim.victims),
    "recover": lambda claim: money.recoverable(claim) > 0,
    "receive": lambda claim: claim.insurer_at is None,
    "tell": lambda claim: claim.decision is not None and claim.decision.told_at is None,
    "settle_fast": lambda claim: claim.complete_at is not None,
}
"""When there is something for a command to be about."""


def usual(claim: Claim) -> list[str]:
    """Return what may well come next on a claim; what there is more reason for stands there more often."""
    how_far = money.status(claim)
    names = [name for name in LIKELY[how_far] if _SENSIBLE.get(name, _always)(claim)]
    if not claim.victims:
        names += ["victim"] * 3
    if how_far == "open" and claim.arrived:
        came = {code for arrival in claim.arrived for code in arrival.codes}
        awaited = any(not each.codes <= came for each in claim.asked)
        names += ["documents" if awaited else "ask_documents"] * 4
    if how_far == "open":
        names += ["request_advance"] * (8 if len(claim.advances) < 3 else 2)
    if any(money.outstanding(claim, each) for each in claim.advances.values()):
        names += ["pay_advance"] * (8 if how_far == "open" else 2)
    return names


def _always(claim: Claim) -> bool:
    return True
