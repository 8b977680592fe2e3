"""Who hears an alert."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.domain import regions
from notifications.domain.alert import Alert
from notifications.domain.endpoint import ChannelName, Endpoint
from notifications.domain.recipient import Recipient
from notifications.domain.routing import Listener, route, unheard_roles
from notifications.domain.subscription import Subscription

ALERT = Alert(
    source="/claims",
    event_id="e-1",
    kind="clock.breached",
    time=datetime(2026, 3, 9, tzinfo=UTC),
    subject="claims/c-1",
    tenant="picc-sz",
    region="440300",
    roles=("operations", "insurance_regulator"),
    severity="breach",
    document="{}",
    rule="SZ-20.6",
    tier="service",
    claim_id="c-1",
)
RECIPIENT = Recipient(UUID(int=1), "深圳监管局", "insurance_regulator", "440300", None, "zh")
ENDPOINT = Endpoint(UUID(int=2), RECIPIENT.id, ChannelName.WEBHOOK, "https://example.com", enabled=True)
SUBSCRIPTION = Subscription(UUID(int=3), RECIPIENT.id, (ENDPOINT.id,))


def hears(alert: Alert = ALERT, recipient: Recipient = RECIPIENT, **filters: Any) -> bool:
    """Whether one recipient with one subscription hears the alert."""
    return bool(route(alert, [Listener(recipient, replace(SUBSCRIPTION, **filters), (ENDPOINT,))]))


def test_a_recipient_in_role_and_region_hears_an_alert() -> None:
    assert hears()


@pytest.mark.parametrize(
    ("changes", "heard"),
    [
        ({"role": "operations"}, True),
        ({"role": "compliance"}, False),
        ({"tenant": "picc-sz"}, True),
        ({"tenant": "pingan-bj"}, False),
        ({"region": None}, True),
        ({"region": "440000"}, True),
        ({"region": "440305"}, False),
        ({"region": "110000"}, False),
        ({"region": "000000"}, True),
    ],
)
def test_role_tenant_and_region_of_the_recipient_decide(changes: dict[str, Any], heard: bool) -> None:
    assert hears(recipient=replace(RECIPIENT, **changes)) is heard


@pytest.mark.parametrize(
    ("filters", "heard"),
    [
        ({"kinds": ("clock.breached",)}, True),
        ({"kinds": ("clock.at_risk",)}, False),
        ({"tiers": ("statutory", "service")}, True),
        ({"tiers": ("target",)}, False),
        ({"severities": ("breach", "escalation")}, True),
        ({"severities": ("warning",)}, False),
        ({"rules": ("SZ-20.6",)}, True),
        ({"rules": ("SZ-20.7",)}, False),
        ({"insurers": ("picc-sz",)}, True),
        ({"insurers": ("pingan-bj",)}, False),
        ({"regions": ("110000", "440000")}, True),
        ({"regions": ("110000",)}, False),
        ({"kinds": ("clock.breached",), "tiers": ("target",)}, False),
    ],
)
def test_every_filter_of_the_subscription_must_let_it_through(filters: dict[str, Any], heard: bool) -> None:
    assert hears(**filters) is heard


def test_filters_on_clocks_say_nothing_of_an_alert_without_one() -> None:
    graded = replace(ALERT, kind="claim.accident_graded", rule=None, tier=None)
    assert hears(graded, tiers=("statutory",), rules=("SZ-20.6",))
    assert not hears(graded, kinds=("clock.breached",))


def test_an_alert_as_grave_as_nobody_thought_of_passes_every_filter_on_severity() -> None:
    assert hears(replace(ALERT, severity="catastrophe"), severities=("information",))


def test_an_alert_of_no_insurer_concerns_those_who_chose_insurers_too() -> None:
    assert hears(replace(ALERT, tenant=None), insurers=("pingan-bj",))


def test_an_alert_without_a_region_concerns_every_region() -> None:
    assert hears(replace(ALERT, region=None), regions=("110000",))


def test_an_endpoint_named_by_two_subscriptions_gets_one_delivery() -> None:
    twice = [Listener(RECIPIENT, replace(SUBSCRIPTION, id=UUID(int=n)), (ENDPOINT,)) for n in (8, 9)]
    assert [each.endpoint for each in route(ALERT, twice)] == [ENDPOINT]


SHUT = replace(ENDPOINT, enabled=False)


def test_a_disabled_endpoint_gets_none_and_the_next_in_line_stands_in() -> None:
    assert route(ALERT, [Listener(RECIPIENT, SUBSCRIPTION, (SHUT,))]) == ()
    second, third = (replace(ENDPOINT, id=UUID(int=number)) for number in (4, 5))
    in_line = Listener(RECIPIENT, SUBSCRIPTION, (SHUT,), (SHUT, second, third))
    assert [each.endpoint for each in route(ALERT, [in_line])] == [second]


def test_a_role_is_unheard_where_one_of_its_holders_has_nothing_enabled_whoever_else_hears() -> None:
    alert = replace(ALERT, roles=(RECIPIENT.role,))
    another = replace(RECIPIENT, id=UUID(int=7))
    open_one = Listener(another, SUBSCRIPTION, (ENDPOINT,))
    for shut, unheard in (
        (Listener(RECIPIENT, SUBSCRIPTION, (SHUT,)), (RECIPIENT.role,)),
        (Listener(RECIPIENT, SUBSCRIPTION, (SHUT,), (ENDPOINT,)), ()),
        (Listener(RECIPIENT, replace(SUBSCRIPTION, kinds=("heartbeat",)), (SHUT,)), ()),
    ):
        listeners = [open_one, shut]
        assert unheard_roles(alert, route(alert, listeners), listeners) == unheard
    only_avoided = replace(alert, avoids=ENDPOINT.id)
    listeners = [open_one, Listener(another, SUBSCRIPTION, (replace(ENDPOINT, id=UUID(int=9)),))]
    assert unheard_roles(only_avoided, route(only_avoided, listeners), listeners) == (), "it is reached elsewhere"


@pytest.mark.parametrize(
    ("code", "other", "covered"),
    [
        ("440300", "440300", True),
        ("440300", "440305", True),
        ("440000", "440300", True),
        ("440300", "440000", False),
        ("440310", "440311", False),
        ("500000", "510000", False),
        ("500000", "500101", True),
        ("100000", "110000", False),
        ("000000", "440300", True),
    ],
)
def test_a_code_covers_itself_and_those_below(code: str, other: str, covered: bool) -> None:
    assert regions.covers(code, other) is covered


@given(st.integers(0, 99), st.integers(0, 99), st.integers(1, 99))
def test_city_and_province_cover_their_counties(province: int, city: int, county: int) -> None:
    code = f"{province:02}{city:02}{county:02}"
    assert regions.covers(f"{province:02}{city:02}00", code)
    assert regions.covers(f"{province:02}0000", code)


def test_alerts_about_one_claim_share_a_lane_and_others_do_not() -> None:
    assert ALERT.lane == replace(ALERT, event_id="e-2", subject="other").lane
    assert ALERT.lane != replace(ALERT, claim_id="c-2").lane
    loose = replace(ALERT, claim_id=None, subject=None)
    assert loose.lane != replace(loose, event_id="e-2").lane
