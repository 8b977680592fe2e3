"""An alert: what a CloudEvent said, as far as routing and delivery need to know it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Alert:
    """One CloudEvent. `document` is the JSON that is sent on: it holds only what the intake let through."""

    source: str
    event_id: str
    kind: str
    time: datetime
    subject: str | None
    tenant: str | None
    region: str | None
    roles: tuple[str, ...]
    severity: str
    document: str
    rule: str | None = None
    tier: str | None = None
    claim_id: str | None = None
    sequence: int | None = None
    sandbox: bool = False
    correlation_id: str | None = None
    clock_id: str | None = None
    avoids: UUID | None = None
    """An endpoint that it must not go to, because it is about that one; not stored."""

    @property
    def lane(self) -> str:
        """What it is about: alerts of one lane reach an endpoint in the order in which they came in.

        That is the claim, else the subject; an alert about neither waits for nobody.
        """
        if self.claim_id is not None:
            return f"claim:{self.claim_id}"
        if self.subject is not None:
            return f"subject:{self.subject}"
        return f"alert:{self.source}:{self.event_id}"
