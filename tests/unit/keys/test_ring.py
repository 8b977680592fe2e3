"""The ring of a load: keys that came with it, keys that it makes, keys that are gone."""

from uuid import UUID

import pytest

from claims.application.persons import KeyRing, KeyRings, NoKeysError, TamperedError
from claims.application.rows import PersonKey
from claims.keys.master import MasterKey, UnwrapError
from claims.keys.ring import PersonKeyRings

RINGS = PersonKeyRings(MasterKey(b"m" * 32))
ALICE, BOB, STREAM, OTHER_STREAM = (UUID(int=number) for number in range(1, 5))


def test_a_key_made_once_is_found_again_in_the_ring_and_in_a_later_one() -> None:
    ring = RINGS.ring("picc-sz")
    sealed = ring.key_for(ALICE, STREAM).seal(b"words", b"here")
    for later in (ring, RINGS.ring("picc-sz", tuple(ring.new_keys))):
        assert later.key_for(ALICE, STREAM).open(sealed, b"here") == b"words"
    assert [(key.person_id, key.stream_id) for key in ring.new_keys] == [(ALICE, STREAM)]


def test_a_person_has_another_key_in_each_stream() -> None:
    ring = RINGS.ring("picc-sz")
    sealed = ring.key_for(ALICE, STREAM).seal(b"words", b"here")
    assert ring.key_for(ALICE, OTHER_STREAM).open(sealed, b"here") is None
    assert len(ring.new_keys) == 2


def test_finding_makes_no_key() -> None:
    ring = RINGS.ring("picc-sz")
    assert ring.find(ALICE, STREAM) is None
    assert ring.new_keys == []


def test_keys_are_unwrapped_only_when_they_are_asked_for() -> None:
    ring = RINGS.ring("picc-sz", [PersonKey(ALICE, STREAM, b"no wrapped key")])
    assert ring.key_for(BOB, STREAM) is ring.find(BOB, STREAM)
    with pytest.raises(UnwrapError):
        ring.find(ALICE, STREAM)


def test_a_stored_key_that_does_not_open_is_never_replaced_by_a_new_one() -> None:
    ring = RINGS.ring("picc-sz", [PersonKey(ALICE, STREAM, b"no wrapped key")])
    with pytest.raises(UnwrapError):
        ring.key_for(ALICE, STREAM)
    assert ring.new_keys == []


def test_what_is_sealed_opens_only_where_it_was_sealed() -> None:
    cipher = RINGS.ring("picc-sz").key_for(ALICE, STREAM)
    sealed = cipher.seal(b"words", b"here")
    assert b"words" not in sealed
    with pytest.raises(TamperedError):
        cipher.open(sealed, b"there")


@pytest.mark.parametrize("place", [8, 12, 20, -1], ids=["nonce", "nonce's end", "ciphertext", "tag"])
def test_a_changed_byte_does_not_open(place: int) -> None:
    cipher = RINGS.ring("picc-sz").key_for(ALICE, STREAM)
    sealed = bytearray(cipher.seal(b"words", b"here"))
    sealed[place] ^= 1
    with pytest.raises(TamperedError):
        cipher.open(bytes(sealed), b"here")


def test_what_was_cut_short_does_not_open() -> None:
    cipher = RINGS.ring("picc-sz").key_for(ALICE, STREAM)
    with pytest.raises(TamperedError):
        cipher.open(cipher.seal(b"words", b"here")[:12], b"here")


def test_a_blind_ring_finds_and_makes_nothing() -> None:
    ring = RINGS.blind()
    assert not ring.sighted
    assert ring.find(ALICE, STREAM) is None
    with pytest.raises(NoKeysError):
        ring.key_for(ALICE, STREAM)
    assert list(ring.new_keys) == []


def test_the_rings_fit_the_ports() -> None:
    rings: KeyRings = RINGS
    both: list[KeyRing] = [rings.ring("picc-sz"), rings.blind()]
    assert [ring.sighted for ring in both] == [True, False]
