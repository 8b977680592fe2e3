"""Old forms of events are read in the newest one."""

from typing import Any

import pytest
from tests.unit.codec.sample_events import (
    CODEC,
    NOON,
    RINGS,
    STREAM,
    TENANT,
    PriceNamed,
    encode,
    ring_of,
    seller_renamed,
    stored,
)

from claims.application.recorded import Basis
from claims.domain.personal import ERASED
from claims.event_store.codec import EventCodec
from claims.event_store.names import EventType
from claims.event_store.sealing import Place, seal
from claims.event_store.upcasts import UpcastMissingError

FIRST_FORM = b'{"basis":{"calendar":3,"rulebooks":["shenzhen-2018.1"]},"data":{"price":"1234.50","vendor":"Li"}}'
"""As version 1 was stored, before sellers were personal data."""


def row_of(payload: bytes, version: int) -> Any:
    new = encode(PriceNamed(1, "x"), RINGS.ring(TENANT))
    return stored(new, payload=payload, schema_version=version)


def test_a_stored_example_of_the_first_form_is_read_in_the_newest() -> None:
    recorded = CODEC.decode(row_of(FIRST_FORM, 1), RINGS.ring(TENANT))
    assert recorded.event == PriceNamed(123450, "Li")
    assert recorded.basis == Basis(("shenzhen-2018.1",), 3)


def test_only_the_later_upcasts_are_applied_to_a_later_form() -> None:
    second = b'{"basis":{"calendar":3,"rulebooks":[]},"data":{"fen":99,"vendor":"Li"}}'
    assert CODEC.decode(row_of(second, 2), RINGS.ring(TENANT)).event == PriceNamed(99, "Li")


def test_personal_data_opens_although_its_field_was_renamed_since() -> None:
    ring = RINGS.ring(TENANT)
    data: dict[str, Any] = {"fen": 99, "vendor": "李小明"}
    [field] = CODEC.forms["price_named"].fields
    old_field = type(field)(("vendor",), None, many=False)
    seal(data, [old_field], Place(TENANT, STREAM, "price_named", 1), ring, CODEC.transcoder)
    payload = CODEC.transcoder.encode({"data": data, "basis": {"calendar": 3, "rulebooks": []}})
    assert CODEC.decode(row_of(payload, 2), ring_of(ring)).event == PriceNamed(99, "李小明")
    assert CODEC.decode(row_of(payload, 2), RINGS.ring(TENANT)).event == PriceNamed(99, ERASED)


def test_new_events_are_stored_in_the_newest_version() -> None:
    assert (
        CODEC.encode(TENANT, STREAM, 1, PriceNamed(1, "x"), Basis((), 1), NOON, RINGS.ring(TENANT)).schema_version == 3
    )


@pytest.mark.parametrize(
    "upcasts",
    [{}, {"price_named": {2: seller_renamed}}, {"price_renamed": {1: seller_renamed}}],
    ids=["none", "of another version", "of another name"],
)
def test_a_version_that_could_not_be_read_stops_the_start(upcasts: Any) -> None:
    with pytest.raises(UpcastMissingError, match="price_"):
        EventCodec({"price_named": EventType(PriceNamed, 3)}, upcasts)
