"""The calendar that these tests count by."""

import pytest

from claims.domain.working_days import Calendar
from claims.reference.calendar_seed import seed_calendar


@pytest.fixture(scope="session")
def calendar() -> Calendar:
    """The first version, as every new installation has it: it ends with 2026."""
    return seed_calendar()
