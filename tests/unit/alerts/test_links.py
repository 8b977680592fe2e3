"""Signed links: whose they are, and that none can be made up or kept for ever."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from notifications.application.errors import LinkRefusedError
from notifications.application.links import LIFE, Links

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)
DELIVERY = UUID(int=7)
KEY = bytes(range(32))


def links(key: bytes = KEY, now: datetime = NOW, url: str | None = "https://anze.example/") -> Links:
    """Links of one service at one moment."""
    return Links.derived(key, lambda: now, url)


def test_a_link_leads_back_to_its_delivery() -> None:
    assert links().read(links().token(DELIVERY)) == DELIVERY
    assert links().url(DELIVERY) == f"https://anze.example/v1/acknowledgement-links/{links().token(DELIVERY)}"


def test_without_an_address_of_its_own_the_service_gives_no_links() -> None:
    assert links(url=None).url(DELIVERY) is None


def test_a_link_ends() -> None:
    token = links().token(DELIVERY)
    assert links(now=NOW + LIFE - timedelta(seconds=1)).read(token) == DELIVERY
    with pytest.raises(LinkRefusedError, match="too old"):
        links(now=NOW + LIFE).read(token)


def test_a_link_of_another_key_is_refused() -> None:
    with pytest.raises(LinkRefusedError):
        links(key=bytes(32)).read(links().token(DELIVERY))


def test_the_key_of_links_is_not_the_key_of_secrets() -> None:
    assert links().key != KEY


def test_no_changed_character_is_accepted() -> None:
    token = links().token(DELIVERY)
    for place, was in enumerate(token):
        changed = token[:place] + ("A" if was != "A" else "B") + token[place + 1 :]
        with pytest.raises(LinkRefusedError):
            links().read(changed)


@pytest.mark.parametrize("token", ["", "x", "not-a-token", "AAAA", "é" * 96, "A" * 96, "=" * 96, "A" * 5000])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(LinkRefusedError):
        links().read(token)
