"""Every action has its words in both languages, and with its amount where it is money."""

from string import Formatter

import pytest

from claims.application.next_actions import (
    ASKING,
    BY_MILESTONE,
    NAME_DETERMINABLE_PART,
    PAYING,
    SETTLE_SMALL_CLAIM,
    NextAction,
)
from claims.dashboard.texts import LANGUAGES, Words, catalogue

ACTIONS = {
    each.code: each
    for each in (
        *BY_MILESTONE.values(),
        *PAYING.values(),
        *ASKING.values(),
        NAME_DETERMINABLE_PART,
        SETTLE_SMALL_CLAIM,
    )
}
MONEY = {code for code in ACTIONS if code.startswith("pay_")} | {"offer_rescue_advance", "offer_death_advance"}


@pytest.mark.parametrize("code", sorted(ACTIONS))
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_action_is_said_in_words(code: str, language: str) -> None:
    words = Words(language)  # type: ignore[arg-type]
    assert words(NextAction(code, "").text)
    assert words.knows(NextAction(code, "", amount=1).text) == (code in MONEY)
    if code in MONEY:
        assert "¥1.00" in words(NextAction(code, "", amount=1).text, amount="¥1.00")


def test_no_words_are_left_of_an_action_that_is_none() -> None:
    stored = {key for key in catalogue() if key.startswith("actions.")}
    assert stored == {f"actions.{code}" for code in ACTIONS} | {f"actions.with_amount.{code}" for code in MONEY}


def test_only_the_words_with_an_amount_wait_for_one() -> None:
    for key, entry in catalogue().items():
        if key.startswith("actions."):
            names = {language: _names(entry[language]) for language in LANGUAGES}
            wanted = {"amount"} if key.startswith("actions.with_amount.") else set()
            assert set(names.values()) == {frozenset(wanted)}, key


def _names(text: object) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(str(text)) if name)
