"""When alerts become a digest."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from notifications.domain.collecting import (
    BURST,
    FEWEST,
    LARGEST,
    LONGEST_SETTLING,
    SETTLING,
    Waiting,
    collect,
    digest_from,
    least_collecting,
)

START = datetime(2026, 11, 20, 16, tzinfo=UTC)


def came(number: int, *, every: timedelta = timedelta(), size: int | None = BURST) -> list[Waiting]:
    """So many of one kind at one endpoint, one after the other."""
    moments = [START + n * every for n in range(number)]
    return [Waiting(UUID(int=n), at, at + SETTLING, size) for n, at in enumerate(moments)]


def ids(group: Sequence[Waiting]) -> tuple[UUID, ...]:
    """Their ids."""
    return tuple(each.id for each in group)


@pytest.mark.parametrize(
    ("role", "digest", "size"),
    [
        ("operations", None, BURST),
        ("operations", False, None),
        ("operations", True, FEWEST),
        ("insurance_regulator", None, None),
        ("insurance_regulator", False, None),
        ("insurance_regulator", True, FEWEST),
    ],
)
def test_staff_get_bursts_as_one_and_authorities_what_they_subscribed_to(
    role: str, digest: bool | None, size: int | None
) -> None:
    assert digest_from(role, digest) == size


def test_of_two_subscriptions_the_one_that_collects_less_decides() -> None:
    assert least_collecting(BURST, FEWEST) == BURST
    assert least_collecting(None, FEWEST) is None
    assert least_collecting(FEWEST, None) is None


def test_a_burst_becomes_one_digest_that_lists_all_in_their_order() -> None:
    group = came(500)
    decided = collect(group, START + SETTLING)
    assert decided is not None
    assert decided.digests == (ids(group),)
    assert decided.single == ()


def test_fewer_than_a_burst_go_one_by_one() -> None:
    group = came(BURST - 1)
    decided = collect(group, START + SETTLING)
    assert decided is not None
    assert (decided.digests, decided.single) == ((), ids(group))


def test_while_more_come_all_wait_but_not_for_ever() -> None:
    group = came(40, every=timedelta(seconds=1))
    last = group[-1].created_at
    assert collect(group[:5], group[4].created_at + timedelta(seconds=1)) is None
    assert collect(group[:5], group[4].created_at + SETTLING) is not None
    assert collect(group, last) is not None, f"{last - START} is longer than {LONGEST_SETTLING}"


def test_a_digest_has_an_end_and_what_is_beyond_goes_into_the_next() -> None:
    group = came(LARGEST + 3)
    decided = collect(group, START + SETTLING)
    assert decided is not None
    assert [len(each) for each in decided.digests] == [LARGEST, 3]
    assert sum(decided.digests, ()) == ids(group)


def test_what_is_never_collected_is_let_go_at_once() -> None:
    group = came(20, size=None)
    decided = collect(group, START)
    assert decided is not None
    assert decided.single == ids(group)
