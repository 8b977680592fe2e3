"""The model as a whole: it takes commands, refuses or keeps them, lets time pass, and says how everything stands."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tests.fuzz.model import advances, clocks, commands_claim, commands_money, documents
from tests.fuzz.model.days import Days, day_of
from tests.fuzz.model.state import Claim, Count, Limits, Policy, Refused, Scene

COMMANDS: dict[str, Callable[..., None]] = {
    "receive": commands_claim.receive,
    "request_claim": commands_claim.request_claim,
    "intake": commands_claim.intake,
    "victim": commands_claim.victim,
    "casualties": commands_claim.casualties,
    "authorities": commands_claim.authorities,
    "survey": commands_claim.survey,
    "outcome": commands_claim.outcome,
    "ask_documents": commands_claim.ask_documents,
    "documents": commands_claim.documents,
    "loss": commands_claim.loss,
    "progress": commands_claim.progress,
    "decide": commands_claim.decide,
    "tell": commands_claim.tell,
    "notify_rejection": commands_claim.notify_rejection,
    "agree": commands_claim.agree,
    "settle_fast": commands_claim.settle_fast,
    "ask_directly": commands_claim.ask_directly,
    "answer_directly": commands_claim.answer_directly,
    "withdraw": commands_claim.withdraw,
    "close": commands_claim.close,
    "reopen": commands_claim.reopen,
    "request_advance": commands_money.request_advance,
    "amend_advance": commands_money.amend_advance,
    "end_advance": commands_money.end_advance,
    "pay_advance": commands_money.pay_advance,
    "pay": commands_money.pay,
    "bounce": commands_money.bounce,
    "recover": commands_money.recover,
}
ANY_TIME = {"receive", "documents", "victim", "casualties"}
"""Facts of the world: of any moment since the accident."""
CLIENTS = {"request_claim", "request_advance", "withdraw"}
"""What the client can turn to the broker with; and the withdrawal of an advance."""
SAME = timedelta(minutes=1)


@dataclass(slots=True)
class Book:
    """All policies, and the calendar that is known."""

    days: Days
    policies: list[Policy] = field(default_factory=list)

    def report(
        self,
        policy: Policy,
        claim: Claim,
        count: Count,
        at: datetime,
        now: datetime,
        stated: Limits,
        *,
        another: bool,
    ) -> None:
        """An accident is reported; `another`: the caller says that it is not the one that is known."""
        day = day_of(claim.accident_at)
        broker_at = claim.broker_at
        if at > now + commands_claim.SKEW or at < claim.accident_at:
            raise Refused("invalid")
        if broker_at is not None and not claim.accident_at <= broker_at <= at:
            raise Refused("invalid")
        if not policy.first_day <= day <= policy.last_day:
            raise Refused("policy-not-in-force")
        if policy.claims and policy.limits_on(day) != stated:
            raise Refused("limits-differ")
        if any(abs(each.accident_at - claim.accident_at) < SAME for each in policy.claims.values()) and not another:
            raise Refused("suspected-duplicate")
        claim.counts.append(count)
        clocks.follow(claim, self.days)
        policy.claims[claim.claim_id] = claim

    def execute(self, policy: Policy, claim_id: UUID, name: str, at: datetime, now: datetime, **what: Any) -> None:
        """Take a command or refuse it; refused, it leaves everything as it was."""
        before = policy.claims[claim_id]
        scene = Scene(policy, before.another(), at, now, self.days)
        policy.claims[claim_id] = scene.claim
        try:
            _possible(scene, name, what)
            COMMANDS[name](scene, **what)
            documents.follow(scene.claim, at)
            advances.follow(scene)
            clocks.follow(scene.claim, self.days)
        except Refused:
            policy.claims[claim_id] = before
            raise

    def endorse(self, policy: Policy, limits: Limits, since: Any, at: datetime, now: datetime) -> None:
        """The limits change for accidents from a day on."""
        if at > now + commands_claim.SKEW or not policy.first_day <= since <= policy.last_day:
            raise Refused("invalid")
        if policy.limits_on(since) == limits:
            raise Refused("endorsement-changes-nothing")
        policy.limits.append((since, limits))

    def watch(self, now: datetime) -> list[tuple[UUID, str, str, str]]:
        """Let the watch look at every clock; return whose clock said what: claim, rule, scope, event."""
        return [
            (claim.claim_id, rule, scope, said)
            for policy in self.policies
            for claim in policy.claims.values()
            for (rule, _, scope), clock in claim.clocks.items()
            for said in clocks.watched(clock, now)
        ]

    def recalculate(self, days: Days) -> int:
        """A newer calendar is known; return how many clocks it moved."""
        self.days = days
        return sum(clocks.recalculate(claim, days) for policy in self.policies for claim in policy.claims.values())


def _possible(scene: Scene, name: str, what: dict[str, Any]) -> None:
    """Nothing is of the future, or before the accident; nothing is asked for or done before the report was received."""
    claim = scene.claim
    if scene.at > scene.now + commands_claim.SKEW or scene.at < claim.accident_at:
        raise Refused("invalid")
    if name in ANY_TIME:
        return
    receipts = [at for at in (claim.broker_at, claim.insurer_at) if at is not None]
    client = name in CLIENTS or what.get("how") == "withdrawn"
    if scene.at < (min(receipts) if client else claim.insurer_at or min(receipts)):
        raise Refused("invalid")
