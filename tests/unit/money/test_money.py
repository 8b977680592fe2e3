"""Money is exact, in fen inside and in yuan outside."""

from decimal import ROUND_CEILING, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.domain.money import MOST_FEN, format_yuan, parse_yuan, share_rounded_up

AMOUNTS = st.integers(0, MOST_FEN)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("0", 0),
        ("0.01", 1),
        ("0.1", 10),
        ("600000.00", 60_000_000),
        ("1000000.01", 100_000_001),
        ("12.3", 1230),
        ("10000000000000.00", MOST_FEN),
    ],
)
def test_a_decimal_string_in_yuan_is_taken_to_the_fen(text: str, fen: int) -> None:
    assert parse_yuan(text) == fen


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 1",
        "1 ",
        "1\n",
        "+1",
        "-1",
        "-0.01",
        "1.",
        ".5",
        "1.005",
        "1e3",
        "1E3",
        "NaN",
        "Infinity",
        "1,000.00",
        "1_000",
        "0x10",
        "00.10",
        "007",
        "１００",
        "٣",
        "¥5",
        "1.00\x00",
    ],
)
def test_what_is_not_a_plain_amount_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r"at most two places, such as"):
        parse_yuan(text)


@pytest.mark.parametrize("text", ["10000000000000.01", "99999999999999999999", "9" * 10_000])
def test_an_absurd_amount_is_refused_with_the_bound(text: str) -> None:
    with pytest.raises(ValueError, match=r"at most 10000000000000\.00 yuan"):
        parse_yuan(text)


@given(fen=AMOUNTS)
def test_an_amount_written_and_read_again_is_the_same(fen: int) -> None:
    assert parse_yuan(format_yuan(fen)) == fen


@given(fen=AMOUNTS)
def test_an_amount_is_written_with_two_places_and_means_a_hundredth_for_each_fen(fen: int) -> None:
    assert Decimal(format_yuan(fen)) * 100 == fen
    assert format_yuan(fen)[-3] == "."


def test_an_amount_below_zero_is_written_with_its_sign() -> None:
    assert format_yuan(-7) == "-0.07"
    assert format_yuan(-12_345) == "-123.45"


@given(fen=AMOUNTS, percent=st.integers(0, 100))
def test_a_share_is_rounded_up_to_the_fen(fen: int, percent: int) -> None:
    exact = Decimal(fen) * percent / 100
    assert share_rounded_up(fen, percent) == int(exact.to_integral_value(ROUND_CEILING))


@pytest.mark.parametrize(
    ("fen", "percent", "share"),
    [(100_000_000, 60, 60_000_000), (1, 60, 1), (3, 50, 2), (2, 50, 1), (0, 60, 0)],
)
def test_the_shares_of_the_regulation(fen: int, percent: int, share: int) -> None:
    assert share_rounded_up(fen, percent) == share


@pytest.mark.parametrize(("fen", "percent"), [(-1, 60), (1, -60)])
def test_a_share_of_less_than_nothing_is_refused(fen: int, percent: int) -> None:
    with pytest.raises(ValueError, match="neither may be negative"):
        share_rounded_up(fen, percent)
