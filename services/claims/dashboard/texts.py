"""The catalogues: every word that a reader of the board sees, in Chinese and English side by side."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, TypeAlias, get_args

Language: TypeAlias = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

Entry: TypeAlias = Mapping[Language, str | Mapping[str, str]]
"""By language: a text, or one for each plural form (`one`, `other`) that the number `n` asks for."""


class UnknownTextError(KeyError):
    """The catalogues hold no such key: add it to the file that its first part names, in both languages."""


@dataclass(frozen=True, slots=True)
class Words:
    """The catalogues in one language."""

    language: Language

    def __call__(self, key: str, /, **values: object) -> str:
        """Return the text of a key, such as `today.title`, with `{name}` replaced by the values.

        A text with plural forms goes by the value `n`. UnknownTextError for a key that no catalogue holds.
        """
        text = _entry(key)[self.language]
        if not isinstance(text, str):
            text = text["one" if values["n"] == 1 and "one" in text else "other"]
        return text.format(**values) if values else text

    def knows(self, key: str) -> bool:
        """Say whether there is a text of a key: for codes that a release may not know yet."""
        return key in catalogue()

    def named(self, beginning: str, code: str) -> str:
        """Return the text of a code, such as `heartbeat` of `deliveries.kind.`; the code where there is none yet."""
        key = f"{beginning}{code}"
        return self(key) if self.knows(key) else code

    def of(self, zh: str, en: str) -> str:
        """Return one of two texts that data carries itself, such as the titles of a rulebook."""
        return zh if self.language == "zh" else en


@cache
def catalogue() -> Mapping[str, Entry]:
    """Return every entry by its key; the first part of a key is the name of its file."""
    found: dict[str, Entry] = {}
    for each in sorted(files(__package__).joinpath("texts").iterdir(), key=lambda file: file.name):
        if each.name.endswith(".toml"):
            _gather(tomllib.loads(each.read_text(encoding="utf-8")), "", found)
    return found


def _gather(table: Mapping[str, Any], path: str, found: dict[str, Entry]) -> None:
    """An entry is a table with a text for each language; anything else leads to entries."""
    if set(table) == set(LANGUAGES):
        found[path] = {language: table[language] for language in LANGUAGES}
        return
    for name, value in table.items():
        _gather(value, f"{path}.{name}" if path else name, found)


def _entry(key: str) -> Entry:
    try:
        return catalogue()[key]
    except KeyError:
        raise UnknownTextError(key) from None
