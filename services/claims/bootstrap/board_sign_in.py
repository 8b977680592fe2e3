"""From settings to who may look at the board, and how they come in."""

import time
from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import urlsplit

from claims.bootstrap import SetupError
from claims.dashboard.development_sign_in import DevelopmentSignIn
from claims.dashboard.next_page import SIGN_IN
from claims.dashboard.openid import Client, OpenId
from claims.dashboard.sealing import Seal
from claims.dashboard.sessions import PURPOSE, Sessions
from claims.dashboard.sign_in import ATTEMPT_PURPOSE, HINT_PURPOSE, Pages, SignIn
from claims.keys.master import MasterKey, MasterKeyError
from claims.settings import Settings

_SECONDS_AN_HOUR = 3600


def board_sessions(settings: Settings) -> Sessions:
    """Return who is signed in, as every api process with this master key reads it; SetupError."""
    key = _master_key(settings).for_purpose(PURPOSE)
    return Sessions(key, seconds=settings.board_session_hours * _SECONDS_AN_HOUR, https=_is_https(settings.board_url))


def board_sign_in(
    settings: Settings, sessions: Sessions, pages: Pages, parties: Callable[[], Awaitable[Sequence[str]]]
) -> SignIn:
    """Return the ways in and out that the settings open; `parties` returns codes to be suggested. SetupError."""
    if settings.production and settings.board_development_sign_in:
        raise SetupError("CLAIMS_BOARD_DEVELOPMENT_SIGN_IN lets anybody in: it cannot be used with CLAIMS_PRODUCTION")
    master = _master_key(settings)
    return SignIn(
        sessions,
        pages,
        attempts=Seal(master.for_purpose(ATTEMPT_PURPOSE), time.time),
        hints=Seal(master.for_purpose(HINT_PURPOSE), time.time),
        openid=_openid(settings),
        development=DevelopmentSignIn(parties) if settings.board_development_sign_in else None,
    )


def _openid(settings: Settings) -> OpenId | None:
    issuer, board, client_id = settings.oidc_issuer, settings.board_url, settings.oidc_client_id
    if issuer is None:
        return None
    if board is None or client_id is None:
        raise SetupError("CLAIMS_OIDC_ISSUER needs CLAIMS_OIDC_CLIENT_ID and CLAIMS_BOARD_URL beside it")
    if settings.production and not (_is_https(issuer) and _is_https(board)):
        raise SetupError("CLAIMS_OIDC_ISSUER and CLAIMS_BOARD_URL have to be https with CLAIMS_PRODUCTION")
    if "openid" not in settings.oidc_scopes.split():
        raise SetupError("CLAIMS_OIDC_SCOPES has to name the scope openid")
    secret = settings.oidc_client_secret
    client = Client(
        client_id,
        None if secret is None else secret.get_secret_value(),
        callback=f"{board}{SIGN_IN}/callback",
        signed_out=f"{board}{SIGN_IN}",
        scopes=settings.oidc_scopes,
        claims={
            "role": settings.oidc_role_claim,
            "tenant": settings.oidc_tenant_claim,
            "broker": settings.oidc_broker_claim,
            "region": settings.oidc_region_claim,
        },
    )
    return OpenId(issuer, client)


def _master_key(settings: Settings) -> MasterKey:
    try:
        return MasterKey.from_base64(settings.master_key.get_secret_value())
    except MasterKeyError as error:
        raise SetupError(f"CLAIMS_MASTER_KEY: {error}") from error


def _is_https(url: str | None) -> bool:
    return url is not None and urlsplit(url).scheme == "https"
