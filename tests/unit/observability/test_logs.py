"""The lines that a process of the claims service writes to stdout."""

import json
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import structlog

from claims.logs import configure_logs


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def only_line(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    [line] = capsys.readouterr().out.splitlines()
    return dict(json.loads(line))


def test_a_line_is_json_with_time_in_utc_level_service_and_words(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("info", "claims-api")
    structlog.get_logger("claims.api").info("command_done", command="report_claim", 状态="已报案")
    line = only_line(capsys)
    assert datetime.fromisoformat(line.pop("timestamp")).utcoffset() == timedelta(0)
    assert line == {
        "event": "command_done",
        "command": "report_claim",
        "状态": "已报案",
        "level": "info",
        "logger": "claims.api",
        "service": "claims-api",
    }


def test_the_correlation_id_is_on_every_line_of_its_context(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("INFO", "claims-api")
    with structlog.contextvars.bound_contextvars(correlation_id="c-1"):
        structlog.get_logger().info("inside")
        logging.getLogger("uvicorn.error").info("a library inside")
    structlog.get_logger().info("outside")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line.get("correlation_id") for line in lines] == ["c-1", "c-1", None]


def test_lines_of_uvicorn_have_the_same_form(capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("uvicorn.access").addHandler(logging.StreamHandler())
    configure_logs("info", "claims-api")
    logging.getLogger("uvicorn.access").info('%s - "%s %s"', "127.0.0.1", "GET", "/v1/claims")
    line = only_line(capsys)
    assert line["event"] == '127.0.0.1 - "GET /v1/claims"'
    assert line["logger"] == "uvicorn.access"


def test_personal_data_is_dropped_however_deep_it_stands(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("info", "claims-api")
    body = {"victims": [{"name": "李小明", "identity_number": "44", "outcome": "death"}], "payee": {"party": "victim"}}
    structlog.get_logger().info("refused", body=body, phone="13800000000", bank_reference="B1", rule="SZ-20.6")
    line = only_line(capsys)
    assert line["body"] == {"victims": [{"outcome": "death"}]}
    assert line["rule"] == "SZ-20.6"
    assert not {"phone", "bank_reference"} & line.keys()


def test_a_traceback_is_told_without_the_values_of_variables(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("info", "claims-api")
    secret = "李小明" * 2
    try:
        json.loads("{}")["not there"]
    except LookupError:
        structlog.get_logger().exception("failed")
    text = capsys.readouterr().out
    assert json.loads(text)["exception"][0]["exc_type"] == "KeyError"
    assert json.loads(text)["exception"][0]["frames"][0]["name"].startswith("test_a_traceback")
    assert secret not in text


def test_values_of_any_type_can_be_told(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("info", "claims-api")
    structlog.get_logger().info("odd", value=object, count=2**70, path="\udc80", by={UUID(int=1): 2})
    line = only_line(capsys)
    assert (line["value"], line["count"], line["path"]) == ("<class 'object'>", 2**70, "\udc80")
    assert line["by"] == {"00000000-0000-0000-0000-000000000001": 2}


def test_what_is_below_the_level_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("warning", "claims-api")
    structlog.get_logger().info("quiet")
    logging.getLogger("uvicorn.access").info("quiet")
    assert capsys.readouterr().out == ""


def test_an_unknown_level_is_refused() -> None:
    with pytest.raises(ValueError, match="LOUD"):
        configure_logs("loud", "claims-api")
