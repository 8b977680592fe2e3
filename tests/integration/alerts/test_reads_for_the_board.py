"""What a page asks in one request: everything that was told about its clocks, and the breaches nobody acknowledged."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event as sqlalchemy_event
from tests.integration.alerts.receiver import Receiver
from tests.integration.alerts.service import Service, event


def of_clock(clock: str, **more: Any) -> dict[str, Any]:
    """An alert on one clock, to the insurer's staff and the regulator."""
    said = {"id": clock, "rule": "SZ-20.6", "tier": "service"}
    return event(clock=said, claim={"id": f"claim-of-{clock}", "number": f"C-{clock}"}, **more)


async def acknowledge(service: Service, alert: dict[str, Any], role: str, **claims: Any) -> None:
    """Acknowledge for all whom the role stands for."""
    path = f"/v1/alerts/{alert['id']}/acknowledgements"
    answer = await service.http.post(path, json={}, headers=service.as_role(role, **claims))
    assert answer.status_code == 201, answer.text


async def found(service: Service, query: str, role: str = "admin", **claims: Any) -> list[str]:
    """The ids of the events of the alerts that a query finds, the newest first."""
    items = (await service.get(f"/v1/alerts?{query}", role, **claims))["items"]
    return [each["event_id"] for each in items]


async def test_alerts_are_filtered_by_clocks_tenant_and_moment(service: Service) -> None:
    for number, clock in enumerate(("k-1", "k-2", "k-3")):
        await service.alert(of_clock(clock, event_id=f"e-{number}", tenant="cpic-sz" if number == 2 else "picc-sz"))
    middle = service.clock.wall() + timedelta(minutes=1)
    service.clock.forward(hours=1)
    await service.alert(of_clock("k-1", event_id="e-3", type="breach.withdrawn", severity="information"))
    moment = middle.isoformat().replace("+00:00", "Z")
    assert await found(service, "clock_id=k-1") == ["e-3", "e-0"], "the withdrawal is shown beside its breach"
    assert await found(service, "clock_id=k-1&clock_id=k-2") == ["e-3", "e-1", "e-0"]
    assert await found(service, "clock_id=k-9") == []
    assert await found(service, "tenant=cpic-sz") == ["e-2"]
    assert await found(service, "tenant=cpic-sz", "operations") == [], "another insurer's"
    assert await found(service, f"from={moment}") == ["e-3"]
    assert await found(service, f"to={moment}") == ["e-2", "e-1", "e-0"]
    assert await found(service, f"clock_id=k-1&from={moment}&kind=clock.breached") == []


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("&".join(f"clock_id=k-{number}" for number in range(201)), "/clock_id"),
        ("clock_id=", "/clock_id/0"),
        ("acknowledged=perhaps", "/acknowledged"),
        ("from=yesterday", "/from"),
        ("to=2026-03-09T00:00:00", "/to"),
    ],
    ids=["too many clocks", "an empty clock", "neither true nor false", "no moment", "a moment nowhere"],
)
async def test_a_filter_that_cannot_be_read_is_refused_by_its_name(service: Service, query: str, pointer: str) -> None:
    answer = await service.http.get(f"/v1/alerts?{query}", headers=service.as_role("admin"))
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]


async def test_an_alert_is_acknowledged_to_those_who_may_see_by_whom(service: Service, receiver: Receiver) -> None:
    await service.listener(receiver.url("/staff"), "operations", tenant="picc-sz")
    await service.listener(receiver.url("/authority"))
    by_staff, by_authority, _ = [await service.alert(of_clock("k-1", event_id=f"e-{n}")) for n in range(3)]
    await acknowledge(service, by_staff, "operations")
    await acknowledge(service, by_authority, "regulator")
    query = "kind=clock.breached&acknowledged={}"
    assert await found(service, query.format("false")) == ["e-2"]
    assert await found(service, query.format("true")) == ["e-1", "e-0"]
    assert await found(service, query.format("false"), "operations") == ["e-2", "e-1"], "an authority's is its own"
    assert await found(service, query.format("true"), "operations") == ["e-0"]
    assert await found(service, query.format("false"), "regulator") == ["e-2", "e-0"]
    service.clock.forward(days=40)
    assert await found(service, query.format("true")) == ["e-1", "e-0"], "it was, also when that has expired"


async def test_whom_an_alert_reached_is_shown_as_far_as_the_reader_may_know_them(
    service: Service, receiver: Receiver
) -> None:
    await service.listener(receiver.url("/staff"), "operations", tenant="picc-sz", name="理赔运营")
    await service.listener(receiver.url("/authority"), name="深圳监管局")
    await service.alert(of_clock("k-1"))
    await service.deliver()

    async def shown(role: str) -> set[tuple[str, str | None, bool]]:
        [alert] = (await service.get("/v1/alerts?clock_id=k-1", role))["items"]
        assert all(each["attempts"][0]["outcome"] == "delivered" for each in alert["deliveries"])
        return {(each["role"], each["recipient_name"], each["address"] is not None) for each in alert["deliveries"]}

    staff, authority = ("operations", "理赔运营"), ("insurance_regulator", "深圳监管局")
    assert await shown("admin") == {(*staff, True), (*authority, True)}
    assert await shown("operations") == {(*staff, True), ("insurance_regulator", None, False)}
    assert await shown("regulator") == {(*authority, False)}


async def test_a_delivery_says_what_it_is_about_and_what_its_recipient_was_told_as(
    service: Service, receiver: Receiver
) -> None:
    endpoint = await service.listener(receiver.url(), "operations", tenant="picc-sz")
    await service.alert(of_clock("k-1"))
    path = f"/v1/recipients/{endpoint['recipient_id']}"
    changed = await service.http.patch(path, json={"name": "合规部"}, headers=service.as_role("admin"))
    assert changed.status_code == 200, changed.text
    [delivery] = await service.deliveries()
    assert (delivery["role"], delivery["recipient_name"], delivery["address"]) == (
        "operations", "合规部", receiver.url(),
    )  # fmt: skip
    assert delivery["about"] == {
        "kind": "clock.breached", "severity": "breach", "time": "2026-03-09T00:00:00+08:00", "tenant": "picc-sz",
        "region": "440300", "rule": "SZ-20.6", "clock_id": "k-1", "claim_id": "claim-of-k-1", "claim_number": "C-k-1",
    }  # fmt: skip
    for query, count in (("kind=clock.breached", 1), ("kind=clock.at_risk", 0), ("tenant=picc-sz", 1), ("tenant=x", 0)):
        assert len((await service.get(f"/v1/deliveries?{query}"))["items"]) == count, query


async def test_a_page_of_clocks_costs_as_many_queries_as_one(service: Service, receiver: Receiver) -> None:
    await service.listener(receiver.url(), "operations", tenant="picc-sz")
    for number in range(12):
        await service.alert(of_clock(f"k-{number}"))
    await service.deliver()
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    engine = service.parts.engine.sync_engine
    sqlalchemy_event.listen(engine, "before_cursor_execute", note)
    counts = []
    for clocks in (1, 12):
        asked.clear()
        query = "&".join(f"clock_id=k-{number}" for number in range(clocks))
        assert len(await found(service, query, "operations")) == clocks
        counts.append(len(asked))
    sqlalchemy_event.remove(engine, "before_cursor_execute", note)
    assert counts[0] == counts[1] == 5, "the scope, alerts, deliveries, attempts, acknowledgements"


@pytest.mark.parametrize(("role", "status"), [("insurer", 403), ("regulator", 403), ("broker", 403), ("admin", 202)])
async def test_only_operations_and_administrators_send_again(
    service: Service, receiver: Receiver, role: str, status: int
) -> None:
    await service.listener(receiver.url(), "operations", tenant="picc-sz")
    await service.alert(of_clock("k-1"))
    await service.deliver()
    [delivery] = await service.deliveries()
    path = f"/v1/deliveries/{delivery['id']}/redeliveries"
    assert (await service.http.post(path, headers=service.as_role(role))).status_code == status
