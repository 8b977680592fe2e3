"""The names that rulebooks may use of a period are those that are found in it."""

from claims.domain.milestones import MILESTONES
from claims.domain.periodic import clocks


def test_every_milestone_of_a_period_is_defined_and_no_other() -> None:
    assert clocks.names() == MILESTONES["period"]
