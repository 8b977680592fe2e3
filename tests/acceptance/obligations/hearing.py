"""Who hears of what, by the regulation, and what came to the webhooks."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tests.acceptance.obligations.telling import Case
from tests.support.callers import TENANT, Callers
from tests.support.machine import until

from anze.demo.receiver import Delivery, Receiver

INSIDE = ("operations", "compliance", "insurer")
"""Roles within the insurer."""
AUTHORITIES = ("safety_authority", "joint_conference_office")
OUTSIDE = (
    "insurance_regulator",
    *AUTHORITIES,
    *("safety_committee", "municipal_finance_office", "operations_service_centre"),
)

_AT_RISK = frozenset({"operations"})
_OF_A_MISS = frozenset({"operations", "compliance"})
_OF_A_BREACH = _OF_A_MISS | {"insurance_regulator"}


def who_hears(case: Case) -> dict[str, frozenset[str]]:
    """The roles that hear of each kind of alert: of a broker's breach the insurer too, if it is about its claim."""
    if case.tier == "information":
        return {}
    if case.tier == "target":
        return {"clock.at_risk": _AT_RISK, "clock.missed": _OF_A_MISS, "miss.withdrawn": _OF_A_MISS}
    breach = _OF_A_BREACH | ({"insurer"} if case.owed_by == "broker" and case.is_about_a_claim else set())
    escalation = breach | set(AUTHORITIES if case.rule.startswith(("SZ", "IL")) else AUTHORITIES[:1])
    return {
        "clock.at_risk": _AT_RISK,
        "clock.breached": breach,
        "breach.withdrawn": breach,
        "clock.escalated": escalation,
    }


@dataclass(frozen=True, slots=True)
class Heard:
    """An alert as it came to a role's webhook, its signature verified."""

    kind: str
    time: datetime
    role: str
    clock: str
    tier: str

    @classmethod
    def of(cls, delivery: Delivery) -> "Heard":
        """Read a delivery; what is not about a clock has neither clock nor tier."""
        event = delivery.event
        clock = event["data"].get("clock") or {"id": "", "tier": ""}
        time = datetime.fromisoformat(event["time"])
        return cls(event["type"], time, delivery.role, clock["id"], clock["tier"])


@dataclass(slots=True)
class Audience:
    """Everybody who may hear, each with a webhook of its own."""

    callers: Callers
    receiver: Receiver
    everything: list[Heard] = field(default_factory=list)

    def subscribe(self, parties: Sequence[str]) -> None:
        """Let every role hear everything of some insurers and brokers that is meant for it, wherever it happens."""
        for role in (*INSIDE, *OUTSIDE):
            tenant = TENANT if role == "insurer" else None
            recipient = self._add("recipients", name=role, role=role, tenant=tenant)
            address, secret = self.receiver.address(role), self.receiver.secret(role)
            endpoint = self._add("endpoints", recipient_id=recipient, address=address, secret=secret)
            wanted = {"insurers": parties, "digest": False}
            self._add("subscriptions", recipient_id=recipient, endpoint_ids=[endpoint], **wanted)

    def listen(self) -> None:
        """Keep what came, once nothing is on its way any more."""
        until(self._is_quiet, "some deliveries do not arrive")
        self.everything = [Heard.of(delivery) for delivery in self.receiver.deliveries()]

    def of(self, clock: str) -> set[tuple[str, datetime, str]]:
        """What the watch's word on one clock came as: kind, moment and role."""
        about = (one for one in self.everything if one.clock == clock and one.kind != "report.due")
        return {(one.kind, one.time, one.role) for one in about}

    def _is_quiet(self) -> bool:
        return not self.callers.read("/v1/deliveries?status=pending&limit=1", "admin", "notifications")["items"]

    def _add(self, kind: str, **body: object) -> str:
        return str(self.callers.told(f"/v1/{kind}", body, "admin", "notifications")["id"])
