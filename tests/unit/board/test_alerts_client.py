"""What the board makes of each answer of notifications."""

import json
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import orjson
import pytest
from joserfc import jwt
from tests.unit.board.notifications_answers import (
    CLOCK,
    KEY,
    STAFF,
    Service,
    acknowledgement,
    alert,
    asking,
    delivery,
    page,
)

from claims.application.calls import Caller
from claims.dashboard.alerts import (
    RIGHTS,
    Action,
    Alerts,
    AlertsAwayError,
    AlertsRefusedError,
    NotForThisRoleError,
    may,
)
from claims.dashboard.told import DeliveryFilters

OPERATIONS = Caller("operations", "li.wei", tenant="picc-sz")
ADMIN = Caller("admin", "root")
REGULATOR = Caller("regulator", "sz", region="440300")
BROKER = Caller("broker", "marsh", broker="marsh-sz")
OTHER, SILENT = UUID(int=2), UUID(int=3)
AUTHORITY = UUID(int=12)
AT = datetime(2026, 3, 9, tzinfo=UTC)
OPENAPI = Path(__file__).parents[3] / "schemas" / "openapi" / "notifications.json"

Answering = Callable[[httpx2.Request], httpx2.Response]


async def test_what_was_told_comes_by_clock_the_oldest_first_and_in_one_request() -> None:
    withdrawn = alert(3, kind="breach.withdrawn", severity="information")
    service = Service(page(withdrawn, alert(2, OTHER), alert(1)))
    async with asking(service) as alerts:
        found = await alerts.of_clocks(OPERATIONS, [CLOCK, OTHER, SILENT, CLOCK])
    assert {clock: [each.kind for each in told] for clock, told in found.items()} == {
        CLOCK: ["clock.breached", "breach.withdrawn"], OTHER: ["clock.breached"], SILENT: [],
    }  # fmt: skip
    (request,) = service.asked
    assert request.url.path == "/v1/alerts"
    assert request.url.params.get_list("clock_id") == [str(CLOCK), str(OTHER), str(SILENT)]
    assert request.url.params["limit"] == "200"


async def test_clocks_are_asked_for_200_at_a_time_and_every_page_is_read() -> None:
    clocks = [UUID(int=1000 + number) for number in range(201)]
    service = Service(page(alert(2, clocks[0]), cursor="next"), page(alert(1, clocks[0])), page(alert(3, clocks[200])))
    async with asking(service) as alerts:
        found = await alerts.of_clocks(OPERATIONS, clocks)
    assert [len(request.url.params.get_list("clock_id")) for request in service.asked] == [200, 200, 1]
    assert [request.url.params.get("cursor") for request in service.asked] == [None, "next", None]
    assert [len(found[clocks[0]]), len(found[clocks[1]]), len(found[clocks[200]])] == [2, 0, 1]


async def test_nobody_is_asked_about_no_clock() -> None:
    service = Service(page())
    async with asking(service) as alerts:
        assert await alerts.of_clocks(OPERATIONS, []) == {}
    assert service.asked == []


async def test_an_alert_says_whom_it_reached_when_and_who_acknowledged_it() -> None:
    told = alert(
        7, CLOCK, delivery(2), delivery(1), delivery(3, AUTHORITY, delivered_at=None, recipient_name=None, repeat=1),
        acknowledgements=[acknowledgement(STAFF)],
    )  # fmt: skip
    async with asking(Service(httpx2.Response(200, json=told))) as alerts:
        read = await alerts.alert(OPERATIONS, UUID(int=7))
    staff, authority = read.recipients
    assert [(each.id, each.role, each.name) for each in read.recipients] == [
        (STAFF, "operations", "理赔运营"), (AUTHORITY, "operations", None),
    ]  # fmt: skip
    assert read.arrived_at(staff) == datetime(2026, 3, 9, 0, 1, tzinfo=UTC)
    assert read.arrived_at(authority) is None
    assert [each.id for each in read.deliveries_to(staff)] == [UUID(int=102), UUID(int=101)]
    assert [each.acknowledged_by for each in read.acknowledgements_for(staff)] == ["li.wei"]
    assert read.acknowledgements_for(authority) == ()
    assert (read.time, read.rule, read.clock_id, read.claim_number) == (AT, "SZ-20.6", str(CLOCK), "C-1")
    last = read.deliveries[0].last_attempt
    assert last is not None
    assert (last.number, last.outcome) == (2, "delivered")


async def test_an_alert_about_no_clock_is_read_too() -> None:
    async with asking(Service(httpx2.Response(200, json=alert(7, None)))) as alerts:
        read = await alerts.alert(ADMIN, UUID(int=7))
    assert (read.clock_id, read.rule, read.recipients) == (None, None, ())


@pytest.mark.parametrize(("cursor", "more"), [(None, False), ("next", True)])
async def test_breaches_that_nobody_acknowledged_say_whether_there_are_more(cursor: str | None, more: bool) -> None:
    service = Service(page(alert(1), cursor=cursor))
    async with asking(service) as alerts:
        found = await alerts.unacknowledged(REGULATOR, 20)
    assert (len(found.items), found.more) == (1, more)
    assert dict(service.asked[0].url.params) == {"kind": "clock.breached", "acknowledged": "false", "limit": "20"}


async def test_the_log_of_deliveries_is_asked_for_with_its_filters() -> None:
    filters = DeliveryFilters(status="dead", channel="email", endpoint_id=UUID(int=8), begins=AT)
    service = Service(page(delivery(1), cursor="next"))
    async with asking(service) as alerts:
        found = await alerts.deliveries(OPERATIONS, filters, cursor="this", limit=20)
    assert found.next_cursor == "next"
    assert found.items[0].about.claim_number == "C-1"
    assert dict(service.asked[0].url.params) == {
        "status": "dead", "channel": "email", "endpoint_id": str(UUID(int=8)), "from": "2026-03-09T00:00:00+00:00",
        "limit": "20", "cursor": "this",
    }  # fmt: skip


async def test_an_endpoint_is_shown_with_whose_it_is() -> None:
    recipient = {"id": str(STAFF), "name": "理赔运营", "role": "operations", "language": "zh"}
    endpoint = {
        "id": str(UUID(int=8)), "recipient_id": str(STAFF), "channel": "email", "address": "a@b.example",
        "enabled": False, "disabled_reason": "410",
    }  # fmt: skip
    async with asking(Service(page(recipient), page(endpoint))) as alerts:
        (found,) = await alerts.endpoints(OPERATIONS)
    assert (found.recipient_name, found.role, found.enabled) == ("理赔运营", "operations", False)


async def test_a_visitor_sends_again_and_acknowledges_as_itself() -> None:
    service = Service(
        httpx2.Response(202, json=delivery(1)),
        httpx2.Response(202, json={"redelivered": 1000, "more": True}),
        httpx2.Response(201, json={"items": [acknowledgement(STAFF)]}),
    )
    async with asking(service) as alerts:
        assert (await alerts.redeliver(OPERATIONS, UUID(int=9))).id == UUID(int=101)
        again = await alerts.redeliver_range(OPERATIONS, UUID(int=8), AT, AT.replace(day=10))
        assert (again.redelivered, again.more) == (1000, True)
        assert len(await alerts.acknowledge(OPERATIONS, UUID(int=7), note="已联系")) == 1
    assert [(request.method, request.url.path, orjson.loads(request.content)) for request in service.asked] == [
        ("POST", f"/v1/deliveries/{UUID(int=9)}/redeliveries", {}),
        (
            "POST", f"/v1/endpoints/{UUID(int=8)}/redeliveries",
            {"from": "2026-03-09T00:00:00+00:00", "to": "2026-03-10T00:00:00+00:00", "statuses": ["dead"]},
        ),
        ("POST", f"/v1/alerts/{UUID(int=7)}/acknowledgements", {"note": "已联系"}),
    ]  # fmt: skip
    for request in service.asked:
        token = request.headers["authorization"].removeprefix("Bearer ")
        claims = jwt.decode(token, KEY, algorithms=["ES256"]).claims
        assert (claims["role"], claims["sub"], claims["tenant"]) == ("operations", "li.wei", "picc-sz")
        assert request.headers["content-type"] == "application/json"


async def test_a_refusal_keeps_what_notifications_said() -> None:
    problem = {"type": "urn:anze:problem:endpoint-disabled", "title": "Endpoint disabled", "detail": "Enable it first."}
    async with asking(Service(httpx2.Response(409, json=problem))) as alerts:
        with pytest.raises(AlertsRefusedError) as refused:
            await alerts.redeliver(ADMIN, UUID(int=9))
    assert (refused.value.status, refused.value.title, refused.value.detail) == (
        409, "Endpoint disabled", "Enable it first.",
    )  # fmt: skip


async def test_a_refusal_without_words_is_told_by_its_status() -> None:
    async with asking(Service(httpx2.Response(404, text="<html>"))) as alerts:
        with pytest.raises(AlertsRefusedError) as refused:
            await alerts.delivery(ADMIN, UUID(int=9))
    assert (refused.value.status, refused.value.title, refused.value.detail) == (404, "Not Found", "")


@pytest.mark.parametrize(
    "answer",
    [
        httpx2.ConnectError("refused"),
        httpx2.ReadTimeout("slow"),
        OSError("away"),
        httpx2.Response(500),
        httpx2.Response(503, json={"title": "no database"}),
        httpx2.Response(307, headers={"location": "http://elsewhere.example"}),
        httpx2.Response(200, text="<html>"),
        httpx2.Response(200, json={"items": [{"id": 1}], "next_cursor": None}),
        httpx2.Response(200, json=[]),
    ],
    ids=["refused", "slow", "no network", "500", "503", "a redirect", "no JSON", "another form", "a list"],
)
async def test_a_service_that_does_not_answer_as_it_should_is_away(answer: httpx2.Response | Exception) -> None:
    service = Service(answer)
    async with asking(service) as alerts:
        with pytest.raises(AlertsAwayError, match=r"GET /v1/alerts"):
            await alerts.unacknowledged(ADMIN, 1)
    assert len(service.asked) == 1, "no other address is asked, and none twice"


CALLS: dict[str, tuple[Action, Callable[[Alerts, Caller], Coroutine[Any, Any, Any]]]] = {
    "of clocks": (Action.READ, lambda alerts, who: alerts.of_clocks(who, [CLOCK])),
    "an alert": (Action.READ, lambda alerts, who: alerts.alert(who, CLOCK)),
    "unacknowledged": (Action.READ, lambda alerts, who: alerts.unacknowledged(who)),
    "deliveries": (Action.READ, lambda alerts, who: alerts.deliveries(who, DeliveryFilters())),
    "a delivery": (Action.READ, lambda alerts, who: alerts.delivery(who, CLOCK)),
    "endpoints": (Action.ENDPOINTS, lambda alerts, who: alerts.endpoints(who)),
    "redeliver": (Action.REDELIVER, lambda alerts, who: alerts.redeliver(who, CLOCK)),
    "redeliver a range": (Action.REDELIVER, lambda alerts, who: alerts.redeliver_range(who, CLOCK, AT, AT)),
    "acknowledge": (Action.ACKNOWLEDGE, lambda alerts, who: alerts.acknowledge(who, CLOCK)),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    "caller", [OPERATIONS, Caller("insurer", "core", tenant="picc-sz"), ADMIN, REGULATOR, BROKER], ids=lambda c: c.role
)
async def test_who_may_not_is_told_so_without_asking(call: str, caller: Caller) -> None:
    action, made = CALLS[call]
    service = Service(httpx2.Response(503))
    expected = AlertsAwayError if may(caller, action) else NotForThisRoleError
    async with asking(service) as alerts:
        with pytest.raises(expected):
            await _finished(made(alerts, caller))
    assert len(service.asked) == (1 if may(caller, action) else 0)
    assert not may(BROKER, action)


async def _finished(call: Awaitable[Any]) -> None:
    await call


def test_rights_are_those_that_notifications_describes() -> None:
    paths = json.loads(OPENAPI.read_text(encoding="utf-8"))["paths"]
    routes = {
        Action.READ: [("get", "/v1/alerts"), ("get", "/v1/deliveries"), ("get", "/v1/deliveries/{delivery_id}")],
        Action.ENDPOINTS: [("get", "/v1/endpoints"), ("get", "/v1/recipients")],
        Action.ACKNOWLEDGE: [("post", "/v1/alerts/{alert_id}/acknowledgements")],
        Action.REDELIVER: [
            ("post", "/v1/deliveries/{delivery_id}/redeliveries"),
            ("post", "/v1/endpoints/{endpoint_id}/redeliveries"),
        ],
    }
    for action in Action:
        for method, path in routes[action]:
            assert frozenset(paths[path][method]["x-roles"]) == RIGHTS[action], path
