"""Keeping recipients, endpoints and subscriptions."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar, cast
from uuid import UUID

from notifications.application import secrets
from notifications.application.credentials import Credentials, Keyring
from notifications.application.errors import (
    NotFoundError,
    RotationRefusedError,
    StaleVersionError,
    UnknownReferenceError,
)
from notifications.application.masking import SEALED_ADDRESSES, shown
from notifications.application.ports import NewId, Shelf
from notifications.application.records import Kept
from notifications.application.scope import Everything
from notifications.application.secrets import SecretUnreadableError
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
    keyring: Keyring
    new_id: NewId
    new_key: Callable[[], bytes]

    async def add_endpoint(  # noqa: PLR0913 - an endpoint has these parts
        self,
        recipient_id: UUID,
        channel: ChannelName,
        address: str,
        secret: str | None,
        *,
        enabled: bool,
        fallback_order: int | None,
    ) -> tuple[Kept[Endpoint], str | None]:
        """Store an endpoint; returns it with a webhook's secret, which is never read again.

        It is made here if none was given; a robot's is known to whoever gives it.
        """
        await self._require_recipient(recipient_id)
        endpoint_id = self.new_id()
        plain = self._new_secret() if secret is None and channel is ChannelName.WEBHOOK else secret
        masked = shown(channel, address)
        credentials = Credentials(plain, address if masked != address else None)
        sealed = self.keyring.seal(endpoint_id, credentials)
        kept = await self.endpoints.add(
            Endpoint(
                endpoint_id, recipient_id, channel, masked, enabled, fallback_order=fallback_order, sealed_secret=sealed
            )
        )
        return kept, plain if channel is ChannelName.WEBHOOK else None

    async def change_endpoint(
        self, endpoint_id: UUID, version: int | None, changes: dict[str, object]
    ) -> Kept[Endpoint]:
        """Change address, secret or whether it is enabled; another address, or enabling it, forgets what failed.

        SecretUnreadableError when what is sealed of it and was not given anew cannot be opened.
        """
        given = dict(changes)
        address, secret = given.pop("address", None), given.pop("secret", None)
        if address is not None or secret is not None:
            standing = await self.endpoints.get(endpoint_id, Everything())
            version = standing.version if version is None else version
            given |= self._resealed(standing.value, cast("str | None", address), cast("str | None", secret))
        if address is not None or given.get("enabled"):
            given["renewed"] = True
        if "enabled" in given:
            given["disabled_reason"] = None if given["enabled"] else "disabled by an administrator"
        return await change(self.endpoints, endpoint_id, version, given)

    async def rotate_secret(
        self, endpoint_id: UUID, version: int | None, secret: str | None, overlap: timedelta
    ) -> tuple[Kept[Endpoint], str, datetime]:
        """Give a webhook a new secret, made here if none is given; for `overlap` messages are signed with both.

        Returns the endpoint, the new secret and until when the present one stays valid. RotationRefusedError for other
        channels, SecretUnreadableError.
        """
        standing = await self.endpoints.get(endpoint_id, Everything())
        endpoint = standing.value
        if endpoint.channel is not ChannelName.WEBHOOK:
            raise RotationRefusedError
        until = self.keyring.clock.wall() + overlap
        new = secret or self._new_secret()
        sealed = self.keyring.seal(
            endpoint_id, self.keyring.open(endpoint_id, endpoint.sealed_secret).rotated(new, until)
        )
        at = standing.version if version is None else version
        return await change(self.endpoints, endpoint_id, at, {"sealed_secret": sealed}), new, until

    def _resealed(self, endpoint: Endpoint, address: str | None, secret: str | None) -> dict[str, object]:
        try:
            credentials = self.keyring.open(endpoint.id, endpoint.sealed_secret)
        except SecretUnreadableError:
            if secret is None or (endpoint.channel in SEALED_ADDRESSES and address is None):
                raise
            credentials = Credentials()
        if secret is not None:
            credentials = credentials.replaced(secret)
        if address is None:
            return {"sealed_secret": self.keyring.seal(endpoint.id, credentials)}
        masked = shown(endpoint.channel, address)
        credentials = dataclasses.replace(credentials, address=address if masked != address else None)
        return {"address": masked, "sealed_secret": self.keyring.seal(endpoint.id, credentials)}

    def _new_secret(self) -> str:
        return secrets.from_bytes(self.new_key())

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
