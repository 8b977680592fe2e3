"""Compares what came with what must come, and shows both."""

import time
from collections import Counter
from collections.abc import Sequence

from anze.demo.callers import Json
from anze.demo.expected import ALERTS, CLOCKS, Alert, ExpectedClock
from anze.demo.moments import local, shown
from anze.demo.receiver import Delivery, Receiver
from anze.demo.recipients import OF_THE_STORY

_DELIVERY_SECONDS = 20.0
_OFFICES = frozenset(office.hook for office in OF_THE_STORY)


def clock_of(stated: Json) -> ExpectedClock:
    """A clock of the API in the terms of the expectation."""
    return ExpectedClock(stated["rule"], stated["status"], stated["due_date"] or shown(stated["due_at"]))


def alert_of(delivery: Delivery) -> Alert:
    """A delivered alert in the terms of the expectation."""
    event = delivery.event
    rule = (event["data"].get("clock") or {}).get("rule", "")
    return Alert(shown(event["time"]), event["type"], rule, delivery.role)


def await_alerts(receiver: Receiver, claim_id: str, expected: Sequence[Alert] = ALERTS) -> list[Alert]:
    """Every alert that came on a claim, in order, without repeats of it; waits a while for those expected."""
    deadline = time.monotonic() + _DELIVERY_SECONDS
    while True:
        arrived = receiver.deliveries()
        came = [alert_of(each) for each in arrived if _is_new_and_about(each, claim_id)]
        left = deadline - time.monotonic()
        if not missing(expected, came) or left <= 0:
            return sorted(came)
        receiver.wait_for_more(len(arrived), left)


def _is_new_and_about(delivery: Delivery, claim_id: str) -> bool:
    """Whether it is the first message of its alert, about the claim, to an office of the story."""
    data = delivery.event["data"]
    about = (data.get("claim") or {}).get("id") == claim_id
    return about and not data.get("repeat") and delivery.role in _OFFICES


def missing(expected: Sequence[Alert] | Sequence[ExpectedClock], came: Sequence[object]) -> list[str]:
    """What was expected and did not come, as lines."""
    absent = Counter[object](expected) - Counter[object](came)
    return [str(one) for one in absent.elements()]


def clock_rows(clocks: list[Json]) -> list[tuple[str, ...]]:
    """The table of clocks."""
    expected = {one.rule: one for one in CLOCKS}
    return [
        (
            stated["rule"],
            stated["title"]["en"],
            str(stated["responsible"]),
            shown(stated["started_at"]),
            stated["due_date"] or shown(stated["due_at"]),
            shown(stated["fulfilled_at"]),
            _coloured(stated["status"]),
            "✓" if expected.get(stated["rule"]) == clock_of(stated) else "[red]✗[/red]",
        )
        for stated in sorted(clocks, key=lambda one: (str(local(one["started_at"])), one["rule"]))
    ]


def alert_rows(alerts: list[Alert], names: dict[str, str]) -> list[tuple[str, ...]]:
    """The table of alerts as delivered."""
    return [
        (one.time, one.kind, one.rule, one.role, names.get(one.role, ""), "✓" if one in ALERTS else "")
        for one in alerts
    ]


def _coloured(status: str) -> str:
    colour = {"met": "green", "met_late": "red", "overdue": "red"}.get(status, "yellow")
    return f"[{colour}]{status}[/{colour}]"
