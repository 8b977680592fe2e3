"""Who hears in the tests: an insurer's operations and the region's regulator, each by a webhook of its own."""

import httpx2
from tests.support.machine import PATIENCE, Instance, Json

from anze.demo.receiver import Receiver

OPERATIONS, REGULATOR = "operations", "insurance_regulator"
INSURER, REGION = "picc-sz", "440300"


def subscribe(instance: Instance, receiver: Receiver) -> None:
    """Let both hear of everything that is meant for their role."""
    headers = instance.bearer("admin")
    with httpx2.Client(
        base_url=instance.url("notifications"), headers=headers, trust_env=False, timeout=PATIENCE
    ) as client:
        for role in (OPERATIONS, REGULATOR):
            tenant = INSURER if role == OPERATIONS else None
            recipient = _add(client, "/v1/recipients", name=role, role=role, region=REGION, tenant=tenant)
            reached = {"address": receiver.address(role), "secret": receiver.secret(role)}
            endpoint = _add(client, "/v1/endpoints", recipient_id=recipient, **reached)
            _add(client, "/v1/subscriptions", recipient_id=recipient, endpoint_ids=[endpoint], digest=False)


def _add(client: httpx2.Client, path: str, **body: object) -> str:
    answer = client.post(path, json=body)
    assert answer.status_code == httpx2.codes.CREATED, answer.text
    made: Json = answer.json()
    return str(made["id"])
