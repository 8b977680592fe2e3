"""What must never be: alerts without a delivery, deliveries that never end."""

from datetime import timedelta
from enum import StrEnum
from typing import Final


class Finding(StrEnum):
    """What the auditor looks for, by its name in metrics and alerts."""

    UNDELIVERED = "alert_without_delivery"
    """Neither a delivery nor a word that nobody hears it."""
    OVERDUE = "delivery_never_ended"
    """Its time is up, no worker has it, and it has not ended."""
    NOT_TAKEN = "delivery_not_taken"
    """It is due and the first in its lane, and no worker takes it."""
    NOT_LOOKED_AT = "hold_not_ended"
    """What held it is over, and nobody looked."""
    LOST_CARRIER = "digest_without_carrier"
    """It goes with a message that has ended."""
    ENDPOINT_DISABLED = "endpoint_disabled"
    """It waits for an endpoint that is disabled, longer than a receiver that is away is tried."""


REPAIRED: Final = frozenset({Finding.LOST_CARRIER, Finding.OVERDUE, Finding.NOT_TAKEN})
"""What the auditor sets right itself, as far as it comes of rows that contradict each other."""

GRACE: Final = timedelta(minutes=15)
"""Business time that a worker which is away may take to come back before its work is called forgotten."""

LONG_DISABLED: Final = timedelta(hours=75)
"""As long as an authority's receiver is tried: what waits longer for somebody to enable it is as good as lost."""
