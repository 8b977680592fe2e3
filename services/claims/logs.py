"""One JSON line for each thing worth telling, on stdout: ours and the libraries' alike, and never personal data."""

import json
import logging
import sys
from collections.abc import Mapping
from typing import Any

import structlog
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import EventDict, Processor, WrappedLogger

PERSONAL = frozenset({"name", "phone", "identity_number", "payee", "bank_reference"})
"""Keys that are dropped from every line, however deep they stand."""

ROUTED = ("uvicorn", "uvicorn.error", "uvicorn.access", "apscheduler", "asyncio")
"""Loggers of libraries that would otherwise write lines of their own form."""

CHATTY = ("apscheduler", "httpx2", "httpcore2")
"""Loggers that write a line for each tick and each request; metrics count both."""


def configure_logs(level: str, service: str) -> None:
    """Send the logs of this process, from `level` on, to stdout as JSON, each line with the name of the service.

    What was bound with `structlog.contextvars` (correlation_id) is on every line. To be called once, before the first
    line; uvicorn is to be started with `log_config=None`.

    Raises:
        ValueError: there is no such level.
    """
    shared = _shared(service)
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                drop_personal,  # before tracebacks are rendered: their frames have names too
                structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
                structlog.processors.JSONRenderer(serializer=_line),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ROUTED:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    logging.captureWarnings(capture=True)


def drop_personal(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """Drop the keys of personal data from a line; the key `event` is the message and stays."""
    return {
        key: value if key == "exc_info" else _without_personal(value)
        for key, value in line.items()
        if key not in PERSONAL
    }


def _without_personal(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _without_personal(inner) for key, inner in value.items() if key not in PERSONAL}
    if isinstance(value, list | tuple):
        return [_without_personal(inner) for inner in value]
    return value


def _shared(service: str) -> list[Processor]:
    def add_service(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
        line["service"] = service
        return line

    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        add_service,
    ]


def _line(line: Any, **_options: Any) -> str:
    text = json.dumps(line, default=repr, ensure_ascii=False)
    return text.encode(errors="backslashreplace").decode()  # half a surrogate pair, as a path may hold it, stays JSON
