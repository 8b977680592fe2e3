"""Messages as channels are given them."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2

from notifications.application.ports import Message

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
LINK = "https://anze.example/a/018f?signature=abc"


@dataclass(slots=True)
class HandClock:
    """Stands still until it is moved."""

    moment: datetime = NOW

    def wall(self) -> datetime:
        """Return where it stands."""
        return self.moment

    def forward(self, **by: float) -> None:
        """Move it."""
        self.moment += timedelta(**by)


def document(number: int = 1, **data: Any) -> str:
    """A breach alert as it is stored; `data` replaces fields of its data, `type` its kind."""
    kind = data.pop("type", "clock.breached")
    clock = {
        "id": f"k-{number}", "rule": "SZ-20.6", "title": {"zh": "抢险救援费用预付", "en": "Rescue advance"},
        "citation": "深圳规范第二十条（六）", "tier": "service", "responsible": "insurer",
        "due_at": "2026-03-09T00:00:00+08:00", "level": "breached",
    }  # fmt: skip
    told = {
        "clock": clock, "claim": {"id": f"c-{number}", "number": f"C-2026-{number}", "policy_number": "PZAA1"},
        "tenant": "picc-sz", "region": "440300", "roles": ["operations"], "severity": "breach", "sandbox": False,
    } | data  # fmt: skip
    event = {
        "specversion": "1.0", "id": f"e-{number}", "source": "/claims", "type": kind,
        "time": "2026-03-09T00:00:00+08:00", "data": told,
    }  # fmt: skip
    return json.dumps(event, ensure_ascii=False)


def message(address: str, *documents: str, **given: Any) -> Message:
    """A message with one breach alert, or with these."""
    return Message("018f-1", address, documents or (document(),), **given)


def unread(response: httpx2.Response) -> httpx2.Response:
    """The same response as it comes off a connection: its body is still to be read."""
    return httpx2.Response(response.status_code, headers=response.headers, stream=httpx2.ByteStream(response.content))
