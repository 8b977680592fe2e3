"""Development tokens: signed, bounded in time, and only with what their role goes by."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from anze.development_keys import DevelopmentKeys
from anze.errors import AnzeError
from anze.tokens import Caller, Role, sign


@pytest.fixture
def keys(tmp_path: Path) -> DevelopmentKeys:
    made = DevelopmentKeys(tmp_path)
    made.make()
    return made


def test_a_token_is_verified_by_the_public_keys(keys: DevelopmentKeys) -> None:
    public = KeySet.import_key_set(json.loads(keys.public.read_text()))
    token = jwt.decode(sign(keys, Caller(Role.INSURER, tenant="picc-sz")), public, algorithms=["ES256"])
    assert token.header["kid"] == public.keys[0].kid
    stated = dict(token.claims)
    assert stated.pop("exp") - stated.pop("iat") == 600
    assert stated == {
        "iss": "anze-development",
        "aud": "anze",
        "sub": "insurer:picc-sz",
        "role": "insurer",
        "tenant": "picc-sz",
    }


def test_a_token_lives_as_long_as_asked(keys: DevelopmentKeys) -> None:
    public = KeySet.import_key_set(json.loads(keys.public.read_text()))
    token = jwt.decode(sign(keys, Caller(Role.ADMIN), timedelta(seconds=5)), public, algorithms=["ES256"])
    assert token.claims["exp"] - token.claims["iat"] == 5


@pytest.mark.parametrize(
    ("role", "needed"),
    [(Role.INSURER, "tenant"), (Role.OPERATIONS, "tenant"), (Role.BROKER, "broker"), (Role.REGULATOR, "region")],
)
def test_a_role_needs_what_bounds_it(keys: DevelopmentKeys, role: Role, needed: str) -> None:
    with pytest.raises(AnzeError, match=f"needs --{needed}"):
        sign(keys, Caller(role))


def test_without_a_key_the_reader_is_told_what_to_start(tmp_path: Path) -> None:
    with pytest.raises(AnzeError, match="start `anze up` there first"):
        sign(DevelopmentKeys(tmp_path / "keys"), Caller(Role.ADMIN))
