"""Rulebooks that were published: databases hold them and clocks name them, so they stay readable and never change.

A rulebook that is released is copied into `stored_rulebooks/`; a change of its text then wants a higher version.
"""

from pathlib import Path

import pytest

from claims.reference.rulebook_file import RulebookRefused, packaged_rulebooks, read_rulebook, read_stored_rulebook

KEPT = sorted((Path(__file__).parent / "stored_rulebooks").glob("*.toml"))


@pytest.mark.parametrize("path", KEPT, ids=lambda path: str(path.stem))
def test_a_published_rulebook_is_still_read(path: Path) -> None:
    book = read_stored_rulebook(path.name, path.read_text(encoding="utf-8")).rulebook
    assert f"{book.id}.v{book.version}" == path.stem
    assert book.obligations


@pytest.mark.parametrize("each", packaged_rulebooks(), ids=lambda each: str(each.rulebook.reference))
def test_a_published_version_is_not_another_text_now(each: object) -> None:
    (packaged,) = [found for found in packaged_rulebooks() if found == each]
    book = packaged.rulebook
    kept = [path for path in KEPT if path.stem == f"{book.id}.v{book.version}"]
    assert [path.read_text(encoding="utf-8") for path in kept] in ([], [packaged.text])


def test_what_a_new_text_must_say_is_not_asked_of_a_stored_one() -> None:
    (path,) = [path for path in KEPT if path.stem == "national.v1"]
    text = path.read_text(encoding="utf-8")
    assert read_stored_rulebook("national@2", text).rulebook.accident_grades is None
    with pytest.raises(RulebookRefused, match="how accidents are graded"):
        read_rulebook("national.toml", text)
