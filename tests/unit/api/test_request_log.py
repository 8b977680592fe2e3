"""One line for each request, so that a caller's correlation id can be followed from the log of the interface on."""

from structlog.testing import capture_logs
from tests.unit.api.conftest import Api


async def test_a_request_is_logged_with_its_answer_and_without_its_query(api: Api) -> None:
    with capture_logs() as lines:
        await api.client.get("/v1/claims?policy_number=secret", headers={"X-Correlation-Id": "mine"})
    (line,) = [line for line in lines if line["event"] == "request"]
    assert (line["method"], line["path"], line["status"]) == ("GET", "/v1/claims", 401)
    assert "secret" not in str(line)


async def test_what_machines_ask_every_few_seconds_is_not_logged(api: Api) -> None:
    with capture_logs() as lines:
        await api.client.get("/health/live")
    assert not [line for line in lines if line["event"] == "request"]
