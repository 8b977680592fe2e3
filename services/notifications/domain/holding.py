"""What may wait, and how long: warnings to staff, in quiet hours and while the instance is being worked on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from notifications.domain.kinds import AUTHORITIES
from notifications.domain.recipient import Recipient

WARNINGS: Final = frozenset({"at_risk", "warning", "information"})
"""Severities that may wait. Breaches and escalations never do, nor does one that nobody has thought of."""


@dataclass(frozen=True, slots=True)
class MaintenanceWindow:
    """A stretch of time in which staff get no warnings: of one insurer, or of all (`tenant` None)."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    reason: str
    tenant: str | None = None

    def holds(self, tenant: str | None, now: datetime) -> bool:
        """Whether it lasts at that moment and is about a recipient of that insurer."""
        return self.starts_at <= now < self.ends_at and self.tenant in (None, tenant)


def is_staff(role: str) -> bool:
    """Whether a role is held by people who work on claims or on the instance; an authority's notices never wait."""
    return role not in AUTHORITIES


def may_wait(severity: str, role: str) -> bool:
    """Whether a message of this severity to this role may be deferred at all."""
    return is_staff(role) and severity in WARNINGS


def held_until(
    severity: str, recipient: Recipient, windows: Iterable[MaintenanceWindow], now: datetime
) -> datetime | None:
    """The moment at which all that holds a message now is over, looked at again then; None when nothing holds it."""
    if not may_wait(severity, recipient.role):
        return None
    ends = [window.ends_at for window in windows if window.holds(recipient.tenant, now)]
    quiet = recipient.quiet_hours.ends_after(now) if recipient.quiet_hours is not None else None
    return max([*ends, *([quiet] if quiet is not None else [])], default=None)
