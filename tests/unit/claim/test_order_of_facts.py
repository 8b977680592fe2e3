"""What cannot have happened before what: a fact dated too early would erase a breach, so it is refused (422)."""

import pytest
from tests.support.acts import (
    agrees,
    approves,
    asks,
    casualties,
    claims,
    determines,
    documents,
    intake,
    pays,
    pays_advance,
    registers,
    requests,
    settled,
)
from tests.support.story import MILLION, YUAN, Story, a_report, at, ident, reported

from claims.domain.claim.commands.advance import RefuseAdvance, WithdrawAdvance
from claims.domain.claim.commands.end import WithdrawClaim
from claims.domain.claim.commands.progress import NotifyProgress
from claims.domain.claim.commands.receive import ReceiveReport
from claims.domain.claim.decide import Command
from claims.domain.errors import InvalidFact

EARLY = "2026-03-02 10:15"
"""After the report, before the advance was asked for at 11:00."""


@pytest.mark.parametrize(
    "command",
    [
        pays_advance(EARLY, 80_000 * YUAN),
        RefuseAdvance(at(EARLY), ident("advance"), "重复"),
        WithdrawAdvance(at(EARLY), ident("advance"), "不再需要"),
    ],
)
def test_nothing_becomes_of_an_advance_before_it_was_asked_for(command: Command) -> None:
    story = reported().when(asks("medical", 80_000 * YUAN))
    with pytest.raises(InvalidFact, match=r"/occurred_at.*asked for"):
        story.when(command, recorded="2026-03-04 09:00")
    assert story.clock("SZ-20.8").running


HELD = a_report("2026-03-02 10:00", broker_received_at=at("2026-03-02 10:00"), received_by_insurer=False)
"""A report that the broker has since 10:00; the accident was at 09:30."""


def received(when: str = "2026-03-02 12:00") -> Story:
    return Story().when(HELD).when(ReceiveReport(at(when)))


@pytest.mark.parametrize(
    "command",
    [
        intake("2026-03-02 11:00"),
        requests("2026-03-02 11:00", "a"),
        determines("2026-03-02 11:00", MILLION),
        NotifyProgress(at("2026-03-02 11:00"), "等待鉴定"),
        approves("2026-03-02 11:00", 100),
    ],
)
def test_the_insurer_does_nothing_before_it_received_the_report(command: Command) -> None:
    with pytest.raises(InvalidFact, match=r"/occurred_at.*received"):
        received().when(command, recorded="2026-03-04 09:00")


@pytest.mark.parametrize("command", [claims("2026-03-02 11:00"), asks("rescue", when="2026-03-02 11:00")])
def test_the_client_may_ask_the_broker_before_the_insurer_knows(command: Command) -> None:
    story = received().when(command, recorded="2026-03-04 09:00")
    assert story.claim.requested_at or story.claim.advances


@pytest.mark.parametrize(
    "command",
    [
        claims("2026-03-02 09:45"),
        asks("rescue", when="2026-03-02 09:45"),
        WithdrawClaim(at("2026-03-02 09:45"), "撤销"),
        approves("2026-03-02 09:45", 100),
    ],
)
def test_nobody_asks_or_decides_before_anybody_received_the_report(command: Command) -> None:
    for story in (reported(), Story().when(HELD), received()):
        with pytest.raises(InvalidFact, match="/occurred_at"):
            story.when(command, recorded="2026-03-04 09:00")


@pytest.mark.parametrize(
    "command",
    [
        documents("2026-03-02 09:45", "a"),
        casualties("2026-03-02 09:45", surgeries=4),
        registers("zhang", "2026-03-02 09:45"),
    ],
)
def test_documents_and_casualties_may_be_of_any_moment_since_the_accident(command: Command) -> None:
    before = reported()
    assert before.when(command, recorded="2026-03-04 09:00").last.claim


def test_the_indemnity_is_not_paid_before_the_agreement_on_it() -> None:
    story = settled(reported(), MILLION, "2026-03-06 09:00")
    with pytest.raises(InvalidFact, match="/occurred_at"):
        story.when(pays("2026-03-05 10:00", MILLION), recorded="2026-03-09 09:00")
    assert story.clock("SZ-20.9").running


def test_an_agreement_is_not_dated_before_the_receipt_of_the_report() -> None:
    story = received().when(approves("2026-03-05 09:00", 100))
    with pytest.raises(InvalidFact, match="/occurred_at"):
        story.when(agrees("2026-03-02 11:00", 100), recorded="2026-03-06 09:00")
