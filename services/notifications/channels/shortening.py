"""Fitting a message into what a receiver takes: whole alerts, whole characters, and a word on what is missing."""

import unicodedata
from collections.abc import Callable, Sequence
from typing import Final

Fits = Callable[[Sequence[str], int], bool]
"""Whether a message with these blocks, which says that so many are left out, is small enough."""

_JOINER: Final = "\u200d"


def shorten(blocks: Sequence[str], fits: Fits, cut_mark: Callable[[int], str]) -> tuple[tuple[str, ...], int]:
    """As many blocks from the first on as fit, and how many are left out.

    Where not even one fits it is cut, and `cut_mark` says after how many characters.
    """
    kept = _most(len(blocks), lambda count: fits(blocks[:count], len(blocks) - count))
    if kept or not blocks:
        return tuple(blocks[:kept]), len(blocks) - kept
    first, rest = blocks[0], len(blocks) - 1
    length = _most(len(first), lambda count: fits([_cut(first, count, cut_mark)], rest))
    return (_cut(first, length, cut_mark),), rest


def cut_to(text: str, size: Callable[[str], int], limit: int, cut_mark: Callable[[int], str]) -> str:
    """The text, or its beginning and a mark that says how many characters are missing, no larger than `limit`."""
    if size(text) <= limit:
        return text
    return _cut(text, _most(len(text), lambda count: size(_cut(text, count, cut_mark)) <= limit), cut_mark)


def _cut(text: str, length: int, cut_mark: Callable[[int], str]) -> str:
    while 0 < length < len(text) and _belongs_to_the_one_before(text, length):
        length -= 1
    return text[:length] + cut_mark(len(text) - length)


def _belongs_to_the_one_before(text: str, index: int) -> bool:
    """Whether a cut before this character would part what is seen as one: an accent, a joined emoji."""
    character = text[index]
    return unicodedata.category(character) in {"Mn", "Me", "Mc"} or _JOINER in (character, text[index - 1])


def _most(highest: int, fits: Callable[[int], bool]) -> int:
    """The largest number up to `highest` that fits, given that all below one that fits do; 0 if none does."""
    low, high = 0, highest
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return low
