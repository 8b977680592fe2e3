"""Keys of tenants and the wrapping of keys of persons."""

from base64 import b64encode
from uuid import UUID

import pytest

from claims.keys.master import MasterKey, MasterKeyError, UnwrapError

MASTER = MasterKey(b"m" * 32)
ALICE, BOB, STREAM, OTHER_STREAM = (UUID(int=number) for number in range(1, 5))
KEY = b"p" * 32
WRAPPED_BY_THE_FIRST_RELEASE = (
    "7ef1f1594ce39db4ce27a996a022ae05a7d09a306cb71040d05ce262e677d9f453913eeca26024d77c9d01ccdd04312d5fb9"
    "869a7827bc94abc7b813"
)


def test_a_wrapped_key_opens_for_its_tenant_person_and_stream() -> None:
    wrapped = MASTER.of_tenant("picc-sz").wrap(KEY, ALICE, STREAM)
    assert KEY not in wrapped
    assert MasterKey(b"m" * 32).of_tenant("picc-sz").unwrap(wrapped, ALICE, STREAM) == KEY


@pytest.mark.parametrize(
    ("master", "tenant", "person", "stream"),
    [
        (b"x" * 32, "picc-sz", ALICE, STREAM),
        (b"m" * 32, "cpic-sz", ALICE, STREAM),
        (b"m" * 32, "picc-sz", BOB, STREAM),
        (b"m" * 32, "picc-sz", ALICE, OTHER_STREAM),
    ],
    ids=["master key", "tenant", "person", "stream"],
)
def test_a_wrapped_key_opens_nowhere_else(master: bytes, tenant: str, person: UUID, stream: UUID) -> None:
    wrapped = MASTER.of_tenant("picc-sz").wrap(KEY, ALICE, STREAM)
    with pytest.raises(UnwrapError, match=str(person)):
        MasterKey(master).of_tenant(tenant).unwrap(wrapped, person, stream)


@pytest.mark.parametrize("wrapped", [b"", b"short", b"n" * 12])
def test_what_is_no_wrapped_key_does_not_open(wrapped: bytes) -> None:
    with pytest.raises(UnwrapError):
        MASTER.of_tenant("picc-sz").unwrap(wrapped, ALICE, STREAM)


def test_the_same_key_is_wrapped_anew_each_time() -> None:
    tenant = MASTER.of_tenant("picc-sz")
    assert tenant.wrap(KEY, ALICE, STREAM) != tenant.wrap(KEY, ALICE, STREAM)


def test_keys_of_tenants_stay_the_same_from_release_to_release() -> None:
    wrapped = bytes.fromhex(WRAPPED_BY_THE_FIRST_RELEASE)
    assert MASTER.of_tenant("picc-sz").unwrap(wrapped, ALICE, STREAM) == KEY


def test_the_master_key_is_read_from_base64() -> None:
    read = MasterKey.from_base64(b64encode(b"m" * 32).decode())
    assert read.of_tenant("a").unwrap(MASTER.of_tenant("a").wrap(KEY, ALICE, STREAM), ALICE, STREAM) == KEY


@pytest.mark.parametrize("text", ["", "???", b64encode(b"m" * 31).decode(), b64encode(b"m" * 33).decode()])
def test_a_master_key_that_is_not_32_bytes_in_base64_is_refused(text: str) -> None:
    with pytest.raises(MasterKeyError):
        MasterKey.from_base64(text)
