"""The Idempotency-Key and If-Match headers, and the two hashes by which a retry is known."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

import orjson
from starlette.requests import Request

from claims.api.problems import bad_header
from claims.application.calls import Caller

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_CLOCK = re.compile(r'"([0-9]{1,9}\.[0-9]{1,9}(?:\.[0-9]{1,18})?)"')
_VERSION = re.compile(r'"(0|[1-9][0-9]{0,8})"')


def key_of(request: Request) -> str:
    """Return the request's key; Refused with 400 if there is none, or it is no key."""
    key = request.headers.get(HEADER)
    if key is None:
        raise bad_header("idempotency-key-missing", f"Send an {HEADER} of your own with every command, such as a UUID.")
    if not _KEY.fullmatch(key):
        raise bad_header("idempotency-key-invalid", f"An {HEADER} is 1 to 200 visible ASCII characters.")
    return key


def key_hash(caller: Caller, method: str, pattern: str, key: str) -> bytes:
    """Return the SHA-256 of whose key it is, where it was sent, and the key; fields cannot run into each other."""
    fields = (caller.tenant or "", caller.broker or "", caller.role, caller.subject, method, pattern, key)
    digest = hashlib.sha256()
    for text in fields:
        raw = text.encode()
        digest.update(len(raw).to_bytes(4, "big"))
        digest.update(raw)
    return digest.digest()


def body_hash(ids: Mapping[str, str], body: Any) -> bytes:
    """Return the SHA-256 of the ids in the path and the body as sent, in one form whatever the order of its fields."""
    return hashlib.sha256(orjson.dumps({"path": ids, "body": body}, option=orjson.OPT_SORT_KEYS)).digest()


def expected_version(request: Request) -> int | None:
    """Return the version that If-Match names; None for any. Refused with 400 if it cannot be read."""
    stated = _stated(request, _VERSION, '"3"')
    return None if stated is None else int(stated)


def expected_clock(request: Request) -> str | None:
    """Return the ETag of a clock that If-Match names, without its quotes; None and Refused as above."""
    return _stated(request, _CLOCK, '"1.0"')


def _stated(request: Request, form: re.Pattern[str], example: str) -> str | None:
    stated = request.headers.get("If-Match")
    if stated is None or stated.strip() == "*":
        return None
    found = form.fullmatch(stated.strip())
    if found is None:
        detail = f"If-Match is an ETag that was given here, such as {example}, quotes included."
        raise bad_header("if-match-invalid", detail)
    return found[1]
