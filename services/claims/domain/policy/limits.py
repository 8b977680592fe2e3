"""What limits must be, whoever states them: a report or an endorsement."""

from claims.domain.errors import FieldError
from claims.domain.policy.events import Limits


def insuring(limits: Limits, pointer: str) -> tuple[FieldError, ...]:
    """Return what is wrong with limits at a JSON pointer: without one per accident or per person nothing is insured."""
    named = {"per_accident": limits.per_accident, "per_person": limits.per_person}
    return tuple(
        FieldError(f"{pointer}/{name}", "A limit of liability is more than zero.")
        for name, amount in named.items()
        if amount <= 0
    )
