"""Where a visitor goes after sign-in, or from a page that needs it: always a page of this board."""

import re
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from claims.dashboard.cookies import BOARD

HOME = f"{BOARD}/"
SIGN_IN = f"{BOARD}/sign-in"
SIGN_OUT = f"{BOARD}/sign-out"
_MOST = 2000
_LOCAL = re.compile(rf"{BOARD}/[!-~]*")
_NO_PAGES = (f"{SIGN_IN}/", SIGN_OUT)
"""Steps of signing in and out: nobody is led on to one."""
_LEADS_ELSEWHERE = re.compile(r"\\|//|/\.|%2e|%2f|%5c", re.IGNORECASE)
"""In a path: what a browser may read as another host, or as a way up and out."""


def local_address(stated: str | None) -> str:
    """Return the address if it is that of a page of this board, else that of its first page."""
    if stated is None or len(stated) > _MOST or not _LOCAL.fullmatch(stated):
        return HOME
    path = stated.partition("?")[0]
    if _LEADS_ELSEWHERE.search(path) or "\\" in stated:
        return HOME
    return HOME if path.startswith(_NO_PAGES) else stated


def sign_in_address(following: str) -> str:
    """Return the address of the sign-in page that leads on to another page."""
    local = local_address(following)
    return SIGN_IN if local == HOME else f"{SIGN_IN}?{urlencode({'next': local})}"


def to_sign_in(request: Request) -> Response:
    """Answer somebody who is not signed in: to the sign-in page, and from there back to where they were.

    Scripts get 401; htmx takes the whole page to sign-in then, and a live line ends.
    """
    if request.headers.get("hx-request") == "true":
        shown = urlsplit(request.headers.get("hx-current-url", ""))
        address = sign_in_address(f"{shown.path}?{shown.query}" if shown.query else shown.path)
        return Response(status_code=401, headers={"HX-Redirect": address})
    if "text/event-stream" in request.headers.get("accept", ""):
        return Response(status_code=401)
    if request.method not in {"GET", "HEAD"}:
        return RedirectResponse(SIGN_IN, 303)
    asked = request.url
    return RedirectResponse(sign_in_address(f"{asked.path}?{asked.query}" if asked.query else asked.path), 303)
