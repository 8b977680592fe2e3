"""The ways in and out: the sign-in page, the way to the issuer and back, the development sign-in, sign-out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import structlog
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from claims.application.callers import NotACallerError
from claims.dashboard import csrf
from claims.dashboard.cookies import BOARD, Cookie
from claims.dashboard.development_sign_in import DevelopmentSignIn, chosen_caller, is_on_this_machine
from claims.dashboard.next_page import SIGN_OUT, local_address, sign_in_address, to_sign_in
from claims.dashboard.openid import Attempt, OpenId, Reason, SignInFailedError
from claims.dashboard.preferences import Preferences, preferences
from claims.dashboard.sealing import Seal
from claims.dashboard.sessions import Sessions

__all__ = ["ATTEMPT_PURPOSE", "HINT_PURPOSE", "SignIn", "local_address", "sign_in_routes", "to_sign_in"]

ATTEMPT_PURPOSE = "board sign-in under way, form 1"
HINT_PURPOSE = "board sign-out at the issuer, form 1"
"""What the keys of the two cookies beside the session's are derived for."""
_ATTEMPT_SECONDS = 600
"""How long somebody may take at the issuer."""
_MOST_OF_A_HINT = 2500
"""Characters of an id_token that still fit into a cookie when they are sealed; a longer one is not kept."""
_STATUS: Mapping[Reason, int] = {
    "denied": 403,
    "stale": 400,
    "away": 503,
    "faulty": 502,
    "refused": 502,
    "no_role": 403,
}

_log = structlog.stdlib.get_logger(__name__)


class Pages(Protocol):
    """Renders templates."""

    def render(self, name: str, block: str | None, context: Mapping[str, Any], chosen: Preferences) -> str:
        """Return the page of a template in the language and theme that were chosen."""
        ...


@dataclass(frozen=True, slots=True)
class SignIn:
    """What sign-in works with."""

    sessions: Sessions
    pages: Pages
    attempts: Seal
    """Of the key that is derived for `ATTEMPT_PURPOSE`."""
    hints: Seal
    """Of the key that is derived for `HINT_PURPOSE`."""
    openid: OpenId | None
    development: DevelopmentSignIn | None

    @property
    def attempt_cookie(self) -> Cookie:
        """What the browser keeps while it is at the issuer."""
        return Cookie("anze-board-sign-in", self.sessions.https)

    @property
    def hint_cookie(self) -> Cookie:
        """What the browser keeps to end the session at the issuer too; sent to sign-out alone."""
        return Cookie("anze-board-issuer", self.sessions.https, path=SIGN_OUT, narrow=True)

    async def page(self, request: Request) -> Response:
        """Offer the ways in; somebody who is signed in goes on."""
        if self.sessions.visitor(request) is not None:
            return RedirectResponse(local_address(request.query_params.get("next")), 303)
        return await self._offer(request, request.query_params.get("next"))

    async def leave(self, request: Request) -> Response:
        """Send the browser to the issuer."""
        if self.openid is None:
            return RedirectResponse(sign_in_address(""), 303)
        try:
            address, attempt = await self.openid.begin()
        except SignInFailedError as error:
            return self._failed(request, error)
        answer = RedirectResponse(address, 303)
        kept = {
            "state": attempt.state,
            "nonce": attempt.nonce,
            "verifier": attempt.verifier,
            "next": local_address(request.query_params.get("next")),
        }
        self.attempt_cookie.write(answer, self.attempts.seal(kept, _ATTEMPT_SECONDS), _ATTEMPT_SECONDS)
        return answer

    async def come_back(self, request: Request) -> Response:
        """Let in whom the issuer vouches for; each attempt is good for one answer, whatever it is."""
        kept = self.attempts.open(self.attempt_cookie.read(request) or "")
        try:
            if self.openid is None or kept is None:
                raise SignInFailedError("stale", "no sign-in is under way in this browser")  # noqa: TRY301
            attempt = Attempt(kept["state"], kept["nonce"], kept["verifier"])
            found = await self.openid.finish(request.query_params, attempt)
            answer: Response = RedirectResponse(kept["next"], 303)
            self.sessions.begin(answer, found.caller, found.name)
            hint = found.id_token if len(found.id_token) <= _MOST_OF_A_HINT else ""
            self.hint_cookie.write(answer, self.hints.seal({"id_token": hint}, self.sessions.seconds))
            _log.info("signed in", role=found.caller.role, by="issuer")
        except SignInFailedError as error:
            answer = self._failed(request, error)
        except NotACallerError as error:
            answer = self._failed(request, SignInFailedError("no_role", str(error)))
        self.attempt_cookie.clear(answer)
        return answer

    async def develop(self, request: Request) -> Response:
        """Let somebody on this machine be whom they name; ForgedRequestError for what another site sends."""
        if self.development is None or not is_on_this_machine(request):
            return await self._offer(request, None, status=403)
        csrf.refuse_other_sites(request, stated=True)
        fields = await csrf.form_fields(request)
        try:
            caller = chosen_caller(fields)
            answer = RedirectResponse(local_address(fields.get("next")), 303)
            self.sessions.begin(answer, caller, caller.subject)
        except NotACallerError:
            return await self._offer(request, fields.get("next"), status=422, fields=fields)
        _log.info("signed in", role=caller.role, by="development")
        self.hint_cookie.clear(answer)
        return answer

    async def sign_out(self, request: Request) -> Response:
        """End the session; ForgedRequestError for what another site sends."""
        visitor = self.sessions.visitor(request)
        if visitor is not None:
            await csrf.require(request, visitor)
        answer = RedirectResponse(SIGN_OUT, 303)
        self.sessions.end(answer)
        return answer

    async def signed_out(self, request: Request) -> Response:
        """Say that the session has ended and lead on to the issuer, where it ends too; or ask whether it is to end."""
        visitor = self.sessions.visitor(request)
        if visitor is not None:
            return self._page(request, "sign_in/sign_out.html", {"visitor": visitor})
        hint = self.hints.open(self.hint_cookie.read(request) or "")
        address, away = None, False
        if hint is not None and self.openid is not None:
            try:
                address = await self.openid.end(hint["id_token"])
            except SignInFailedError as error:
                away = True
                _log.warning("sign-out at the issuer failed", reason=error.reason, detail=str(error))
        answer = self._page(request, "sign_in/signed_out.html", {"issuer": address, "away": away})
        if address is not None:
            answer.headers["Refresh"] = f"0; url={address}"
        self.hint_cookie.clear(answer)
        return answer

    async def _offer(
        self, request: Request, following: str | None, *, status: int = 200, fields: Mapping[str, str] | None = None
    ) -> Response:
        """The page with every way in that there is for this browser."""
        here = self.development is not None and is_on_this_machine(request)
        context = {
            "next": local_address(following),
            "openid": self.openid is not None,
            "development": await self.development.offer() if self.development is not None and here else None,
            "elsewhere": self.development is not None and not here,
            "fields": fields or {},
            "wrong": fields is not None,
        }
        return self._page(request, "sign_in/sign_in.html", context, status)

    def _failed(self, request: Request, error: SignInFailedError) -> Response:
        _log.warning("sign-in failed", reason=error.reason, detail=str(error))
        return self._page(request, "sign_in/failed.html", {"reason": error.reason}, _STATUS[error.reason])

    def _page(self, request: Request, template: str, context: Mapping[str, Any], status: int = 200) -> Response:
        chosen = preferences(request)
        return HTMLResponse(self.pages.render(template, None, {"board": BOARD, **context}, chosen), status)


def sign_in_routes(ways: SignIn) -> list[Route]:
    """Return the routes that nobody needs to be signed in for, to be mounted at /board."""
    return [
        Route("/sign-in", ways.page, methods=["GET"], name="sign-in"),
        Route("/sign-in/issuer", ways.leave, methods=["GET"], name="sign-in-issuer"),
        Route("/sign-in/callback", ways.come_back, methods=["GET"], name="sign-in-callback"),
        Route("/sign-in/development", ways.develop, methods=["POST"], name="sign-in-development"),
        Route("/sign-out", ways.sign_out, methods=["POST"], name="sign-out"),
        Route("/sign-out", ways.signed_out, methods=["GET"], name="signed-out"),
    ]
