"""Keeping recipients, endpoints and subscriptions."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from notifications.application import secrets
from notifications.application.errors import NotFoundError, StaleVersionError, UnknownReferenceError
from notifications.application.ports import NewId, SecretBox, Shelf
from notifications.application.records import Kept
from notifications.application.scope import Everything
from notifications.domain.endpoint import ChannelName, Endpoint
from notifications.domain.recipient import Recipient
from notifications.domain.subscription import Subscription

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Directory:
    """Who gets what, and where."""

    recipients: Shelf[Recipient]
    endpoints: Shelf[Endpoint]
    subscriptions: Shelf[Subscription]
    secrets: SecretBox
    new_id: NewId
    new_key: Callable[[], bytes]

    async def add_endpoint(
        self, recipient_id: UUID, channel: ChannelName, address: str, secret: str | None, *, enabled: bool
    ) -> tuple[Kept[Endpoint], str]:
        """Store an endpoint; returns it with its secret, which is made here if none was given and never read again."""
        await self._require_recipient(recipient_id)
        endpoint_id = self.new_id()
        plain = secret or secrets.from_bytes(self.new_key())
        sealed = self.secrets.seal(endpoint_id, plain)
        kept = await self.endpoints.add(
            Endpoint(endpoint_id, recipient_id, channel, address, enabled, sealed_secret=sealed)
        )
        return kept, plain

    async def change_endpoint(
        self, endpoint_id: UUID, version: int | None, changes: dict[str, object]
    ) -> Kept[Endpoint]:
        """Change address, secret or whether it is enabled; enabling it forgets why it was disabled."""
        given = dict(changes)
        secret = given.pop("secret", None)
        if isinstance(secret, str):
            given["sealed_secret"] = self.secrets.seal(endpoint_id, secret)
        if "enabled" in given:
            given["disabled_reason"] = None if given["enabled"] else "disabled by an administrator"
        return await change(self.endpoints, endpoint_id, version, given)

    async def add_subscription(self, subscription: Subscription) -> Kept[Subscription]:
        """Store a subscription; UnknownReferenceError when its endpoints are not its recipient's."""
        await self._require_recipient(subscription.recipient_id)
        await self._require_endpoints(subscription.recipient_id, subscription.endpoint_ids)
        return await self.subscriptions.add(subscription)

    async def change_subscription(
        self, subscription_id: UUID, version: int | None, changes: dict[str, object]
    ) -> Kept[Subscription]:
        """Change filters or endpoints; UnknownReferenceError as when it was made."""
        standing = await self.subscriptions.get(subscription_id, Everything())
        changed = dataclasses.replace(standing.value, **changes)  # type: ignore[arg-type]
        await self._require_endpoints(changed.recipient_id, changed.endpoint_ids)
        return await change(self.subscriptions, subscription_id, version, changes)

    async def _require_recipient(self, recipient_id: UUID) -> None:
        try:
            await self.recipients.get(recipient_id, Everything())
        except NotFoundError:
            raise UnknownReferenceError("/recipient_id", "there is no such recipient") from None

    async def _require_endpoints(self, recipient_id: UUID, endpoint_ids: tuple[UUID, ...]) -> None:
        for place, endpoint_id in enumerate(endpoint_ids):
            pointer = f"/endpoint_ids/{place}"
            try:
                endpoint = await self.endpoints.get(endpoint_id, Everything())
            except NotFoundError:
                raise UnknownReferenceError(pointer, "there is no such endpoint") from None
            if endpoint.value.recipient_id != recipient_id:
                raise UnknownReferenceError(pointer, "this endpoint belongs to another recipient")


async def change(shelf: Shelf[T], item_id: UUID, version: int | None, changes: dict[str, object]) -> Kept[T]:
    """Change some fields of something as it stands at `version`, or as it stands now if that is None.

    NotFoundError; StaleVersionError when `version` is not the newest, or somebody else was faster.
    """
    standing = await shelf.get(item_id, Everything())
    if version is not None and version != standing.version:
        raise StaleVersionError
    changed = dataclasses.replace(standing.value, **changes)  # type: ignore[type-var]
    return await shelf.change(changed, standing.version)
