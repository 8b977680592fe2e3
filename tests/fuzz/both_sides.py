"""The two sides of every step: the product and the model are given the same, and must say the same."""

import sys
from collections import Counter
from collections.abc import Callable
from itertools import count
from typing import Any
from uuid import UUID

from hypothesis import note
from hypothesis.stateful import RuleBasedStateMachine
from tests.fuzz.checks import limits_hold, same_claim, same_clocks
from tests.fuzz.model.book import Book
from tests.fuzz.model.clocks import status
from tests.fuzz.model.state import Claim, Limits, Policy, Refused
from tests.fuzz.product import Product
from tests.fuzz.scenery import beginning, plain_days
from tests.support.story import calendar

from claims.domain.errors import InvalidFact, RuleViolation, UnknownPart

_histories = count(1)


class BothSides(RuleBasedStateMachine):
    """A history as it is played: what the model knows, and the product beside it."""

    product: Product
    """Set by whoever runs the machine."""
    tally: Counter[str] = Counter()  # noqa: RUF012 - it counts over all histories

    def __init__(self) -> None:
        super().__init__()
        self.tenant = f"fuzz-{next(_histories)}"
        self.ids = count(1)
        self.book = Book(plain_days(calendar()))
        self.most: dict[str, Limits] = {}
        self.told: Counter[tuple[UUID, str, str, str]] = Counter()
        self.last: tuple[UUID, Any, str, int] | None = None
        self.began = self.now = beginning(0)
        self.tally["histories"] += 1

    def teardown(self) -> None:
        """What stands in the tables is what the log calls for, and what the model says."""
        try:
            if self.book.policies and sys.exc_info()[0] is None:
                self._watch()
                self._settled()
        finally:
            self.product.forget(self.tenant)

    def _settled(self) -> None:
        different, changed = self.product.rebuild()
        assert not different, different
        assert not changed, "a rebuild changed rows"
        for policy in self.book.policies:
            theirs = []
            for claim_id, mine in policy.claims.items():
                claim, ledger = self.product.stored(self.tenant, claim_id, policy.number)
                same_claim(policy, mine, claim, ledger)
                same_clocks(mine, self.product.clocks(self.tenant, claim_id))
                self.tally.update(f"clock {rule} {status(clock)}" for (rule, _, _), clock in mine.clocks.items())
                self.tally["clocks moved or paused"] += sum(each.generation > 1 for each in mine.clocks.values())
                theirs.append(claim)
            limits_hold(policy, self.most[policy.number], theirs)
        told = Counter((r["subject"], r["rule"], r["scope"], r["name"]) for r in self.product.breaches(self.tenant))
        assert told == self.told, (told - self.told, self.told - told)
        self.tally["rebuilds compared"] += 1

    def _claims(self) -> list[tuple[Policy, Claim]]:
        return [(policy, claim) for policy in self.book.policies for claim in policy.claims.values()]

    def _both(self, name: str, about: str, model: Callable[[], None], product: Callable[[], Any]) -> Any:
        """Give both sides a command; either both take it, or both refuse it for the same reason."""
        self._counted(f"{name} {about}")
        expected = refused = None
        try:
            model()
        except Refused as refusal:
            expected = refusal.reason
        outcome = None
        try:
            outcome = product()
        except RuleViolation as violation:
            refused = violation.rule.code
        except InvalidFact:
            refused = "invalid"
        except UnknownPart:
            refused = "unknown"
        assert refused == expected, f"{name}: the product says {refused}, the model {expected}"
        self.tally[f"refused: {refused}" if refused else f"accepted: {name}"] += 1
        return outcome

    def _counted(self, what: str) -> None:
        self.tally["steps"] += 1
        note(f"{self.now} {what}")

    def _compare(self, policy: Policy, mine: Claim, outcome: Any) -> None:
        same_claim(policy, mine, outcome.standing.claim, outcome.standing.ledger)
        same_clocks(mine, self.product.clocks(self.tenant, mine.claim_id))

    def _watch(self) -> None:
        said = self.book.watch(self.now)
        theirs = Counter(self.product.watch(self.now))
        mine = Counter((name, rule_) for _, rule_, _, name in said)
        assert theirs == mine, f"the watch says {theirs - mine} beyond the model, and not {mine - theirs}"
        self.told.update(said)
        self.tally.update(name for _, _, _, name in said)
        for claim_id in {each[0] for each in said}:
            mine_ = next(claim for _, claim in self._claims() if claim.claim_id == claim_id)
            same_clocks(mine_, self.product.clocks(self.tenant, claim_id))
