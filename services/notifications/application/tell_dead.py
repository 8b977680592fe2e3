"""What becomes of deliveries that were given up: the recipient's next channel, else administrators are told once."""

from collections import Counter
from dataclasses import dataclass
from typing import Final

import structlog

from notifications.application.delivery_ports import DeadLetters
from notifications.application.own_alerts import own_alert
from notifications.application.ports import Inbox, NewId, Queue
from notifications.application.receive_alert import receive_alert
from notifications.application.records import DeadBundle
from notifications.application.rules import Rules
from notifications.domain.kinds import DEAD
from notifications.metrics import Metrics

NAMED: Final = 20
"""Deliveries that an alert names; it says how many there are, and the log has them all."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class TellDead:
    """Goes through what was given up. Any number of workers may; each dead letter is told once.

    A dead letter about dead letters is logged and counted and told to nobody: that could go on for ever.
    """

    dead: DeadLetters
    queue: Queue
    inbox: Inbox
    new_id: NewId
    metrics: Metrics
    rules: Rules
    sandbox: bool

    async def round(self) -> int:
        """End what waits for receivers that are gone, hand on, tell; how many steps. DatabaseUnavailableError."""
        steps = 0
        while ended := await self.dead.bury():
            steps += ended
        while handed := await self.dead.hand_on():
            self.metrics.handed_on.inc(handed)
            steps += handed
        while (bundle := await self.dead.choose()) is not None:
            await self._tell(bundle)
            steps += 1
        return steps

    async def _tell(self, bundle: DeadBundle) -> None:
        """Tell of a bundle; when this ends between the two steps, the next round says the same under the same id."""
        now = await self.queue.business_now()
        details = {
            "dead": {
                "endpoint_id": str(bundle.endpoint_id),
                "channel": bundle.channel,
                "recipient": bundle.recipient_name,
                "recipient_role": bundle.recipient_role,
                "count": len(bundle.delivery_ids),
                "kinds": dict(Counter(bundle.kinds)),
                "reason": bundle.reason,
                "delivery_ids": [str(each) for each in bundle.delivery_ids[:NAMED]],
            }
        }
        alert = own_alert(
            DEAD, bundle.event_id, f"endpoints/{bundle.endpoint_id}", details, now=now, sandbox=self.sandbox,
            tenant=bundle.tenant, avoids=bundle.endpoint_id,
        )  # fmt: skip
        received = await receive_alert(alert, self.inbox, self.new_id, self.metrics, self.rules)
        await self.dead.told(bundle)
        _log.error(
            "deliveries_dead", endpoint_id=str(bundle.endpoint_id), count=len(bundle.delivery_ids),
            reason=bundle.reason, told=received.record.deliveries, alert_id=str(received.record.id),
        )  # fmt: skip
