"""The page behind a link lists everything that its button acknowledges."""

import json

from notifications.api.acknowledgement_page import page
from notifications.application.records import LinkedAlerts
from notifications.domain.collecting import LARGEST


def test_a_digest_is_listed_whole() -> None:
    numbers = [f"C-2026-{n:04}" for n in range(LARGEST)]
    events = ({"type": "clock.breached", "data": {"claim": {"number": number}}} for number in numbers)
    shown = page(LinkedAlerts("理赔一组", "zh", tuple(json.dumps(each) for each in events), None))
    assert all(number in shown for number in numbers)
    assert shown.count("<li>") == LARGEST
    assert f"Acknowledge ({LARGEST})" in shown
