"""Two claims on one accident, and their merge: stories that share one ledger."""

from datetime import timedelta

from tests.support.story import Story, a_report, at, calendar, ident, reported

from claims.domain.claim.evolve import fold
from claims.domain.claim.merging import Merge, merge
from claims.domain.claim.terms import Terms
from claims.domain.policy.ledger import fold as fold_ledger


def twice_reported(first: str = "2026-03-02 10:00", second: str = "2026-03-02 12:00") -> tuple[Story, Story]:
    """Return the duplicate, reported first, and the claim that is to go on; both know the ledger."""
    duplicate = reported(received=first)
    survivor = Story(duplicate.ledger, ident("survivor")).when(a_report(second, confirm_not_duplicate=True))
    duplicate.ledger = survivor.ledger
    return duplicate, survivor


def merged(duplicate: Story, survivor: Story, when: str, *, recorded: str | None = None) -> tuple[Story, Story]:
    """Merge the one into the other, recorded as it happens or later, and let the facts happen on both."""
    command = Merge(at(when), "同一事故重复报案")
    now = at(recorded) if recorded else command.occurred_at + timedelta(seconds=1)
    ledger = duplicate.ledger if duplicate.ledger.version >= survivor.ledger.version else survivor.ledger
    done = merge(duplicate.claim, survivor.claim, command, Terms(now, duplicate.rulebooks, calendar(), ledger))
    duplicate.claim = fold(duplicate.claim, ((fact, command.occurred_at) for fact in done.duplicate))
    survivor.claim = fold(survivor.claim, ((fact, command.occurred_at) for fact in done.survivor))
    duplicate.ledger = survivor.ledger = fold_ledger(done.policy, ledger)
    return duplicate, survivor
