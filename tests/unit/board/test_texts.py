"""The catalogues: complete in both languages, used, and the only place where the board's words stand."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment

from claims.dashboard.texts import LANGUAGES, UnknownTextError, Words, catalogue

DASHBOARD = Path(__file__).parents[3] / "services" / "claims" / "dashboard"
TEMPLATES = sorted((DASHBOARD / "templates").rglob("*.html"))
MODULES = sorted(DASHBOARD.glob("*.py"))
_CALLS = re.compile(r"""(?:\bt|\bwords|\bself\.words|visit\.words|knows)\(\s*f?(["'])(?P<key>[a-z_]+\.[^"']*)\1""")
_KEYS = re.compile(r"""f?(["'])(?P<key>[a-z_]+(?:\.[a-z0-9_{}!]*)+)\1""")
_SPOKEN_ATTRIBUTES = {"aria-label", "alt", "title", "placeholder", "label"}
_WORD = re.compile(r"[A-Za-z]{2,}|[\u4e00-\u9fff]")
_OF_NO_LANGUAGE = {"安责"}


def _uses() -> Iterator[tuple[Path, str]]:
    for path in (*TEMPLATES, *MODULES):
        for found in _CALLS.finditer(path.read_text(encoding="utf-8")):
            yield path, found["key"]


def _mentions() -> set[str]:
    """Keys, and beginnings of keys, that code or templates name in any way."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in (*TEMPLATES, *MODULES))
    action_words = (DASHBOARD.parent / "application" / "next_actions.py").read_text(encoding="utf-8")
    return {found["key"].partition("{")[0] for found in _KEYS.finditer(text + action_words)}


def test_every_text_has_words_in_every_language() -> None:
    for key, entry in catalogue().items():
        for language in LANGUAGES:
            text = entry[language]
            forms = [text] if isinstance(text, str) else [*text.values()]
            assert forms, key
            assert all(each.strip() for each in forms), key


def test_both_languages_of_a_text_take_the_same_values() -> None:
    for key, entry in catalogue().items():
        taken = set()
        for language in LANGUAGES:
            text = entry[language]
            forms = [text] if isinstance(text, str) else [*text.values()]
            taken.add(frozenset().union(*(re.findall(r"\{(\w+)", each) for each in forms)) - {"n"})
        assert len(taken) == 1, key


def test_every_text_that_a_page_asks_for_is_there() -> None:
    known = catalogue()
    for path, key in _uses():
        beginning, dynamic, _ = key.partition("{")
        if dynamic or beginning.endswith("."):
            assert any(each.startswith(beginning) for each in known), f"{path.name}: {key}"
        else:
            assert key in known or any(each.startswith(f"{key}.") for each in known), f"{path.name}: {key}"


def test_every_text_is_used() -> None:
    named = _mentions()
    beginnings = tuple(each for each in named if each.endswith("."))
    unused = [key for key in catalogue() if key not in named and not key.startswith(beginnings)]
    assert not unused


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(DASHBOARD)))
def test_no_template_holds_words_of_its_own(path: Path) -> None:
    assert not list(_literal_words(path.read_text(encoding="utf-8")))


def test_a_literal_word_in_a_template_would_be_found() -> None:
    assert list(_literal_words('<p>{{ t("x.y") }} overdue</p>')) == ["overdue"]
    assert list(_literal_words('<p aria-label="Overdue clocks"></p>')) == ["Overdue clocks"]


def _literal_words(source: str) -> Iterator[str]:
    """What is left of a template when expressions and tags are taken away, as far as somebody would read it."""
    tokens = Environment(autoescape=True).lex(source)
    left, inside = [], False
    for _, kind, value in tokens:
        if kind in {"block_begin", "variable_begin", "comment_begin"}:
            inside = True
        elif kind in {"block_end", "variable_end", "comment_end"}:
            inside = False
        elif kind == "data" and not inside:
            left.append(value)
    reader = _Reader()
    reader.feed("".join(left))
    yield from (each for each in reader.words if _WORD.search(each) and each not in _OF_NO_LANGUAGE)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.words += [value.strip() for name, value in attrs if name in _SPOKEN_ATTRIBUTES and value]

    def handle_data(self, data: str) -> None:
        self.words += data.split()


def test_a_plural_follows_the_number() -> None:
    english, chinese = Words("en"), Words("zh")
    assert english("time_left.left.hours", n=1) == "1 hour left"
    assert english("time_left.left.hours", n=2) == "2 hours left"
    assert chinese("time_left.left.hours", n=1) == "剩1小时"


def test_a_key_that_no_catalogue_holds_is_refused() -> None:
    with pytest.raises(UnknownTextError):
        Words("zh")("today.nothing_like_it")
