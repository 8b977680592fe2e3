"""A merge is decided on both claims at once: the duplicate first, then the one that goes on, on the ledger after it."""

from dataclasses import dataclass, replace
from datetime import datetime

from claims.domain.claim.commands.merge import MergeInto, TakeOver
from claims.domain.claim.decide import decide
from claims.domain.claim.guards import goes_on
from claims.domain.claim.state import Claim
from claims.domain.claim.terms import Decided, Terms
from claims.domain.policy.events import PolicyEvent
from claims.domain.policy.ledger import fold as fold_ledger


@dataclass(frozen=True, slots=True)
class Merge:
    """The duplicate is found at `occurred_at`."""

    occurred_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Merged:
    """The facts that follow, for each of the three streams."""

    duplicate: tuple[object, ...]
    survivor: tuple[object, ...]
    policy: tuple[PolicyEvent, ...]


def merge(duplicate: Claim, survivor: Claim, command: Merge, terms: Terms) -> Merged:
    """Decide a merge of one claim into another of its policy.

    Raises RuleViolation for a broken rule of the business, on either claim; InvalidFact for something that cannot be.
    """
    goes_on(survivor, terms.ledger)
    ended = decide(duplicate, MergeInto(command.occurred_at, survivor, command.reason), terms)
    after = replace(terms, ledger=fold_ledger(ended.policy, terms.ledger))
    taken: Decided = decide(survivor, TakeOver(command.occurred_at, duplicate), after)
    return Merged(ended.claim, taken.claim, (*ended.policy, *taken.policy))
