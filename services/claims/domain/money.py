"""Money: whole fen inside, decimal strings of yuan with at most two places outside, never a float."""

import re
from typing import TypeAlias

Fen: TypeAlias = int
"""An amount in CNY, in fen (1/100 yuan)."""

MOST_FEN = 10**15
"""The largest amount that is taken: ten million million yuan; beyond it somebody mistyped."""

_TOO_MANY_DIGITS = 20
_YUAN = re.compile(r"(0|[1-9][0-9]*)(?:\.([0-9]{1,2}))?")


def parse_yuan(text: str) -> Fen:
    """Return the fen of a decimal string in yuan, such as "600000.00".

    Raises ValueError, with a sentence for the caller, for anything but plain digits with at most two places: signs,
    exponents, grouping, blanks, NaN, and amounts above `MOST_FEN`.
    """
    found = _YUAN.fullmatch(text)
    if found is None:
        raise ValueError('an amount is a decimal string in yuan with at most two places, such as "600000.00"')
    whole, places = found.groups()
    fen = int(f"{whole}{(places or ''):0<2}") if len(whole) < _TOO_MANY_DIGITS else MOST_FEN + 1
    if fen > MOST_FEN:
        raise ValueError(f"an amount may be at most {format_yuan(MOST_FEN)} yuan")
    return fen


def format_yuan(fen: Fen) -> str:
    """Return an amount in fen as a decimal string in yuan with two places."""
    yuan, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{yuan}.{rest:02d}"


def share_rounded_up(amount: Fen, percent: int) -> Fen:
    """Return `percent` of an amount in fen, rounded UP to the fen; ValueError if either is negative."""
    if amount < 0 or percent < 0:
        raise ValueError(f"{percent} % of {amount} fen: neither may be negative")
    return -(-amount * percent // 100)
