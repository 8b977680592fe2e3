"""The OpenAPI document of the notifications service: as the code says, and with the contract's routes."""

import json
from pathlib import Path

from notifications.api import openapi

FILE = Path(__file__).parents[2] / "schemas" / "openapi" / "notifications.json"
CONTRACT = {
    "/v1/alerts": {"get", "post"},
    "/v1/alerts/{alert_id}": {"get"},
    "/v1/alerts/{alert_id}/acknowledgements": {"post"},
    "/v1/recipients": {"get", "post"},
    "/v1/subscriptions": {"get", "post"},
    "/v1/endpoints": {"get", "post"},
    "/v1/endpoints/{endpoint_id}/tests": {"post"},
    "/v1/deliveries": {"get"},
    "/v1/deliveries/{delivery_id}/redeliveries": {"post"},
}


def test_the_document_in_the_repository_is_what_the_code_says() -> None:
    assert FILE.read_text(encoding="utf-8") == openapi.text()


def test_a_file_that_differs_is_told_and_left_alone(tmp_path: Path) -> None:
    changed = tmp_path / "notifications.json"
    changed.write_text("{}", encoding="utf-8")
    assert openapi.main(["--check"], changed) == 1
    assert changed.read_text(encoding="utf-8") == "{}"


def test_every_route_of_the_contract_is_described() -> None:
    paths = json.loads(openapi.text())["paths"]
    for path, methods in CONTRACT.items():
        assert methods <= paths[path].keys(), path
