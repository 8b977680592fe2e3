"""Every event that the stream of a claim, or of one of its clocks, can hold has its words, in both languages."""

from dataclasses import fields
from string import Formatter
from typing import Any

import pytest
from tests.support.acts import asks, pays_advance
from tests.support.story import MILLION, a_report, rulebooks
from tests.support.told_story import ToldStory

from claims.application.subjects import CLAIM
from claims.dashboard.claim_words import Telling
from claims.dashboard.texts import LANGUAGES, Language, Words, catalogue
from claims.domain.clock_events import ClockEvent
from claims.event_store.names import EVENT_TYPES

OF_A_CLAIM = {name: known.cls for name, known in EVENT_TYPES.items() if known.cls in CLAIM.events}
OF_ITS_CLOCKS = {name: known.cls for name, known in EVENT_TYPES.items() if issubclass(known.cls, ClockEvent)}
TOLD = OF_A_CLAIM | OF_ITS_CLOCKS
REFERRED = {"advance", "payment", "clock", "limit", "due", "before", "documents", "needed", "missing"}
"""What a sentence can name beside the fields of its event."""


def named_in(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_event_of_a_claim_and_its_clocks_has_words_and_no_words_are_left_over() -> None:
    assert len(OF_A_CLAIM) > 30
    assert len(OF_ITS_CLOCKS) == 6
    assert {key.removeprefix("events.") for key in catalogue() if key.startswith("events.")} == set(TOLD)


@pytest.mark.parametrize("name", sorted(TOLD))
def test_a_sentence_names_only_what_its_event_holds(name: str) -> None:
    held = {each.name for each in fields(TOLD[name])} | REFERRED
    entry: Any = catalogue()[f"events.{name}"]
    for language in LANGUAGES:
        assert named_in(entry[language]) <= held
    assert named_in(entry["zh"]) == named_in(entry["en"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_codes_of_an_event_are_words(language: Language) -> None:
    told = ToldStory().when(a_report()).when(asks("rescue", MILLION)).when(pays_advance("2026-03-05 09:00", MILLION))
    telling = Telling(Words(language), rulebooks(), told.story.claim)
    said = {each.name: telling.sentence(each) for each in told.recorded}
    hospital = {"zh": "医院", "en": "hospital"}[language]
    assert hospital in said["advance_paid"]
    assert telling.advance("rescue") in said["advance_paid"]
    assert not any("rescue_" in each or "{" in each for each in said.values())


def test_a_code_of_a_newer_release_is_shown_as_it_is() -> None:
    telling = Telling(Words("en"), rulebooks(), ToldStory().story.claim)
    assert telling.coded("outcome", "postponed") == "postponed"
