"""The OpenAPI document of the claims service: as the code says, whole, and as the contract has it."""

import json
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from jsonschema import Draft202012Validator
from tests.unit.api.examples import REPORT

from claims.api import openapi
from claims.api.commands import COMMANDS
from claims.domain.claim.commands.merge import MergeInto, TakeOver
from claims.domain.claim.commands.report import Report
from claims.domain.claim.decide import RULES

FILE = Path(__file__).parents[2] / "schemas" / "openapi" / "claims.json"
DOCUMENT: dict[str, Any] = json.loads(openapi.text())
OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}
CONTRACT = """
POST /v1/claims
POST /v1/claims/{claim_id}/insurer-receipts
POST /v1/claims/{claim_id}/claim-requests
POST /v1/claims/{claim_id}/intake-notices
POST /v1/claims/{claim_id}/victims
POST /v1/claims/{claim_id}/casualty-updates
POST /v1/claims/{claim_id}/document-requests
POST /v1/claims/{claim_id}/documents
POST /v1/claims/{claim_id}/loss-determinations
POST /v1/claims/{claim_id}/advances
POST /v1/claims/{claim_id}/advances/{advance_id}/payments
POST /v1/claims/{claim_id}/advances/{advance_id}/refusals
POST /v1/claims/{claim_id}/advances/{advance_id}/withdrawals
POST /v1/claims/{claim_id}/payments/{payment_id}/failures
POST /v1/claims/{claim_id}/progress-notices
POST /v1/claims/{claim_id}/decisions
POST /v1/claims/{claim_id}/decision-notices
POST /v1/claims/{claim_id}/rejection-notices
POST /v1/claims/{claim_id}/settlement-agreements
POST /v1/claims/{claim_id}/payments
POST /v1/claims/{claim_id}/recoveries
POST /v1/claims/{claim_id}/withdrawals
POST /v1/claims/{claim_id}/closures
POST /v1/claims/{claim_id}/authority-notices
POST /v1/claims/{claim_id}/site-surveys
POST /v1/claims/{claim_id}/rescue-supports
POST /v1/claims/{claim_id}/assignments
POST /v1/claims/{claim_id}/advances/{advance_id}/amendments
POST /v1/claims/{claim_id}/fast-track-settlements
POST /v1/claims/{claim_id}/direct-payment-requests
POST /v1/claims/{claim_id}/direct-payment-requests/{direct_payment_id}/decisions
POST /v1/claims/{claim_id}/outcome-reports
POST /v1/claims/{claim_id}/reopenings
POST /v1/claims/{claim_id}/merges
POST /v1/policies/{number}/endorsements
GET /v1/claims
GET /v1/claims/{claim_id}
GET /v1/claims/{claim_id}/events
GET /v1/claims/{claim_id}/clocks
GET /v1/clocks
GET /v1/clocks/{clock_id}
POST /v1/clocks/{clock_id}/submissions
PUT /v1/parties/{code}
GET /v1/parties/{code}
GET /v1/parties
POST /v1/complaints
GET /v1/complaints
GET /v1/complaints/{complaint_id}
POST /v1/complaints/{complaint_id}/replies
POST /v1/hazards
GET /v1/hazards
GET /v1/hazards/{hazard_id}
POST /v1/hazards/{hazard_id}/reports
GET /v1/events
GET /v1/stream
POST /v1/due-dates
GET /v1/calendars/{year}
PUT /v1/calendars/{year}
POST /v1/calendars/{year}/preview
GET /v1/rulebooks
GET /v1/rulebooks/{rulebook_id}
GET /v1/compliance
GET /v1/reports/monthly
GET /v1/reports/quarterly
GET /v1/reports/annual
POST /v1/sandbox/clock
GET /health/live
GET /health/ready
GET /metrics
GET /openapi.json
GET /docs
GET /docs/plain
GET /docs/files/{file}
"""
STORES_NOTHING = {"POST /v1/due-dates", "POST /v1/calendars/{year}/preview"}
"""They calculate: no key is asked for."""


def test_the_document_in_the_repository_is_what_the_code_says() -> None:
    assert openapi.main(["--check"], FILE) == 0


def test_a_file_that_is_missing_or_outdated_fails_the_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "claims.json"
    assert openapi.main(["--check"], file) == 1
    assert openapi.main([], file) == 0
    assert openapi.main(["--check"], file) == 0
    file.write_text("{}")
    assert openapi.main(["--check"], file) == 1
    assert "run python -m claims.api.openapi" in capsys.readouterr().err


def test_the_document_has_the_operations_of_the_contract() -> None:
    assert sorted(OPERATIONS) == sorted(CONTRACT.split("\n")[1:-1])


def test_every_command_of_the_domain_has_a_route() -> None:
    sent = {get_type_hints(line.body.command)["return"] for line in COMMANDS}
    assert sent | {Report, MergeInto, TakeOver} == set(RULES)


def test_operations_have_names_of_their_own() -> None:
    names = [operation["operationId"] for operation in OPERATIONS.values()]
    assert len(set(names)) == len(names)


def test_every_reference_leads_somewhere() -> None:
    known = {f"#/components/{kind}/{name}" for kind, parts in DOCUMENT["components"].items() for name in parts}
    used = {part.split('"')[0] for part in openapi.text().split('"$ref": "')[1:]}
    assert used <= known


@pytest.mark.parametrize("name", sorted(DOCUMENT["components"]["schemas"]))
def test_every_schema_is_one(name: str) -> None:
    Draft202012Validator.check_schema(DOCUMENT["components"]["schemas"][name])


def test_the_example_of_a_report_fits_its_schema_and_a_typo_does_not() -> None:
    schema = {**DOCUMENT["components"]["schemas"]["ReportBody"], "components": DOCUMENT["components"]}
    validator = Draft202012Validator(schema)
    validator.validate(REPORT)
    assert not validator.is_valid({**REPORT, "confirm": True})
    assert not validator.is_valid({**REPORT, "policy": {**REPORT["policy"], "medical_deductible": "0.001"}})


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_every_operation_says_who_may_take_it_and_how_it_fails(name: str) -> None:
    operation = OPERATIONS[name]
    assert operation["x-roles"]
    statuses = set(operation["responses"])
    if operation["x-roles"] != ["anybody"]:
        assert operation["security"] == [{"token": []}]
        assert {"401", "403", "503"} <= statuses
    if name.startswith("POST") and name not in STORES_NOTHING:
        assert {"400", "409", "413", "415", "422"} <= statuses
        required = {each["name"] for each in operation["parameters"] if each.get("required")}
        assert "Idempotency-Key" in required
    for status, answer in operation["responses"].items():
        if status >= "400":
            assert answer == {"$ref": f"#/components/responses/Problem{status}"}


def test_every_problem_has_the_shape_of_a_problem() -> None:
    for answer in DOCUMENT["components"]["responses"].values():
        assert answer["content"] == {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemAnswer"}}
        }
