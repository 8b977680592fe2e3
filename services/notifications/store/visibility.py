"""What a caller may see, as conditions on rows."""

from typing import Any, assert_never

from sqlalchemy import ColumnElement, Select, Text, and_, exists, false, literal, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY

from notifications.application.scope import Everything, OfAuthority, OfTenant, Scope
from notifications.domain import regions
from notifications.domain.kinds import AUTHORITIES
from notifications.store.tables import alerts, deliveries, endpoints, maintenance_windows, recipients, subscriptions

Condition = ColumnElement[bool]


def of_alerts(scope: Scope) -> Condition:
    """A tenant's own; an authority's: what is addressed to authorities in its region, whose six digits are checked.

    The planner is told the region: it takes most alerts for foreign else, and reads all of them for the newest.
    """
    match scope:
        case Everything():
            return true()
        case OfTenant(tenant):
            return alerts.c.tenant == tenant
        case OfAuthority(region):
            return and_(
                alerts.c.roles.overlap(literal(sorted(AUTHORITIES), ARRAY(Text), literal_execute=True)),
                alerts.c.region.like(literal(f"{regions.prefix(region)}%", literal_execute=True)),
            )
        case _:
            assert_never(scope)


def of_deliveries(scope: Scope) -> Condition:
    """Those of a visible alert; to an authority only those that went to authorities of its region."""
    match scope:
        case Everything():
            return true()
        case OfTenant(tenant):
            return deliveries.c.tenant == tenant
        case OfAuthority(region):
            visible = select(alerts.c.id).where(alerts.c.id == deliveries.c.alert_id, of_alerts(scope))
            where = recipients.c.region
            told = select(recipients.c.id).where(
                recipients.c.id == deliveries.c.recipient_id,
                recipients.c.role.in_(sorted(AUTHORITIES)),
                or_(where.is_(None), where.startswith(regions.prefix(region), autoescape=True)),
            )
            return and_(each_by_itself(visible), each_by_itself(told))
        case _:
            assert_never(scope)


def each_by_itself(found: Select[Any]) -> Condition:
    """Whether a delivery has such a row: `offset 0` keeps the planner from gathering all such rows first."""
    return exists(found.correlate(deliveries).offset(0))


def of_recipients(scope: Scope) -> Condition:
    """A tenant's own; authorities do not read the directory."""
    match scope:
        case Everything():
            return true()
        case OfTenant(tenant):
            return recipients.c.tenant == tenant
        case OfAuthority():
            return false()
        case _:
            assert_never(scope)


def of_endpoints(scope: Scope) -> Condition:
    """Those of visible recipients."""
    return endpoints.c.recipient_id.in_(select(recipients.c.id).where(of_recipients(scope)))


def of_subscriptions(scope: Scope) -> Condition:
    """Those of visible recipients."""
    return subscriptions.c.recipient_id.in_(select(recipients.c.id).where(of_recipients(scope)))


def of_windows(scope: Scope) -> Condition:
    """A tenant's own and those of the whole instance; authorities, whom none concerns, read none."""
    match scope:
        case Everything():
            return true()
        case OfTenant(tenant):
            return or_(maintenance_windows.c.tenant.is_(None), maintenance_windows.c.tenant == tenant)
        case OfAuthority():
            return false()
        case _:
            assert_never(scope)
