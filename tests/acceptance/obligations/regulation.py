"""All obligations of the regulation, and every way in which each of them ends."""

from tests.acceptance.obligations import (
    beijing_and_the_nation,
    complaints_and_hazards,
    reports,
    shenzhen_advances,
    shenzhen_decisions,
)
from tests.acceptance.obligations.telling import Case, Scenario

CASES: tuple[Case, ...] = (
    *shenzhen_decisions.CASES,
    *shenzhen_advances.CASES,
    *beijing_and_the_nation.CASES,
    *complaints_and_hazards.CASES,
    *reports.CASES,
)

SCENARIOS: tuple[Scenario, ...] = tuple(scenario for case in CASES for scenario in case.scenarios())
