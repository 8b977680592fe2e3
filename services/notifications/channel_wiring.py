"""Which channels there are, from settings: those without a server or gateway of their own are always there."""

import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import httpx2

from notifications.application.ports import Channel, Clock, Pace
from notifications.channels import dingtalk, feishu, wecom
from notifications.channels.address_policy import AddressPolicy
from notifications.channels.discreet import DiscreetChannel
from notifications.channels.http_client import HttpClient
from notifications.channels.mail import MailChannel, MailServer
from notifications.channels.paced import PacedChannel
from notifications.channels.pinned_transport import PinnedTransport, trusted
from notifications.channels.sms import Gateway, SmsChannel
from notifications.channels.unavailable import UnavailableChannel
from notifications.channels.webhook import WebhookChannel
from notifications.domain.endpoint import ChannelName
from notifications.settings import Settings


@asynccontextmanager
async def open_channels(
    settings: Settings, policy: AddressPolicy, clock: Clock, pace: Pace
) -> AsyncIterator[Mapping[ChannelName, Channel]]:
    """Open every channel and close them again; one that is not set up answers so."""
    out = HttpClient(PinnedTransport(policy), clock, settings.send_seconds)
    inside = HttpClient(_plain_transport(), clock, settings.send_seconds)
    mail, gateway = _mail_server(settings), _gateway(settings)
    try:
        found: dict[ChannelName, Channel] = {
            ChannelName.WEBHOOK: WebhookChannel(out, clock),
            ChannelName.DINGTALK: PacedChannel(dingtalk.DingTalkChannel(out, clock), dingtalk.RATES, pace),
            ChannelName.WECOM: PacedChannel(wecom.WeComChannel(out), wecom.RATES, pace),
            ChannelName.FEISHU: PacedChannel(feishu.FeishuChannel(out, clock), feishu.RATES, pace),
            ChannelName.EMAIL: MailChannel(mail, clock) if mail else UnavailableChannel("NOTIFICATIONS_SMTP_HOST"),
            ChannelName.SMS: SmsChannel(inside, gateway) if gateway else UnavailableChannel("NOTIFICATIONS_SMS_URL"),
        }
        yield {name: DiscreetChannel(name, channel) for name, channel in found.items()}
    finally:
        await out.aclose()
        await inside.aclose()


def available(settings: Settings) -> frozenset[ChannelName]:
    """The channels that endpoints may be made for."""
    missing = {
        channel
        for channel, setting in ((ChannelName.EMAIL, settings.smtp_host), (ChannelName.SMS, settings.sms_url))
        if not setting
    }
    return frozenset(ChannelName) - missing


def _mail_server(settings: Settings) -> MailServer | None:
    if settings.smtp_host is None or settings.smtp_from is None:
        return None
    password = settings.smtp_password
    trusted = ssl.create_default_context(cafile=settings.smtp_ca_file) if settings.smtp_ca_file else None
    return MailServer(
        settings.smtp_host, settings.smtp_port, settings.smtp_from, settings.smtp_tls, settings.smtp_user,
        password.get_secret_value() if password else None, trusted,
    )  # fmt: skip


def _gateway(settings: Settings) -> Gateway | None:
    if settings.sms_url is None:
        return None
    return Gateway(
        url=settings.sms_url,
        method=settings.sms_method,
        body=settings.sms_body,
        headers={name: value.get_secret_value() for name, value in settings.sms_headers.items()},
        success_field=settings.sms_success_field,
        success_values=settings.sms_success_values,
        signature=settings.sms_signature,
    )


def _plain_transport() -> httpx2.AsyncHTTPTransport:
    """To the operator's own gateway, whose address is a setting and no endpoint's."""
    return httpx2.AsyncHTTPTransport(verify=trusted(), trust_env=False)
