"""No other site can have a visitor's browser change anything: where a request comes from, and what it brings along."""

import hmac
from urllib.parse import parse_qs

from starlette.requests import Request

from claims.dashboard.visitor import Visitor

HEADER = "X-CSRF-Token"
FIELD = "csrf_token"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_MOST_BYTES = 20_000
"""How large a form of the board may be."""
_FORM = "application/x-www-form-urlencoded"


class ForgedRequestError(Exception):
    """The request does not come from a page of this board that the visitor has open now."""


async def require(request: Request, visitor: Visitor) -> None:
    """Let a change pass that a page of this visitor's session asks for.

    The proof comes in the header `X-CSRF-Token` or in the form's field `csrf_token`. Requests that change nothing pass.

    Raises:
        ForgedRequestError: it comes from another site, or without the proof of this session.
    """
    if request.method in _SAFE:
        return
    refuse_other_sites(request)
    shown = request.headers.get(HEADER) or (await form_fields(request)).get(FIELD, "")
    if not hmac.compare_digest(shown.encode(), visitor.csrf.encode()):
        raise ForgedRequestError("without the proof of this session")


def refuse_other_sites(request: Request, *, stated: bool = False) -> None:
    """Refuse what the browser says comes from elsewhere; with `stated`, also what does not say where it comes from.

    `Sec-Fetch-Site` is asked first: a proxy cannot spoil it. Over plain http a browser leaves it out; then the origin's
    host has to be the one that was asked for.

    Raises:
        ForgedRequestError: it does not come from a page of this host.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        if site != "same-origin":
            raise ForgedRequestError("from another site")
    elif origin is not None:
        if origin.partition("://")[2] != request.headers.get("host"):
            raise ForgedRequestError("from another origin")
    elif stated:
        raise ForgedRequestError("from nowhere that is named")


async def form_fields(request: Request) -> dict[str, str]:
    """Return the fields of a form, each with its last value; empty where no form came.

    Raises:
        ForgedRequestError: it is longer than any form of the board, or does not say how long it is.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        return {}
    length = request.headers.get("content-length", "")
    if not (length.isascii() and length.isdigit()) or int(length[:20]) > _MOST_BYTES:
        raise ForgedRequestError("with a form that the board does not have")
    fields = parse_qs((await request.body()).decode("utf-8", "replace"), keep_blank_values=True)
    return {name: values[-1] for name, values in fields.items()}
