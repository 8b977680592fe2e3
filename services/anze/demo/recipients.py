"""Enters into the notifications service who is to hear of what, and where."""

from anze.demo.callers import Api
from anze.demo.receiver import Receiver

_KINDS = ["clock.at_risk", "clock.breached", "clock.escalated", "breach.withdrawn"]

NAMES = {
    "operations": "中国人保财险深圳分公司 理赔运营",
    "compliance": "中国人保财险深圳分公司 合规部",
    "insurance_regulator": "国家金融监督管理总局深圳监管局",
    "safety_authority": "深圳市应急管理局",
    "joint_conference_office": "深圳市安责险联席会议办公室",
}
_OF_THE_INSURER = {"operations", "compliance"}


def subscribe(notifications: Api, receiver: Receiver, *, insurer: str, region: str) -> None:
    """Give every role of the story a recipient, a webhook with its secret, and a subscription."""
    for role, name in NAMES.items():
        recipient = notifications.post(
            "/v1/recipients",
            {
                "name": name,
                "role": role,
                "region": region,
                "tenant": insurer if role in _OF_THE_INSURER else None,
                "language": "zh",
            },
        )
        endpoint = notifications.post(
            "/v1/endpoints",
            {
                "recipient_id": recipient["id"],
                "channel": "webhook",
                "address": receiver.address(role),
                "secret": receiver.secret(role),
                "enabled": True,
            },
        )
        notifications.post(
            "/v1/subscriptions",
            {
                "recipient_id": recipient["id"],
                "endpoint_ids": [endpoint["id"]],
                "kinds": _KINDS,
                "tiers": ["statutory", "service"],
                "rules": None,
                "insurers": None,
                "regions": None,
                "digest": False,
            },
        )
