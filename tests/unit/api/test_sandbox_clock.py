"""The clock of a sandbox over the interface: forward only, once for each key, and nowhere else."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx2
import pytest
from tests.support.story import at
from tests.unit.api.conftest import Api
from tests.unit.api.fakes import FakeSandbox

from claims.api.app import ApiServices
from claims.api.services import BackwardsError

PATH = "/v1/sandbox/clock"


async def test_the_clock_goes_forward_by_so_much_or_to_a_moment(api: Api) -> None:
    by = await api.post(PATH, {"advance": "P3D"}, "admin")
    assert by.json() == {"now": "2026-03-05T10:00:00+08:00"}
    to = await api.post(PATH, {"set": "2026-03-06T09:00:00+08:00"}, "admin")
    assert to.json()["now"].startswith("2026-03-06T09:00:00")


async def test_the_clock_never_goes_backwards(api: Api) -> None:
    answer = await api.post(PATH, {"set": "2026-03-02T09:59:59+08:00"}, "admin")
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:anze:problem:sandbox-clock-backwards"


async def test_a_race_that_the_database_sees_as_backwards_is_told_so_too(
    api: Api, services: ApiServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gone_on(*_: object) -> None:
        raise BackwardsError

    monkeypatch.setattr(FakeSandbox, "step", gone_on)
    assert (await api.post(PATH, {"advance": "PT1S"}, "admin")).status_code == 409


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"advance": None},
        {"advance": "P1M"},
        {"set": "2026-03-06T09:00:00"},
        {"advance": "P1D", "set": "2026-03-06T09:00:00Z"},
    ],
)
async def test_a_step_is_one_of_both(api: Api, body: dict[str, Any]) -> None:
    assert (await api.post(PATH, body, "admin")).status_code == 422


async def test_a_step_beyond_the_calendar_is_refused(api: Api) -> None:
    api.application.now_is = at("9990-01-01 00:00")
    assert (await api.post(PATH, {"advance": "P9999W"}, "admin")).status_code == 409


async def test_a_retry_does_not_go_twice_as_far(api: Api, services: ApiServices) -> None:
    headers = {"Idempotency-Key": "once"}
    first = await api.post(PATH, {"advance": "P3D"}, "admin", headers=headers)
    await api.post(PATH, {"advance": "P1D"}, "admin")
    again = await api.post(PATH, {"advance": "P3D"}, "admin", headers=headers)
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert isinstance(services.sandbox_clock, FakeSandbox)
    assert services.sandbox_clock.targets[0] == at("2026-03-05 10:00")
    assert len(services.sandbox_clock.targets) == 2
    other = await api.post(PATH, {"advance": "P4D"}, "admin", headers=headers)
    assert (other.status_code, other.json()["type"]) == (422, "urn:anze:problem:idempotency-key-reused")


async def test_twins_go_as_far_as_one(api: Api, services: ApiServices) -> None:
    headers = {"Idempotency-Key": "twins"}
    twins = (api.post(PATH, {"advance": "P3D"}, "admin", headers=headers) for _ in range(2))
    assert [answer.status_code for answer in await asyncio.gather(*twins)] == [200, 200]
    assert isinstance(services.sandbox_clock, FakeSandbox)
    assert len(services.sandbox_clock.targets) == 1


async def test_outside_a_sandbox_there_is_no_such_route(
    services: ApiServices, make_client: Callable[[ApiServices], httpx2.AsyncClient], api: Api
) -> None:
    async with make_client(replace(services, sandbox_clock=None)) as client:
        answer = await client.post(PATH, json={"advance": "P3D"}, headers=api.headers("admin"))
        described = (await client.get("/openapi.json")).json()
    assert answer.status_code == 404
    assert PATH not in described["paths"]
