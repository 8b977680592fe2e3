"""Whoever is paid for a person is paid for a named one, so that nobody gets more than the limit per person."""

import pytest
from tests.support.acts import (
    accepted,
    agrees,
    approves,
    asks,
    determines,
    pays,
    pays_advance,
    registers,
    settled,
    to_victim,
)
from tests.support.story import INSURED, MILLION, YUAN, Story, ident, reported

from claims.domain.claim.events import Payee
from claims.domain.errors import InvalidFact, RuleViolation, UnknownPart

PERSONS = ["victim", "heirs", "beneficiary"]


def death_advance() -> Story:
    story = reported().when(registers("zhang")).when(determines("2026-03-02 10:30", MILLION))
    return story.when(asks("death_indemnity"))


@pytest.mark.parametrize("party", [*PERSONS, "other", "hospital", "insured"])
def test_a_death_advance_is_paid_for_a_named_victim_whoever_gets_it(party: str) -> None:
    story = death_advance()
    with pytest.raises(InvalidFact, match="/payee/victim_id"):
        story.when(pays_advance("2026-03-03 09:00", 1, payee=Payee(party, None)))
    with pytest.raises(UnknownPart):
        story.when(pays_advance("2026-03-03 09:00", 1, payee=Payee(party, ident("nobody"))))


def test_a_death_advance_paid_to_heirs_counts_to_the_limit_of_their_victim() -> None:
    story = death_advance()
    story.when(pays_advance("2026-03-03 09:00", MILLION // 2, payee=Payee("heirs", ident("zhang"))))
    settled(story, 2 * MILLION)
    story.when(pays("2026-03-09 09:00", MILLION // 2, Payee("beneficiary", ident("zhang"))))
    with pytest.raises(RuleViolation, match=r"leaves 0\.00"):
        story.when(pays("2026-03-09 10:00", 1, to_victim("zhang")))


@pytest.mark.parametrize("party", PERSONS)
def test_a_person_is_paid_only_as_or_for_a_named_victim(party: str) -> None:
    nameless = Payee(party, None)
    with pytest.raises(InvalidFact, match="/payee/victim_id"):
        settled(reported(), MILLION).when(pays("2026-03-09 09:00", 1, nameless))
    with pytest.raises(InvalidFact, match="/payee/victim_id"):
        reported().when(asks("medical", 100)).when(pays_advance("2026-03-02 12:00", 100, payee=nameless))
    story = accepted(reported()).when(approves("2026-03-05 09:00", MILLION))
    with pytest.raises(InvalidFact, match="/payees/1/victim_id"):
        story.when(agrees("2026-03-06 09:00", MILLION, (INSURED, 1), (nameless, 1)))


def test_a_hospital_and_a_rescuer_are_paid_without_a_victim() -> None:
    story = reported().when(asks("medical", 80_000 * YUAN)).when(asks("rescue", name="rescue"))
    story.when(pays_advance("2026-03-02 12:00", 80_000 * YUAN))
    story.when(pays_advance("2026-03-02 13:00", 600_000 * YUAN, name="rescue", payee=Payee("rescuer", None)))
    assert {advance.amount for advance in story.claim.advances.values()} == {80_000 * YUAN, 600_000 * YUAN}
