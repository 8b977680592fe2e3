"""For whom one may acknowledge, and who reads what was said when acknowledging."""

from typing import Any

import pytest
from tests.integration.alerts.receiver import Receiver
from tests.integration.alerts.service import Service
from tests.integration.alerts.test_acknowledgements import acknowledge

ITS_OWN, EVERY_INSURERS, CITY, PROVINCE, COUNTRY = "staff", "control-room", "city", "province", "country"


@pytest.fixture
async def heard(service: Service, receiver: Receiver) -> dict[str, str]:
    """A breach in Shenzhen, told to all of these; their ids by name."""
    tenants = {ITS_OWN: "picc-sz", EVERY_INSURERS: None}
    for name, tenant in tenants.items():
        await service.listener(receiver.url(), "operations", name=name, tenant=tenant, region=None)
    regions = {CITY: "440300", PROVINCE: "440000", COUNTRY: None}
    for name, region in regions.items():
        await service.listener(receiver.url(), name=name, region=region)
    found = (await service.get("/v1/recipients"))["items"]
    return {each["id"]: each["name"] for each in found}


def names(made: dict[str, Any], heard: dict[str, str]) -> list[str]:
    """For whom it was acknowledged."""
    return sorted(heard[each["recipient_id"]] for each in made["items"])


async def test_an_insurer_acknowledges_for_its_own_and_not_for_those_who_hear_of_every_insurer(
    service: Service, heard: dict[str, str]
) -> None:
    alert = await service.alert()
    assert names(await acknowledge(service, alert["id"]), heard) == [ITS_OWN]
    everybodys = next(each for each, name in heard.items() if name == EVERY_INSURERS)
    await acknowledge(service, alert["id"], recipient_id=everybodys, expect=422)


@pytest.mark.parametrize(
    ("region", "whom"), [("440300", [CITY]), ("440000", [CITY, PROVINCE]), ("000000", [CITY, COUNTRY, PROVINCE])]
)
async def test_a_regulator_acknowledges_for_its_region_and_below_alone(
    service: Service, heard: dict[str, str], region: str, whom: list[str]
) -> None:
    alert = await service.alert()
    path, headers = f"/v1/alerts/{alert['id']}/acknowledgements", service.as_role("regulator", region=region)
    made = await service.http.post(path, json={}, headers=headers)
    assert made.status_code == 201, made.text
    assert names(made.json(), heard) == whom


async def test_an_insurer_does_not_read_what_an_authority_wrote(service: Service, heard: dict[str, str]) -> None:
    alert = await service.alert()
    await acknowledge(service, alert["id"], "regulator", note="立案调查")
    own = (await acknowledge(service, alert["id"]))["items"]
    assert (await service.get(f"/v1/alerts/{alert['id']}", "operations"))["acknowledgements"] == own
    assert len((await service.get(f"/v1/alerts/{alert['id']}"))["acknowledgements"]) == 3, "an administrator reads all"
