"""Who may call which route, written down from the REST contract and not from the code."""

from collections.abc import Mapping
from dataclasses import dataclass

Roles = frozenset[str]

ANYBODY: Roles = frozenset()
READERS = frozenset({"insurer", "operations", "broker", "regulator", "admin"})
INSURER = frozenset({"insurer"})
INSURER_AND_BROKER = frozenset({"insurer", "broker"})
ADMIN = frozenset({"admin"})
PARTIES = frozenset({"insurer", "operations", "broker", "admin"})
SERVICE = frozenset({"service"})
ALERT_READERS = frozenset({"insurer", "operations", "regulator", "admin"})
DIRECTORY_READERS = frozenset({"insurer", "operations", "admin"})


@dataclass(frozen=True, slots=True)
class May:
    """Which roles may call a route, and what one of them gets that names what belongs to others."""

    roles: Roles
    foreign: int = 404
    missing: int = 404
    """What one of them gets that names what is not there."""


_PUBLIC = {("GET", path): May(ANYBODY) for path in ("/health/live", "/health/ready", "/metrics")}
_PAGES = {("GET", path): May(ANYBODY) for path in ("/openapi.json", "/docs", "/docs/plain", "/docs/files/{file}")}

_CLAIM = "/v1/claims/{claim_id}"
_COMMANDS = (
    "insurer-receipts", "claim-requests", "intake-notices", "authority-notices", "site-surveys", "victims",
    "assignments", "casualty-updates", "document-requests", "loss-determinations", "advances",
    "advances/{advance_id}/amendments", "advances/{advance_id}/payments", "advances/{advance_id}/refusals",
    "advances/{advance_id}/withdrawals",
    "payments/{payment_id}/failures", "progress-notices", "decisions", "decision-notices", "rejection-notices",
    "settlement-agreements", "fast-track-settlements", "payments", "direct-payment-requests",
    "direct-payment-requests/{direct_payment_id}/decisions", "recoveries", "outcome-reports", "withdrawals", "closures",
    "reopenings", "merges",
)  # fmt: skip

_SUBJECTS = {"complaint": "replies", "hazard": "reports"}

CLAIMS: Mapping[tuple[str, str], May] = {
    **_PUBLIC,
    **_PAGES,
    ("POST", "/v1/claims"): May(INSURER_AND_BROKER, foreign=403),
    **{("POST", f"{_CLAIM}/{command}"): May(INSURER) for command in _COMMANDS},
    ("POST", f"{_CLAIM}/documents"): May(INSURER_AND_BROKER),
    ("POST", f"{_CLAIM}/rescue-supports"): May(INSURER_AND_BROKER),
    ("POST", "/v1/policies/{number}/endorsements"): May(INSURER),
    ("GET", "/v1/claims"): May(READERS, foreign=200),
    ("GET", _CLAIM): May(READERS),
    ("GET", f"{_CLAIM}/events"): May(READERS),
    ("GET", f"{_CLAIM}/clocks"): May(READERS),
    ("GET", "/v1/clocks"): May(READERS, foreign=200),
    ("GET", "/v1/clocks/{clock_id}"): May(READERS),
    ("POST", "/v1/clocks/{clock_id}/submissions"): May(INSURER_AND_BROKER),
    ("PUT", "/v1/parties/{code}"): May(ADMIN, missing=422),
    ("GET", "/v1/parties/{code}"): May(PARTIES),
    ("GET", "/v1/parties"): May(PARTIES, foreign=200),
    **{("POST", f"/v1/{kind}s"): May(INSURER_AND_BROKER, foreign=403) for kind in _SUBJECTS},
    **{("GET", f"/v1/{kind}s"): May(READERS, foreign=200) for kind in _SUBJECTS},
    **{("GET", f"/v1/{kind}s/{{{kind}_id}}"): May(READERS) for kind in _SUBJECTS},
    **{("POST", f"/v1/{kind}s/{{{kind}_id}}/{part}"): May(INSURER_AND_BROKER) for kind, part in _SUBJECTS.items()},
    ("GET", "/v1/events"): May(READERS, foreign=200),
    ("GET", "/v1/stream"): May(READERS, foreign=200),
    ("POST", "/v1/due-dates"): May(READERS, foreign=200),
    ("GET", "/v1/calendars/{year}"): May(READERS, foreign=200),
    ("PUT", "/v1/calendars/{year}"): May(ADMIN),
    ("POST", "/v1/calendars/{year}/preview"): May(ADMIN),
    ("GET", "/v1/compliance"): May(ALERT_READERS, foreign=200),
    **{("GET", f"/v1/reports/{kind}"): May(ALERT_READERS, foreign=200) for kind in ("monthly", "quarterly", "annual")},
    ("GET", "/v1/rulebooks"): May(READERS, foreign=200),
    ("GET", "/v1/rulebooks/{rulebook_id}"): May(READERS, foreign=200),
    ("POST", "/v1/sandbox/clock"): May(ADMIN),
}
"""Of the claims service; of the contract's routes some are not there yet."""

_LINK = "/v1/acknowledgement-links/{token}"
_KINDS = {
    "recipients": "recipient_id",
    "endpoints": "endpoint_id",
    "subscriptions": "subscription_id",
    "maintenance-windows": "window_id",
}

NOTIFICATIONS: Mapping[tuple[str, str], May] = {
    **_PUBLIC,
    ("POST", "/v1/alerts"): May(SERVICE),
    ("GET", "/v1/alerts"): May(ALERT_READERS, foreign=200),
    ("GET", "/v1/alerts/{alert_id}"): May(ALERT_READERS),
    ("POST", "/v1/alerts/{alert_id}/acknowledgements"): May(frozenset({"operations", "regulator"})),
    ("POST", "/v1/alerts/lookups"): May(SERVICE),
    ("GET", "/v1/figures/{day}"): May(frozenset({"service", "admin"})),
    ("GET", _LINK): May(ANYBODY),
    ("POST", _LINK): May(ANYBODY),
    ("GET", "/v1/deliveries"): May(ALERT_READERS, foreign=200),
    ("GET", "/v1/deliveries/{delivery_id}"): May(ALERT_READERS),
    ("POST", "/v1/deliveries/{delivery_id}/redeliveries"): May(frozenset({"operations", "admin"})),
    ("POST", "/v1/endpoints/{endpoint_id}/redeliveries"): May(frozenset({"operations", "admin"})),
    ("POST", "/v1/endpoints/{endpoint_id}/secret-rotations"): May(ADMIN),
    ("POST", "/v1/endpoints/{endpoint_id}/tests"): May(ADMIN),
    **{("POST", f"/v1/{kind}"): May(ADMIN) for kind in _KINDS},
    **{("GET", f"/v1/{kind}"): May(DIRECTORY_READERS, foreign=200) for kind in _KINDS},
    **{("GET", f"/v1/{kind}/{{{name}}}"): May(DIRECTORY_READERS) for kind, name in _KINDS.items()},
    **{
        (method, f"/v1/{kind}/{{{name}}}"): May(ADMIN)
        for kind, name in _KINDS.items()
        for method in ("PATCH", "DELETE")
    },
    ("PUT", "/v1/sandbox/clock"): May(frozenset({"service", "admin"})),
}
"""Of the notifications service."""
