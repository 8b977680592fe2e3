"""Where each kind of fact says how it changes a claim; the modules that register here are brought in by `evolve`."""

from datetime import datetime
from functools import singledispatch

from claims.domain.claim.state import Claim


@singledispatch
def apply(event: object, claim: Claim, at: datetime) -> Claim:
    """Return the claim after an event that happened at `at`; TypeError for an event that is not a claim's."""
    raise TypeError(f"{type(event).__name__} is not an event of a claim")


def registered() -> frozenset[type]:
    """Return the event types that have registered."""
    return frozenset(kind for kind in apply.registry if kind is not object)
