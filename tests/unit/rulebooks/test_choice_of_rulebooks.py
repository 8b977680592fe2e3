"""Which rulebooks are applied where and when."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from claims.domain.moments import start_of
from claims.domain.rulebook import Rulebook, region_covers, rulebooks_for
from claims.reference.rulebook_file import packaged_rulebooks

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def shenzhen() -> Rulebook:
    """A rulebook that others are made of."""
    return next(each.rulebook for each in packaged_rulebooks() if each.rulebook.id == "shenzhen-2018")


@pytest.mark.parametrize(
    ("wider", "narrower"),
    [
        ("440000", "440300"),
        ("440300", "440305"),
        ("440300", "440300"),
        ("000000", "110000"),
        ("500000", "500100"),
        ("440305", "440305"),
    ],
)
def test_a_code_that_ends_in_zeros_covers_those_below_it(wider: str, narrower: str) -> None:
    assert region_covers(wider, narrower)


@pytest.mark.parametrize(
    ("wider", "other"),
    [("440300", "440000"), ("440300", "440100"), ("500000", "510000"), ("110000", "120000"), ("440305", "440306")],
)
def test_a_code_does_not_cover_what_is_beside_or_above_it(wider: str, other: str) -> None:
    assert not region_covers(wider, other)


def test_rulebooks_of_several_texts_are_applied_together_in_the_order_of_their_ids(shenzhen: Rulebook) -> None:
    national = replace(shenzhen, id="national", region="000000")
    elsewhere = replace(shenzhen, id="beijing-2016", region="110000")
    assert rulebooks_for([shenzhen, elsewhere, national], "440300", AT) == (national, shenzhen)
    assert rulebooks_for([shenzhen, elsewhere, national], "330100", AT) == (national,)
    assert rulebooks_for([shenzhen, elsewhere], "330100", AT) == ()


def test_of_one_text_the_newest_version_that_is_in_force_is_applied(shenzhen: Rulebook) -> None:
    second = replace(shenzhen, version=2, applied_from=date(2026, 3, 1))
    third = replace(shenzhen, version=3, applied_from=date(2026, 6, 1))
    assert rulebooks_for([third, second, shenzhen], "440300", AT) == (second,)
    assert rulebooks_for([third, second, shenzhen], "440300", AT - timedelta(days=30)) == (shenzhen,)
    assert rulebooks_for([shenzhen, second, third], "440300", AT + timedelta(days=300)) == (third,)


def test_the_last_day_of_application_counts_whole(shenzhen: Rulebook) -> None:
    ended = replace(shenzhen, applied_to=date(2026, 3, 2))
    midnight = start_of(date(2026, 3, 3))
    assert rulebooks_for([ended], "440300", midnight - timedelta(microseconds=1)) == (ended,)
    assert rulebooks_for([ended], "440300", midnight) == ()
