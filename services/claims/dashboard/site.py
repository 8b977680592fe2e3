"""Every page of the board."""

from claims.dashboard.breaches import breach_pages
from claims.dashboard.calendar import calendar_pages
from claims.dashboard.claim_page import claim_pages
from claims.dashboard.clock_page import clock_pages
from claims.dashboard.compliance import compliance_pages
from claims.dashboard.deliveries import delivery_pages
from claims.dashboard.due_dates import due_date_pages
from claims.dashboard.live import live_pages
from claims.dashboard.pages import Page
from claims.dashboard.rulebooks import rulebook_pages
from claims.dashboard.today import today_pages


def pages() -> tuple[Page, ...]:
    """Return every page."""
    return (
        *today_pages(),
        *claim_pages(),
        *clock_pages(),
        *breach_pages(),
        *compliance_pages(),
        *delivery_pages(),
        *calendar_pages(),
        *rulebook_pages(),
        *due_date_pages(),
        *live_pages(),
    )
