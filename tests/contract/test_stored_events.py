"""What lies in a log stays readable: examples of every form that events were ever stored in, kept as they were."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.contract.stored_examples import FOLDER, examples_of, path_of
from tests.unit.codec.sample_events import PriceNamed, price_in_fen, seller_renamed

from claims.event_store.forms import FormError, form_of
from claims.event_store.names import EVENT_TYPES, EventType
from claims.event_store.transcoder import OrjsonTranscoder
from claims.event_store.upcasts import UPCASTS, Upcasts, upcast

KEPT = sorted(FOLDER.glob("*.json"))


def read(path: Path, known: EventType, upcasts: Upcasts = UPCASTS) -> dict[str, tuple[Any, Any]]:
    """Return, for each example of a file, its data in the newest version and what the code makes of it."""
    name, _, number = path.stem.rpartition(".v")
    found = {}
    for which, payload in json.loads(path.read_text(encoding="utf-8")).items():
        data = upcast(name, payload["data"], int(number), known.version, upcasts)
        form = form_of(known.cls)
        event, basis = form.load(OrjsonTranscoder().encode({**payload, "data": data}))
        found[which] = data, json.loads(OrjsonTranscoder().encode(form.dump(event, basis)))["data"]
    return found


def part_of(kept: Any, read_as: Any) -> bool:
    """Say whether everything that was stored is read as it was; fields that came later may stand beside it."""
    if isinstance(kept, dict):
        return isinstance(read_as, dict) and all(
            name in read_as and part_of(value, read_as[name]) for name, value in kept.items()
        )
    if isinstance(kept, list):
        return len(kept) == len(read_as) and all(map(part_of, kept, read_as))
    return bool(kept == read_as)


def test_every_form_has_its_examples() -> None:
    forms = {
        path_of(name, version).name for name, known in EVENT_TYPES.items() for version in range(1, known.version + 1)
    }
    kept = {path.name for path in KEPT}
    assert kept - forms == set()
    assert forms - kept == set(), "python -m tests.contract.stored_examples writes those that are missing"


@pytest.mark.parametrize("path", KEPT, ids=lambda path: str(path.stem))
def test_what_was_stored_is_read_as_it_was(path: Path) -> None:
    for which, (kept, read_as) in read(path, EVENT_TYPES[path.stem.rpartition(".v")[0]]).items():
        assert part_of(kept, read_as), which


def test_a_field_that_is_gone_renamed_or_newly_required_makes_an_example_unreadable() -> None:
    basis = {"rulebooks": [], "calendar": 1}
    stored = OrjsonTranscoder().encode({"data": {"price": "12.00", "vendor": "as it was"}, "basis": basis})
    with pytest.raises(FormError, match=r"data\.fen: missing"):
        form_of(PriceNamed).load(stored)


def test_an_example_of_an_older_version_is_read_through_its_upcasts(tmp_path: Path) -> None:
    path = tmp_path / "price_named.v1.json"
    basis = examples_of(PriceNamed)["full"]["basis"]
    path.write_text(json.dumps({"full": {"data": {"price": "12.00", "vendor": "as it was"}, "basis": basis}}))
    upcasts = {"price_named": {1: price_in_fen, 2: seller_renamed}}
    _, read_as = read(path, EventType(PriceNamed, 3), upcasts)["full"]
    assert read_as == {"fen": 1200, "seller": "as it was"}


def test_a_value_that_is_read_as_another_is_found() -> None:
    assert part_of({"a": 1, "b": [{"c": 2}]}, {"a": 1, "b": [{"c": 2, "later": 3}], "later": None})
    assert not part_of({"a": 1}, {"a": 2})
    assert not part_of({"a": [1]}, {"a": []})
    assert not part_of({"a": 1}, {})
