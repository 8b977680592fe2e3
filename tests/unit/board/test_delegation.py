"""The visitor's token: notifications, as in production, takes it for the visitor's own, for a minute."""

from datetime import UTC, datetime

import pytest
from joserfc.jwk import ECKey, KeySet

from claims.api.auth import SignedTokens
from claims.api.problems import Refused
from claims.application.calls import Caller
from claims.dashboard.delegation import LIFE, Delegation
from notifications.api.tokens import LEEWAY, InvalidTokenError, TokenVerifier
from notifications.application.scope import Everything, OfAuthority, OfTenant, Scope

KEY = ECKey.generate_key("P-256", auto_kid=True)
NOW = 1_790_000_000
DELEGATION = Delegation(KEY, issuer="issuer", audience="anze-notifications", wall=lambda: NOW + 0.9)


def verifier(at: float = NOW, *, issuer: str = "issuer", key: ECKey = KEY) -> TokenVerifier:
    """Notifications' own, in production, at some second."""
    keys = KeySet([key])
    return TokenVerifier(keys, issuer, "anze", production=True, now=lambda: datetime.fromtimestamp(at, UTC))


@pytest.mark.parametrize(
    ("caller", "scope"),
    [
        (Caller("operations", "li.wei", tenant="picc-sz"), OfTenant("picc-sz")),
        (Caller("insurer", "core", tenant="cpic-sz"), OfTenant("cpic-sz")),
        (Caller("regulator", "sz", region="440300"), OfAuthority("440300")),
        (Caller("admin", "root"), Everything()),
        (Caller("broker", "marsh", broker="marsh-sz"), None),
    ],
    ids=lambda value: value.role if isinstance(value, Caller) else "",
)
def test_notifications_takes_the_token_for_the_visitors(caller: Caller, scope: Scope | None) -> None:
    admitted = verifier().verify(DELEGATION.token(caller))
    assert (admitted.role, admitted.subject, admitted.scope) == (caller.role, caller.subject, scope)


def test_nobody_can_act_as_the_visitor_at_claims_by_it() -> None:
    token = DELEGATION.token(Caller("insurer", "core", tenant="cpic-sz"))
    claims = SignedTokens(KeySet([KEY]), "issuer", "anze", wall_clock=lambda: NOW)
    with pytest.raises(Refused) as refused:
        claims.caller(f"Bearer {token}")
    assert refused.value.problem.status == 401


def test_a_token_is_good_for_a_minute() -> None:
    token = DELEGATION.token(Caller("admin", "root"))
    last = NOW + LIFE.total_seconds() + LEEWAY.total_seconds()
    assert verifier(last - 1).verify(token).role == "admin"
    with pytest.raises(InvalidTokenError):
        verifier(last + 1).verify(token)


@pytest.mark.parametrize(
    "stranger",
    [verifier(issuer="another"), verifier(key=ECKey.generate_key("P-256", auto_kid=True))],
    ids=["of another issuer", "without the service's public key"],
)
def test_a_notifications_service_that_does_not_know_the_signer_refuses(stranger: TokenVerifier) -> None:
    with pytest.raises(InvalidTokenError):
        stranger.verify(DELEGATION.token(Caller("admin", "root")))
