"""What a caller may see, as conditions on rows."""

from typing import assert_never

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from notifications.application.scope import Everything, OfAuthority, OfTenant, Scope
from notifications.domain import regions
from notifications.domain.kinds import AUTHORITIES
from notifications.store.tables import alerts, deliveries, endpoints, maintenance_windows, recipients, subscriptions

Condition = ColumnElement[bool]


def of_alerts(scope: Scope) -> Condition:
    """A tenant's own; an authority's: what is addressed to authorities in its region."""
    match scope:
        case Everything():
            return true()
        case OfTenant(tenant):
            return alerts.c.tenant == tenant
        case OfAuthority(region):
            return and_(
                alerts.c.roles.overlap(sorted(AUTHORITIES)),
                alerts.c.region.startswith(regions.prefix(region), autoescape=True),
            )
        case _:
            assert_never(scope)


def of_deliveries(scope: Scope) -> Condition:
    """Those of a visible alert; to an authority only those that went to authorities of its region."""
    match scope:
        case Everything():
            return true()
        case OfTenant():
            return deliveries.c.alert_id.in_(select(alerts.c.id).where(of_alerts(scope)))
        case OfAuthority(region):
            told = select(recipients.c.id).where(
                recipients.c.role.in_(sorted(AUTHORITIES)),
                or_(
                    recipients.c.region.is_(None),
                    recipients.c.region.startswith(regions.prefix(region), autoescape=True),
                ),
            )
            visible = select(alerts.c.id).where(of_alerts(scope))
            return and_(deliveries.c.alert_id.in_(visible), deliveries.c.recipient_id.in_(told))
        case _:
            assert_never(scope)


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
