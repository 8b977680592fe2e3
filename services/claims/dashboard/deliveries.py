"""The delivery log: what was sent to whom, whether it arrived, every attempt, and sending it again."""

from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from starlette.responses import Response

from claims.dashboard.alerts import RIGHTS, Action, AlertsAwayError, AlertsRefusedError, may
from claims.dashboard.filters import Field, Option, one_of
from claims.dashboard.navigation import READERS
from claims.dashboard.pages import Page, Visit
from claims.dashboard.refusals import BadAddressError
from claims.dashboard.rulebooks import all_roles, role_name
from claims.dashboard.told import Delivery, DeliveryFilters
from claims.domain.moments import SHANGHAI

STATUSES = ("pending", "delivered", "dead", "handed_on", "cancelled")
CHANNELS = ("webhook", "email", "dingtalk", "wecom", "feishu", "sms")
KINDS = (
    "clock.at_risk", "clock.breached", "clock.escalated", "breach.withdrawn", "clock.missed", "miss.withdrawn",
    "clock.recalculated",
    "advance.requested", "claim.accident_graded", "report.due", "calendar.missing", "routing.unheard",
    "delivery.dead", "audit.finding", "heartbeat",
)  # fmt: skip
_ON_A_PAGE = 50
_RANGE = timedelta(days=31)
"""The longest range that is sent again at once."""
_DONE = ("again", "range")
_NOT_UNDERSTOOD = frozenset({400, 422})


async def _deliveries(visit: Visit) -> Response:
    """Show a page of the log; while notifications is away, what that means and what to do."""
    asked = DeliveryFilters(
        status=one_of(visit, "status", STATUSES),
        channel=one_of(visit, "channel", CHANNELS),
        kind=one_of(visit, "kind", KINDS),
        claim_id=_id(visit, "claim_id"),
        endpoint_id=_id(visit, "endpoint_id"),
        alert_id=_id(visit, "alert_id"),
    )
    found, away = None, False
    try:
        found = await visit.services.alerts.deliveries(visit.visitor.caller, asked, visit.given("cursor"), _ON_A_PAGE)
    except AlertsAwayError:
        away = True
    except AlertsRefusedError as refused:
        if refused.status in _NOT_UNDERSTOOD:
            raise BadAddressError(refused.detail) from refused
        raise
    return visit.render(
        "deliveries/deliveries.html",
        part="log",
        away=away,
        items=() if found is None else tuple((each, recipient_name(visit, each)) for each in found.items),
        next_cursor=None if found is None else found.next_cursor,
        is_first=visit.given("cursor") is None,
        fields=_fields(visit),
        kept={name: visit.given(name) for name in ("claim_id", "endpoint_id", "alert_id")},
        done=one_of(visit, "done", _DONE),
        count=visit.given("count") or "0",
        redelivers=may(visit.visitor.caller, Action.REDELIVER),
    )


async def _delivery(visit: Visit) -> Response:
    """Show one delivery with every attempt."""
    found = await visit.services.alerts.delivery(visit.visitor.caller, visit.path_id("delivery_id"))
    return visit.render(
        "deliveries/delivery.html",
        part="delivery",
        delivery=found,
        recipient=recipient_name(visit, found),
        done=visit.given("done"),
        redelivers=may(visit.visitor.caller, Action.REDELIVER),
    )


async def _again(visit: Visit) -> Response:
    """Send one delivery again and show it."""
    delivery_id = visit.path_id("delivery_id")
    await visit.services.alerts.redeliver(visit.visitor.caller, delivery_id)
    return visit.see_other(f"/board/deliveries/{delivery_id}?done=again")


async def _range(visit: Visit) -> Response:
    """Send again all that an endpoint did not take in a range of time, and go back to its log."""
    fields = await visit.form()
    try:
        endpoint = UUID(fields.get("endpoint_id", ""))
        begins, ends = (_moment(fields.get(name, "")) for name in ("begins", "ends"))
    except ValueError:
        raise BadAddressError("range") from None
    if not timedelta(0) < ends - begins <= _RANGE:
        raise BadAddressError("range")
    sent = await visit.services.alerts.redeliver_range(visit.visitor.caller, endpoint, begins, ends)
    query = urlencode({"endpoint_id": endpoint, "done": "range", "count": sent.redelivered})
    return visit.see_other(f"/board/deliveries?{query}")


def recipient_name(visit: Visit, delivery: Delivery) -> str:
    """Return what a recipient is called; those of others go by their role."""
    roles = all_roles(visit.services.reference.rulebooks)
    return delivery.recipient_name or role_name(delivery.role, roles, visit.words)


def _fields(visit: Visit) -> tuple[Field, ...]:
    words = visit.words
    known = {
        "status": [Option(each, words(f"deliveries.status.{each}")) for each in STATUSES],
        "channel": [Option(each, words(f"deliveries.channel.{each}")) for each in CHANNELS],
        "kind": [Option(each, words(f"deliveries.kind.{each.replace('.', '_')}")) for each in KINDS],
    }
    return tuple(Field(name, tuple(options), visit.given(name)) for name, options in known.items())


def _id(visit: Visit, name: str) -> UUID | None:
    given = visit.given(name)
    try:
        return None if given is None else UUID(given)
    except ValueError:
        raise BadAddressError(name) from None


def _moment(text: str) -> datetime:
    """Read what a field of a form holds: Shanghai's wall clock."""
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=found.tzinfo or SHANGHAI)


def delivery_pages() -> tuple[Page, ...]:
    """Return the log, one delivery, and what sends again."""
    return (
        Page("GET", "/deliveries", "deliveries", READERS, _deliveries),
        Page("GET", "/deliveries/{delivery_id}", "deliveries", READERS, _delivery),
        Page("POST", "/deliveries/{delivery_id}/redeliveries", "deliveries", RIGHTS[Action.REDELIVER], _again),
        Page("POST", "/deliveries/redeliveries", "deliveries", RIGHTS[Action.REDELIVER], _range),
    )
